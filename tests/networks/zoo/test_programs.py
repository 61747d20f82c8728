from pathlib import Path

import pytest
import torch
from torch import nn

from mien.errors import InputError
from mien.networks.architectures import check
from mien.networks.build import build
from mien.networks.initialisation import shuffle
from mien.networks.input import resolved
from mien.networks.readout.layers import layer_table
from mien.networks.weights.published import network_of, sources_of


class Small(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(3, 6, 3), nn.BatchNorm2d(6)

    def forward(self, batch):
        return self.norm(self.conv(batch)).relu()


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """A network, and the architecture of its exported program."""
    path = tmp_path_factory.mktemp("programs") / "small.pt2"
    torch.manual_seed(3)
    network = Small().eval()
    network.norm.running_mean.uniform_()
    network.norm.running_var.uniform_(1, 2)
    batch = torch.export.Dim.DYNAMIC
    program = torch.export.export(network, (torch.zeros(2, 3, 16, 16),), dynamic_shapes=({0: batch},))
    torch.export.save(program, path)
    return network, {"from": str(path), "input_size": 16}


def test_a_program_has_its_own_weights_and_computes_the_same(exported):
    network, architecture = exported
    check(architecture, [])
    source = sources_of(architecture, "pretrained")
    read, reference, checks = network_of(Path(architecture["from"]), architecture, resolved(architecture, {}))
    batch = torch.randn(5, 3, 16, 16)
    with torch.inference_mode():
        torch.testing.assert_close(read(batch), network(batch))
    assert (source, reference) == ({"from": [architecture["from"]]}, {}) and not any(checks.values())
    assert set(read.state_dict()) == set(network.state_dict())
    assert read.eval() is read  # which an exported program refuses otherwise


def test_a_program_can_be_shuffled_with_the_statistics_of_a_channel_together(exported):
    network, architecture = exported
    shuffled = build(architecture)
    shuffle(shuffled, 1)
    before, after = network.state_dict(), shuffled.state_dict()
    assert not torch.equal(before["conv.weight"], after["conv.weight"])
    assert torch.equal(before["conv.weight"].flatten().sort()[0], after["conv.weight"].flatten().sort()[0])
    pairs = [
        set(zip(s["norm.running_mean"].tolist(), s["norm.running_var"].tolist(), strict=True)) for s in (before, after)
    ]
    assert pairs[0] == pairs[1] and not torch.equal(before["norm.running_mean"], after["norm.running_mean"])


@pytest.mark.parametrize(
    ("architecture", "message"),
    [
        ({"from": "none.pt2"}, "architecture.from: none.pt2: no such file"),
        ({"name": "net"}, "architecture.name: not a key of a network from .*small.pt2"),
        ({"from": "arcface.onnx"}, "arcface.onnx: ONNX is not read here: .* Convert it once"),
    ],
)
def test_what_is_no_program_is_refused(exported, architecture, message):
    with pytest.raises(InputError, match=message):
        check({**exported[1], **architecture}, [])


def test_a_program_refuses_pictures_of_another_size_than_it_was_exported_for(exported):
    with pytest.raises(InputError, match="input.size 24: the network takes no pictures of 3 x 24 x 24: .*Guard failed"):
        layer_table({**exported[1], "input_size": 24})


def test_a_file_that_is_no_program_is_one_message(tmp_path):
    (tmp_path / "mine.pt2").write_bytes(b"no program")
    with pytest.raises(
        InputError, match="architecture.from: .*mine.pt2: torch .* reads no exported program in it.*Write it anew"
    ):
        build({"from": str(tmp_path / "mine.pt2"), "input_size": 16})
