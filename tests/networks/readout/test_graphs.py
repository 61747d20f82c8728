import weakref

import pytest
import torch
from torch import nn

from mien.networks.readout import graphs


class Block(nn.Module):
    """What networks do that makes reading them treacherous."""

    def __init__(self):
        super().__init__()
        self.ln_1, self.ln_2 = nn.Linear(4, 4), nn.Linear(4, 4)
        self.relu = nn.ReLU()
        self.dropout = nn.Dropout(0.5)

    def forward(self, x):
        identity = x
        x = self.relu(self.ln_1(x))
        x = nn.functional.relu(self.dropout(self.ln_2(x)) - 0.1, inplace=True)
        x += identity
        torch._assert(x.shape[0] == 2, "two")
        return self.relu(x) + x


def value_of(network, node, batch):
    """What a node gives, on its own."""
    values = []
    graphs.reading(network, [node])(batch, lambda _, value: values.append(value))
    (value,) = values
    return value


@pytest.fixture
def block():
    torch.manual_seed(3)
    return Block().eval()


def test_nodes_have_the_names_of_their_modules_and_repeats_are_numbered(block):
    nodes = graphs.trace(block)
    assert [name for name in nodes if "assert" not in name and name not in ("getattr", "getitem", "eq")] == [
        *("ln_1", "relu", "ln_2", "dropout", "sub", "relu_1", "add", "relu_2", "add_1")
    ]
    assert (nodes["ln_1"].target, nodes["ln_2"].target) == ("ln_1", "ln_2")


def test_no_value_is_changed_by_what_comes_after_it(block):
    nodes = graphs.trace(block)
    batch = torch.randn(2, 4)
    kept = batch.clone()
    values = {name: value_of(block, nodes[name], batch) for name in ("ln_2", "sub", "relu_1", "add", "add_1")}
    assert torch.equal(batch, kept)
    assert (values["sub"] < 0).any()
    assert torch.equal(values["sub"], values["ln_2"] - 0.1)
    assert torch.equal(values["relu_1"], values["sub"].clamp(min=0))
    assert torch.equal(values["add"], values["relu_1"] + batch)
    assert torch.equal(values["add_1"], block(batch.clone()))


def test_nothing_is_computed_but_what_the_values_need(block):
    nodes, called = graphs.trace(block), []
    for name, module in block.named_children():
        module.register_forward_hook(lambda *_, name=name: called.append(name))
    value_of(block, nodes["ln_2"], torch.randn(2, 4))
    assert called == ["ln_1", "relu", "ln_2"]
    value_of(block, nodes["add_1"], torch.randn(3, 4))  # which the network's own assertion would refuse
    called.clear()
    graphs.reading(block, [nodes["ln_2"], nodes["ln_1"]])(torch.randn(2, 4), lambda place, value: None)
    assert called == ["ln_1", "relu", "ln_2"]


def test_values_are_told_in_the_order_in_which_they_are_computed_and_what_is_named_twice_is_told_twice(block):
    nodes, told = graphs.trace(block), []
    names = ["add", "ln_1", "relu", "ln_1"]
    graphs.reading(block, [nodes[name] for name in names])(
        torch.randn(2, 4), lambda place, _: told.append(names[place])
    )
    assert told == ["ln_1", "ln_1", "relu", "add"]


def test_a_value_is_forgotten_when_no_operation_needs_it_any_more(block):
    nodes, told = graphs.trace(block), {}

    def seen(place, value):
        told[place] = weakref.ref(value)
        kept.append([place for place, value in told.items() if value() is not None])

    kept = []
    graphs.reading(block, [nodes["ln_1"], nodes["relu"], nodes["add_1"]])(torch.randn(2, 4), seen)
    assert kept == [[0], [0, 1], [2]]


def test_tracing_leaves_a_training_network_training(block):
    graphs.trace(block.train())
    assert block.training and block.dropout.training


@pytest.mark.parametrize("name, relu", [("ln_1", "relu"), ("sub", "relu_1"), ("ln_2", None), ("add", None)])
def test_a_relu_counts_only_where_it_directly_follows_and_nothing_else_does(block, name, relu):
    assert graphs.relu_of(block, graphs.trace(block), name) == relu


def test_a_relu_may_follow_by_way_of_a_batch_norm_and_of_no_other_norm():
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.ReLU6(), nn.Conv2d(4, 4, 1), nn.GroupNorm(2, 4))
    network.append(nn.ReLU())
    nodes = graphs.trace(network)
    assert [graphs.relu_of(network, nodes, name) for name in nodes] == ["2", "2", None, None, "5", None]


