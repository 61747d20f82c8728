import weakref

import pytest
import torch
from torch import nn

from mien.networks.readout import fx_graphs
from tests.helpers.odd_networks import Layers, value_of, values


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


@pytest.fixture
def block():
    torch.manual_seed(3)
    return Block().eval()


def test_nodes_have_the_names_of_their_modules_and_repeats_are_numbered(block):
    traced = fx_graphs.trace(block)
    assert [name for name in traced.names if "assert" not in name and name not in ("getattr", "getitem", "eq")] == [
        *("ln_1", "relu", "ln_2", "dropout", "sub", "relu_1", "add", "relu_2", "add_1")
    ]
    assert (traced.nodes["ln_1"].target, traced.nodes["ln_2"].target) == ("ln_1", "ln_2")


def test_no_value_is_changed_by_what_comes_after_it(block):
    traced = fx_graphs.trace(block)
    batch = torch.randn(2, 4)
    kept = batch.clone()
    found = {name: value_of(traced, name, batch) for name in ("ln_2", "sub", "relu_1", "add", "add_1")}
    assert torch.equal(batch, kept)
    assert (found["sub"] < 0).any()
    assert torch.equal(found["sub"], found["ln_2"] - 0.1)
    assert torch.equal(found["relu_1"], found["sub"].clamp(min=0))
    assert torch.equal(found["add"], found["relu_1"] + batch)
    assert torch.equal(found["add_1"], block(batch.clone()))


def test_nothing_is_computed_but_what_the_values_need(block):
    traced, called = fx_graphs.trace(block), []
    for name, module in block.named_children():
        module.register_forward_hook(lambda *_, name=name: called.append(name))
    value_of(traced, "ln_2", torch.randn(2, 4))
    assert called == ["ln_1", "relu", "ln_2"]
    value_of(traced, "add_1", torch.randn(3, 4))  # which the network's own assertion would refuse
    called.clear()
    traced.reading(["ln_2", "ln_1"])(torch.randn(2, 4), lambda place, value: None)
    assert called == ["ln_1", "relu", "ln_2"]


def test_values_are_told_in_the_order_in_which_they_are_computed_and_what_is_named_twice_is_told_twice(block):
    traced, told = fx_graphs.trace(block), []
    names = ["add", "ln_1", "relu", "ln_1"]
    traced.reading(names)(torch.randn(2, 4), lambda place, _: told.append(names[place]))
    assert told == ["ln_1", "ln_1", "relu", "add"]


def test_a_value_is_forgotten_when_no_operation_needs_it_any_more(block):
    traced, told = fx_graphs.trace(block), {}

    def seen(place, value):
        told[place] = weakref.ref(value)
        kept.append([place for place, value in told.items() if value() is not None])

    kept = []
    traced.reading(["ln_1", "relu", "add_1"])(torch.randn(2, 4), seen)
    assert kept == [[0], [0, 1], [2]]


@pytest.mark.parametrize("name, relu", [("ln_1", "relu"), ("sub", "relu_1"), ("ln_2", None), ("add", None)])
def test_a_relu_counts_only_where_it_directly_follows_and_nothing_else_does(block, name, relu):
    assert fx_graphs.trace(block).relu_of(name) == relu


def test_a_relu_may_follow_by_way_of_a_batch_norm_and_of_no_other_norm():
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.BatchNorm2d(4), nn.ReLU6(), nn.Conv2d(4, 4, 1), nn.GroupNorm(2, 4))
    network.append(nn.ReLU())
    traced = fx_graphs.trace(network)
    assert [traced.relu_of(name) for name in traced.names] == ["2", "2", None, None, "5", None]


def test_a_norm_that_belongs_to_what_comes_next_is_no_part_of_a_layer():
    network = nn.Sequential(nn.MaxPool2d(2), nn.BatchNorm2d(3), nn.ReLU())
    assert fx_graphs.trace(network).relu_of("0") is None


def test_a_modules_name_finds_the_last_node_in_it():
    network = nn.Sequential(nn.Sequential(nn.Linear(2, 2), nn.ReLU()), nn.Sequential(nn.Sequential(nn.Linear(2, 2))))
    traced = fx_graphs.trace(network)
    assert [traced.find(name) for name in ("0", "0.0", "1", "1.0", "2")] == [
        "0.1",
        "0.0",
        "1.0.0",
        "1.0.0",
        None,
    ]
    assert traced.modules_ending_at("1.0.0") == ["1.0", "1"]
    assert traced.modules_ending_at("0.0") == []


def test_shapes_are_known_without_computing(block):
    found, (output,) = values(fx_graphs.trace(block.to("meta")), torch.empty(2, 4, device="meta"))
    assert found["ln_2"].shape == output.shape == (2, 4)
    assert found["ln_2"].device.type == "meta"
    assert not isinstance(found["eq"], torch.Tensor)


def test_the_trunk_is_what_every_way_goes_through():
    def do(self, x):
        x = self.a(x)
        n = x.shape[0]  # by way of a number nothing is handed on
        left, right = self.b(x).chunk(2, 1)
        x = torch.cat([self.relu(left), right], 1) + x
        self.c(x)  # whose value nobody uses
        return self.c(x.mul(2)).view(n, 6)

    traced = fx_graphs.trace(Layers(do))
    carrying = set(traced.names) - {"getattr", "getitem"}
    assert traced.trunk(carrying) == {"a", "add", "mul", "c_1", "view"}


def test_a_chain_is_all_trunk():
    traced = fx_graphs.trace(nn.Sequential(nn.Linear(2, 2), nn.ReLU(), nn.Linear(2, 2)))
    assert traced.trunk(traced.names) == {"0", "1", "2"}
