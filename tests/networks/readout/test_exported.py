"""Graphs of torch.export: names, ReLUs and what modules give."""

import pytest
import torch
from torch import nn

from mien.networks.readout import exported, fx_graphs
from tests.helpers.odd_networks import Layers, Residual, Row

pytestmark = pytest.mark.usefixtures("one_thread")


def trace(network, *shape):
    return exported.trace(network.eval(), torch.zeros(2, *shape))


@pytest.fixture(scope="module")
def residual():
    return trace(Residual(), 3, 9, 9)


def test_names_are_those_of_torchs_modules_and_of_operations_beyond_them(residual):
    block = ["conv1", "bn1", "relu", "conv2", "bn2", "add", "relu_1"]
    assert list(residual.names) == [
        "mul", "stem", "layer1.0.slice", *(f"layer1.0.{name}" for name in block),
        *(f"layer1.1.{name}" for name in block), "relu6", "mean", "squeeze", "reshape", "fc", "sub", "clamp_min",
    ]  # fmt: skip
    assert residual.find("layer1.0") == "layer1.0.relu_1"


def test_where_torch_fx_can_trace_names_and_relus_are_the_same():
    def do(self, x):
        x = nn.functional.relu(self.b(self.relu(self.a(x))) + x)
        return self.relu(self.c(torch.cat([x, x], 1)[:, :6]) * 2)

    network = Layers(do).eval()
    by_fx, by_export = fx_graphs.trace(network), trace(network, 6)
    plain = [name for name in by_fx.names if name != "getitem"]
    assert [name for name in by_export.names if not name.startswith("slice")] == plain
    assert [by_export.relu_of(name) for name in plain] == [by_fx.relu_of(name) for name in plain]
    assert [by_export.is_relu(name) for name in plain] == [by_fx.is_relu(name) for name in plain]
    assert by_export.given_by == by_fx.given_by


@pytest.mark.parametrize(
    "name, relu",
    [
        ("layer1.0.conv1", "layer1.0.relu"),
        ("layer1.0.bn1", "layer1.0.relu"),
        ("layer1.0.bn2", None),
        ("layer1.0.add", "layer1.0.relu_1"),
        ("layer1.1.relu_1", "relu6"),
        ("sub", "clamp_min"),
        ("mean", None),
    ],
)
def test_relus_are_found_among_atens_operations(residual, name, relu):
    assert residual.relu_of(name) == relu


@pytest.mark.parametrize(
    "operation, relu",
    [
        (torch.relu, True),
        (torch.Tensor.relu_, True),
        (nn.functional.relu6, True),
        (lambda x: nn.functional.hardtanh(x, 0, 6), True),
        (lambda x: nn.functional.hardtanh_(x, 0.0, 6.0), True),
        (lambda x: x.clamp(min=0), True),
        (lambda x: x.clamp(0, 6), True),
        (lambda x: x.clamp_min_(0), True),
        (nn.functional.hardtanh, False),
        (lambda x: x.clamp(min=0.1), False),
        (lambda x: x.clamp(max=0), False),
        (lambda x: x.clamp_min(1), False),
        (nn.functional.leaky_relu, False),
    ],
)
def test_a_relu_is_known_by_its_limits(operation, relu):
    traced = trace(Layers(lambda self, x: self.b(operation(self.a(x)))), 6)
    assert (traced.relu_of("a") is not None) == traced.is_relu(traced.names[1]) == relu


def test_decomposed_programs_have_the_same_relus():
    dynamic = ({0: torch.export.Dim.AUTO},)
    program = torch.export.export(Residual().eval(), (torch.zeros(4, 3, 9, 9),), dynamic_shapes=dynamic)
    traced = exported.read(program.run_decompositions().module())
    assert traced.relu_of("layer1.0.conv1") == traced.relu_of("layer1.0.bn1") == "layer1.0.relu"
    assert traced.relu_of("layer1.0.bn2") is None


def test_the_trunk_is_that_of_the_network(residual):
    trunk = residual.trunk(residual.names)
    assert {"mul", "stem", "layer1.0.slice", "layer1.0.add", "layer1.0.relu_1", "relu6", "reshape"} <= trunk
    assert not trunk & {"layer1.0.conv1", "layer1.0.bn2", "layer1.1.conv2", "fc", "sub", "clamp_min"}
    assert trace(Row(), 3, 9, 9).trunk(["conv", "relu", "mean", "fc"]) == {"conv", "relu", "mean", "fc"}