def test_a_norm_that_belongs_to_what_comes_next_is_no_part_of_a_layer():
    network = nn.Sequential(nn.MaxPool2d(2), nn.BatchNorm2d(3), nn.ReLU())
    assert graphs.relu_of(network, graphs.trace(network), "0") is None


def test_a_modules_name_finds_the_last_node_in_it():
    network = nn.Sequential(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.Sequential(nn.Sequential(nn.Linear(2, 2))))
    nodes = graphs.trace(network)
    assert [graphs.find(nodes, name) for name in ("0", "0.0", "1", "1.0", "2")] == [
        "0.1",
        "0.0",
        "1.0.0",
        "1.0.0",
        None,
    ]
    assert graphs.modules_ending_at(nodes, "1.0.0") == ["1.0", "1"]
    assert graphs.modules_ending_at(nodes, "0.0") == []


def test_shapes_are_known_without_computing(block):
    nodes = graphs.trace(block.to("meta"))
    values, output = graphs.values(block, nodes, torch.empty(2, 4, device="meta"))
    assert values["ln_2"].shape == output.shape == (2, 4)
    assert values["ln_2"].device.type == "meta"
    assert not isinstance(values["eq"], torch.Tensor)


# ------------------------------------------------------------------------------------------------------ work in place


class Layers(nn.Module):
    """Linear layers `a`, `b` and `c`, and what a test does with them."""

    def __init__(self, do):
        super().__init__()
        torch.manual_seed(2)
        self.a, self.b, self.c = (nn.Linear(6, 6) for _ in range(3))
        self.relu = nn.ReLU(inplace=True)
        self.do = do

    def forward(self, x):
        return self.do(self, x)


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


@pytest.mark.parametrize("name", IN_PLACE)
def test_what_works_in_place_is_seen_as_by_a_hook(name):
    network, batch = Layers(IN_PLACE[name]).eval(), torch.randn(4, 6, generator=torch.Generator().manual_seed(1))
    kept, given = batch.clone(), {}
    for layer in "abc":
        network.get_submodule(layer).register_forward_hook(
            lambda *call, layer=layer: given.setdefault(layer, []).append(call[2].clone())
        )
    with torch.inference_mode():
        output = network(batch.clone())
    nodes = graphs.trace(network)
    values, last = graphs.values(network, nodes, batch)
    assert torch.equal(last, output)
    told = {}
    graphs.reading(network, [nodes[layer] for layer in given])(
        batch, lambda place, value: told.update({place: value.clone()})
    )
    for layer, found in zip(given, (told[place] for place in range(len(given))), strict=True):
        assert torch.equal(found, given[layer][0]), layer
    for layer, (expected, *_) in given.items():
        with torch.inference_mode():
            assert torch.equal(value_of(network, nodes[layer], batch), expected), layer
        assert torch.equal(values[layer], expected)
    assert torch.equal(batch, kept)


@pytest.mark.parametrize("name", ["method", "function", "functional", "functional by name", "module"])
def test_a_relu_in_place_whose_value_nobody_uses_follows_its_layer(name):
    network = Layers(IN_PLACE[name])
    nodes = graphs.trace(network)
    relu = graphs.relu_of(network, nodes, "a")
    batch = torch.randn(4, 6)
    assert torch.equal(value_of(network, nodes[relu], batch), network.a(batch).clamp(min=0))


def test_nodes_say_which_call_of_which_module_gave_them():
    def rectify(self, x):
        h = self.a(x)
        nn.functional.relu(h, inplace=True)
        return h

    network = Layers(lambda self, x: self.relu(self.inner(self.relu(x))))
    network.inner = Layers(rectify)
    nodes = graphs.trace(network)
    given = {name: node.meta["given_by"] for name, node in nodes.items() if "given_by" in node.meta}
    assert given == {
        "relu": [("relu", 0)],
        "inner.a": [("inner.a", 0)],
        "inner.relu": [("inner", 0)],
        "relu_1": [("relu", 1)],
    }


# -------------------------------------------------------------------------------------------------------------- trunk


def test_the_trunk_is_what_every_way_goes_through():
    def do(self, x):
        x = self.a(x)
        n = x.shape[0]  # by way of a number nothing is handed on
        left, right = self.b(x).chunk(2, 1)
        x = torch.cat([self.relu(left), right], 1) + x
        self.c(x)  # whose value nobody uses
        return self.c(x.mul(2)).view(n, 6)

    nodes = graphs.trace(Layers(do))
    carrying = set(nodes) - {"getattr", "getitem"}
    assert graphs.trunk(nodes, carrying) == {"a", "add", "mul", "c_1", "view"}


def test_a_chain_is_all_trunk():
    nodes = graphs.trace(nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)))
    assert graphs.trunk(nodes, set(nodes)) == {"0", "1", "2"}
