"""Layers that are not read as the network computes them stop the run, with the layer and the reason."""

import re

import pytest
import torch
from torch import fx, nn

from mien.errors import InputError
from mien.networks.initialisation import initialised
from mien.networks.readout import checking, fx_graphs, graphs
from mien.networks.readout.layers import layer_table
from mien.networks.readout.responses import responses_of

pytestmark = pytest.mark.usefixtures("one_thread")


@fx.wrap
def hidden(x):
    """Changes what it is given, of which neither its name nor its arguments tell."""
    return x.mul_(-1)


class Network(nn.Module):
    def __init__(self, do):
        super().__init__()
        torch.manual_seed(4)
        self.a, self.b, self.c = nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 3), nn.Conv2d(4, 4, 3)
        self.relu, self.norm = nn.ReLU(inplace=True), nn.BatchNorm2d(4, track_running_stats=False)
        self.do = do

    def forward(self, x):
        return self.do(self, x)


class Inner(Network):
    pass


def check(network, layer, rectified, batch):
    """Raise what is wrong with a layer."""
    units, faults = checking.check(graphs.trace(network, batch), [layer], rectified, batch)
    assert units.keys() | faults.keys() == {layer}
    for fault in faults.values():
        raise fault


@pytest.fixture
def batch():
    return torch.randn(3, 3, 8, 8, generator=torch.Generator().manual_seed(1))


def in_place(self, x):
    h = self.a(x)
    h.relu_()
    return self.b(h) + self.c(h)


@pytest.mark.parametrize("layer", ["a", "relu_", "b", "add"])
@pytest.mark.parametrize("rectified", [False, True])
def test_what_is_read_rightly_passes(batch, layer, rectified):
    network, kept = Network(in_place), batch.clone()
    check(network, layer, rectified, batch)
    assert torch.equal(batch, kept)
    assert not any(module._forward_hooks for module in network.modules())


def test_a_layer_after_an_unused_relu_in_place_is_what_a_hook_sees(batch):
    network, seen = Network(in_place).eval(), []
    network.b.register_forward_hook(lambda *call: seen.append(call[2].clone()))
    with torch.inference_mode():
        network(batch.clone())
    assert torch.equal(responses_of(network, "b", rectified=False)(batch), seen[0])
    rectified = responses_of(network, "a")(batch)
    assert torch.equal(rectified, network.a(batch).clamp(min=0))


@pytest.mark.parametrize("name", ["resnet18", "googlenet", "mobilenet_v3_small"])
def test_networks_of_torchvision_pass_at_any_layer(name):
    architecture = {"from": "torchvision", "name": name, "input_size": 64, "classes": 5}
    network = initialised(architecture, "kaiming_normal", 1)
    layers = layer_table(architecture)
    batch = torch.randn(3, 3, 64, 64, generator=torch.Generator().manual_seed(1))
    units, faults = checking.check(graphs.trace(network, batch), list(layers["layer"]), True, batch)
    assert faults == {}
    assert units == dict(zip(layers["layer"], layers["units"], strict=True))


def test_functional_dropout_that_ignores_evaluation_is_named(batch):
    network = Network(lambda self, x: self.b(nn.functional.dropout(self.a(x))))
    check(network, "a", True, batch)
    with pytest.raises(InputError, match="layer 'b': the same pictures .* from 'dropout' on.*training=self.training"):
        check(network, "b", True, batch)


@pytest.mark.parametrize(
    "do, culprit",
    [
        (lambda self, x: self.b(self.norm(self.a(x))), "norm"),
        (lambda self, x: self.b(nn.functional.batch_norm(self.a(x), None, None, training=True)), "batch_norm"),
        (lambda self, x: self.b(self.a(x) - self.a(x).mean(0, keepdim=True)), "sub"),
    ],
)
def test_responses_that_depend_on_the_pictures_beside_are_refused(batch, do, culprit):
    with pytest.raises(InputError, match=f"layer 'b': a picture's responses depend on .* from '{culprit}' on"):
        check(Network(do), "b", True, batch)


def test_responses_that_are_not_what_a_hook_sees_are_refused(batch):
    def do(self, x):
        h = self.a(x)
        hidden(h)
        return self.b(h)

    network = Network(do)
    units, faults = checking.check(fx_graphs.trace(network), ["a", "b"], True, batch)
    assert units.keys() == {"a"}
    assert str(faults["b"]).startswith("layer 'b': its responses are not those that a plain forward hook on 'b' gives")
    assert graphs.trace(network, batch).by == "export"
    check(network, "b", True, batch)


def test_a_node_that_no_module_gives_is_held_against_the_network_itself(batch):
    def do(self, x):
        return self.b(self.a(x) if isinstance(x, torch.Tensor) else self.a(x) + 1)

    traced = fx_graphs.trace(Network(do))
    fault = checking.check(traced, ["add"], True, batch)[1]["add"]
    assert "layer 'add': its responses are not those that the network's plain forward" in str(fault)


def test_a_module_that_gives_something_else_than_its_last_operation_is_refused(batch):
    def inner(self, x):
        given = self.a(x)
        self.relu(given * 1)
        return given

    def do(self, x):
        x = self.b(self.inner(x))
        return x if isinstance(x, torch.Tensor) or self.traceable else x * 2

    network = Network(do)
    network.inner = Inner(inner)
    for network.traceable, by in ((True, "fx"), (False, "export")):
        traced = graphs.trace(network, batch)
        assert traced.by == by
        units, faults = checking.check(traced, ["inner.a", "inner"], False, batch)
        assert units.keys() == {"inner.a"}
        assert re.match("layer 'inner': this module gives something else .* 'inner.relu'", str(faults["inner"]))


def test_responses_that_are_no_numbers_are_refused(batch):
    with pytest.raises(InputError, match="layer 'b': some responses are not finite numbers"):
        check(Network(lambda self, x: self.b(self.a(x) * 1e38 * 1e38)), "b", True, batch)


def test_a_layer_that_never_responds_is_read_rightly(batch):
    check(Network(lambda self, x: self.b(self.a(x) * 0 - 1e9).clamp(min=0)), "clamp", True, batch)


def test_a_faulty_layer_is_told_from_those_read_with_it(batch):
    def do(self, x):
        h = self.a(x)
        hidden(h)
        return self.c(self.b(h) * 1e38 * 1e38)

    units, faults = checking.check(fx_graphs.trace(Network(do)), ["d", "a", "b", "c"], True, batch)
    assert units == {"a": 4 * 6 * 6}
    assert {layer: str(fault).partition(": ")[2][:24] for layer, fault in faults.items()} == {
        "d": "the network has no such ",
        "b": "its responses are not th",
        "c": "some responses are not f",
    }


def test_layers_are_checked_in_a_few_passes_however_many_they_are(batch):
    network, calls = Network(in_place), []
    traced = graphs.trace(network, batch)
    network.a.register_forward_hook(lambda *call: calls.append(len(call[1][0])))
    checking.check(traced, ["a", "b", "c", "relu_", "add"], True, batch)
    assert sorted(calls) == [1, 3, 3, 3, 3]


def test_a_layer_that_is_left_out_for_some_pictures_is_told_from_the_others(batch):
    def do(self, x):
        x = self.a(x)
        return self.b(x) if x.mean() > self.least else x + 1

    network = Network(do)
    network.least = -100
    traced = graphs.trace(network, batch)
    assert traced.by == "hooks" and checking.check(traced, ["a", "b"], True, batch)[1] == {}
    network.least = 100
    units, faults = checking.check(traced, ["b", "a"], True, batch)
    assert units.keys() == {"a"} and "does not compute it for each picture" in str(faults["b"])
