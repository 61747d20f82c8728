"""What works in place is read as it is when it is computed, whatever way the network is traced."""

import pytest
import torch
from torch import nn

from mien.networks.readout import exported, fx_graphs, hooks
from tests.helpers.odd_networks import Layers, value_of, values

pytestmark = pytest.mark.usefixtures("one_thread")
WAYS = [lambda network, batch: fx_graphs.trace(network), exported.trace, hooks.trace]


def on(change):
    """A network that changes what `a` gives, uses none of the change's value, and goes on with it."""

    def do(self, x):
        h = self.a(x)
        change(self, h)
        return self.b(h)

    return do


def add_to_itself(self, h):
    h += 1


def assign_a_column(self, h):
    h[:, 0] = 3


def add_to_columns(self, h):
    h[:, 1:3] += self.c(h)[:, 1:3]


def copy_between_parts(self, h):
    left, right = h.chunk(2, 1)
    left.copy_(right)


def by_another_name(self, x):
    h = self.a(x)
    same = h
    h += self.c(x)
    return self.b(same)


def used_before_and_after(self, x):
    h = self.a(x)
    before = self.c(h)
    nn.functional.relu(h, True)
    return self.b(h) + before


def change_the_images(self, x):
    x -= 1
    return self.b(self.a(x))


def with_numbers(self, x):
    h = self.a(x)
    n = columns = h.shape[1]
    n += 1
    return self.b(h.repeat(1, n)[:, :columns])


def with_a_mask(self, x):
    h = self.a(x)
    h.masked_fill_((h > 0) & (h < 1), 5)
    return self.b(h)


IN_PLACE = {
    "method": on(lambda self, h: h.relu_()),
    "function": on(lambda self, h: torch.relu_(h)),
    "functional": on(lambda self, h: nn.functional.relu(h, inplace=True)),
    "functional by name": on(lambda self, h: nn.functional.relu(inplace=True, input=h)),
    "functional_": on(lambda self, h: nn.functional.leaky_relu_(h)),
    "module": on(lambda self, h: self.relu(h)),
    "out": on(lambda self, h: torch.add(h, 1, out=h)),
    "several": on(lambda self, h: h.relu_().mul_(2).clamp_(max=1)),
    "foreach": on(lambda self, h: torch._foreach_mul_([h], 2.0)),
    "view": on(lambda self, h: h[:, :3].mul_(-3)),
    "view of a view": on(lambda self, h: h.view(-1, 2, 3).transpose(1, 2).clamp_(min=0)),
    "parts": on(copy_between_parts),
    "data": on(lambda self, h: h.data.relu_()),
    "operator": on(add_to_itself),
    "assignment": on(assign_a_column),
    "operator on a part": on(add_to_columns),
    **{
        do.__name__: do for do in (by_another_name, used_before_and_after, change_the_images, with_numbers, with_a_mask)
    },
}


@pytest.mark.parametrize(
    "name, trace", [(name, way) for name in IN_PLACE for way in WAYS if (name, way) != ("data", exported.trace)]
)  # of `data` torch.export says that it cannot trace it
def test_what_works_in_place_is_seen_as_by_a_hook(name, trace):
    network, batch = Layers(IN_PLACE[name]).eval(), torch.randn(4, 6, generator=torch.Generator().manual_seed(1))
    kept, given = batch.clone(), {}
    for layer in "abc":
        network.get_submodule(layer).register_forward_hook(
            lambda *call, layer=layer: given.setdefault(layer, []).append(call[2].clone())
        )
    with torch.inference_mode():
        output = network(batch.clone())
    traced = trace(network, batch)
    found, last = values(traced, batch)
    assert torch.equal(*last, output)
    told = {}
    traced.reading(list(given))(batch, lambda place, value: told.update({place: value.clone()}))
    for place, layer in enumerate(given):
        assert torch.equal(told[place], given[layer][0]), layer
    for layer, (expected, *_) in given.items():
        with torch.inference_mode():
            assert torch.equal(value_of(traced, layer, batch), expected), layer
        assert torch.equal(found[layer], expected)
    assert torch.equal(batch, kept)


@pytest.mark.parametrize("trace", WAYS[:2])
@pytest.mark.parametrize("name", ["method", "function", "functional", "functional by name", "module"])
def test_a_relu_in_place_whose_value_nobody_uses_follows_its_layer(name, trace):
    network, batch = Layers(IN_PLACE[name]).eval(), torch.randn(4, 6)
    traced = trace(network, batch)
    assert torch.equal(value_of(traced, traced.relu_of("a"), batch), network.a(batch).clamp(min=0))


@pytest.mark.parametrize("trace", WAYS[:2])
def test_nodes_say_which_call_of_which_module_gave_them(trace):
    def rectify(self, x):
        h = self.a(x)
        nn.functional.relu(h, inplace=True)
        return h

    network = Layers(lambda self, x: self.relu(self.inner(self.relu(x))))
    network.inner = Layers(rectify)
    assert trace(network.eval(), torch.randn(4, 6)).given_by == {
        "relu": [("relu", 0)],
        "inner.a": [("inner.a", 0)],
        "inner.relu": [("inner", 0)],
        "relu_1": [("relu", 1)],
    }
