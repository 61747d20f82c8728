import pytest
import torch
from torch import nn

from mien import graphs


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
    nodes = graphs.trace(block)
    assert [name for name in nodes if "assert" not in name and name not in ("getattr", "getitem", "eq")] == [
        *("ln_1", "relu", "ln_2", "dropout", "sub", "relu_1", "add", "relu_2", "add_1")
    ]
    assert (nodes["ln_1"].target, nodes["ln_2"].target) == ("ln_1", "ln_2")


def test_no_value_is_changed_by_what_comes_after_it(block):
    nodes = graphs.trace(block)
    batch = torch.randn(2, 4)
    kept = batch.clone()
    values = {name: graphs.upto(block, nodes[name])(batch) for name in ("ln_2", "sub", "relu_1", "add", "add_1")}
    assert torch.equal(batch, kept)
    assert (values["sub"] < 0).any()
    assert torch.equal(values["sub"], values["ln_2"] - 0.1)
    assert torch.equal(values["relu_1"], values["sub"].clamp(min=0))
    assert torch.equal(values["add"], values["relu_1"] + batch)
    assert torch.equal(values["add_1"], block(batch.clone()))


def test_a_part_computes_only_what_its_value_needs(block):
    part = graphs.upto(block, graphs.trace(block)["ln_2"])
    assert [node.target for node in part.graph.nodes if node.op == "call_module"] == ["ln_1", "relu", "ln_2"]
    part = graphs.upto(block, graphs.trace(block)["add_1"])
    assert not any(node.target is torch._assert for node in part.graph.nodes)


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
    shapes = graphs.shapes(block, nodes, torch.empty(2, 4, device="meta"))
    assert shapes["ln_2"] == (2, 4)
    assert "eq" not in shapes
