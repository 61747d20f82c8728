import sys

import pytest
import torch

from mien.errors import InputError
from mien.networks.architectures import check
from mien.networks.build import build
from mien.networks.initialisation import initialised
from mien.networks.zoo.own_files import ZOO

FILE = """
from dataclasses import dataclass

from blocks import Block


@dataclass
class Sizes:
    channels: int


def my_network(channels=4):
    return Block(Sizes(channels).channels)
"""
BLOCKS = """
from torch import nn


class Block(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.conv = nn.Conv2d(3, channels, 3)

    def forward(self, batch):
        return self.conv(batch).relu_()
"""


@pytest.fixture
def mine(tmp_path, monkeypatch):
    """A lab's own file, which imports another beside it; a third is nobody's."""
    folder = tmp_path / "networks"
    folder.mkdir()
    for name, content in (("mine", FILE), ("blocks", BLOCKS), ("other", "")):
        (folder / f"{name}.py").write_text(content)
    monkeypatch.delitem(sys.modules, "blocks", raising=False)
    return {"from": str(folder / "mine.py"), "name": "my_network", "arguments": {"channels": 5}, "input_size": 16}


def test_a_file_gives_a_network_and_may_import_those_beside_it(mine):
    check(mine, ["conv"])
    network = initialised(mine, "constructor", 1)
    assert network(torch.zeros(1, 3, 16, 16)).shape == (1, 5, 14, 14)
    assert torch.equal(network.conv.weight, initialised(mine, "constructor", 1).conv.weight)


def test_what_a_function_imports_when_it_is_called_may_lie_beside_its_file_too(mine, tmp_path):
    (tmp_path / "networks/mine.py").write_text(
        "class My:\n    def network(channels):\n        import blocks\n        return blocks.Block(channels)"
    )
    before = list(sys.path)
    assert build({**mine, "name": "My.network"}).conv.out_channels == 5
    assert sys.path == before


def test_its_digest_is_of_the_file_and_what_it_imports_and_of_nothing_else(mine, tmp_path):
    before = ZOO.source(mine)
    (tmp_path / "networks/other.py").write_text("x = 1")
    assert ZOO.source(mine) == before
    (tmp_path / "networks/blocks.py").write_text(BLOCKS + "# changed")
    changed = ZOO.source(mine)
    assert changed != before
    (tmp_path / "networks/mine.py").write_text(FILE + "# changed")
    assert ZOO.source(mine) != changed


def test_its_digest_is_of_what_lies_in_packages_too(mine, tmp_path):
    folder = tmp_path / "networks"
    for name in ("made", "plain/deep"):
        (folder / name).mkdir(parents=True)
    (folder / "made/__init__.py").write_text("from .inner import Inner\n")
    for name in ("made/inner", "made/sibling", "plain/deep/leaf", "plain/unused"):
        (folder / f"{name}.py").write_text("")
    (folder / "made/inner.py").write_text("from . import sibling\nimport torch.nn\n")
    (folder / "mine.py").write_text("import made\n\ndef my_network():\n    from plain.deep import leaf\n")

    def changes(name):
        before = ZOO.source(mine)
        (folder / name).write_text((folder / name).read_text() + "# changed")
        return ZOO.source(mine) != before

    assert all(map(changes, ["made/__init__.py", "made/inner.py", "made/sibling.py", "plain/deep/leaf.py"]))
    assert not changes("plain/unused.py")


@pytest.mark.parametrize(
    ("content", "given", "message"),
    [
        (None, {}, "mine.py: no such file. Paths are relative to where the study runs"),
        ("def broken(:", {}, "mine.py: not a Python file that can be read"),
        (FILE, {"width": 1}, "architecture.width: not a key of a network from .*mine.py"),
    ],
)
def test_a_file_that_cannot_be_one_is_refused_before_it_is_run(mine, tmp_path, content, given, message):
    path = tmp_path / "networks/mine.py"
    path.write_text(content) if content else path.unlink()
    with pytest.raises(InputError, match=message):
        check({**mine, **given}, [])
    assert ZOO.source(mine)  # the Snakefile asks for it before anything has told what is wrong


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("import blocks", "architecture.name: 'my_network': .*mine.py has nothing of this name"),
        ("import no_such_package", "mine.py, my_network: cannot be built: ModuleNotFoundError: .*'no_such_package'"),
        ("def my_network(channels): return channels / 0", "cannot be built: ZeroDivisionError: division by zero"),
    ],
)
def test_a_file_that_fails_is_one_message(mine, tmp_path, content, message):
    (tmp_path / "networks/mine.py").write_text(content)
    with pytest.raises(InputError, match=message):
        build(mine)
