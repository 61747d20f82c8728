"""Networks of a lab's own file, a package and an exported program: read, and made again when these change."""

import json
from pathlib import Path

import pandas as pd
import pytest
import torch

from mien.tables import parquet
from tests.helpers import runs

MINE = """
from blocks import block
from torch import nn


class Mine(nn.Module):
    def __init__(self, channels):
        super().__init__()
        self.first, self.second, self.last = block(3, channels), block(channels, channels), nn.Linear(channels, 4)

    def forward(self, batch):
        batch = self.first(batch)
        if batch.shape[-1] > 20:
            batch = batch[..., ::2, ::2]
        return self.last((self.second(batch) + batch).mean((2, 3)))
"""
BLOCKS = """
from torch import nn


def block(inputs, outputs):
    return nn.Sequential(nn.Conv2d(inputs, outputs, 3, padding=1), nn.ReLU(inplace=True))
"""
PACKAGE = """
from torch import nn


class Net(nn.Sequential):
    def __init__(self):
        super().__init__(nn.Conv2d(3, 8, 5, stride=2), nn.ReLU(), nn.Flatten(), nn.LazyLinear(4))
        self(__import__("torch").zeros(2, 3, 32, 32))
"""
CELLS = {"mine": "second.1", "packaged": "0", "exported": "second.1"}


def version(folder: Path, number: str) -> None:
    """Have the package installed in this version, as far as its metadata tell."""
    for old in folder.glob("mylab_nets-*.dist-info/METADATA"):
        old.unlink()
        old.parent.rmdir()
    info = folder / f"mylab_nets-{number}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: mylab_nets\nVersion: {number}\n")


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """A folder in which a package is installed."""
    folder = tmp_path_factory.mktemp("site")
    (folder / "mylab_nets.py").write_text(PACKAGE)
    version(folder, "1.0")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(folder))
        yield folder


@pytest.fixture(scope="module")
def config(tiny, tmp_path_factory) -> Path:
    def own(content: dict) -> None:
        content["study"] = "own"
        seen = {"input": {"size": 32, "mean": [60, 60, 60], "sd": [70, 70, 70]}, "seeds": [0]}
        content["networks"] |= {
            "mine": {
                "architecture": {"from": "networks/mine.py", "name": "Mine", "arguments": {"channels": 6}},
                "layers": [CELLS["mine"]],
                "initialisation": "constructor",
                **seen,
            },
            "packaged": {
                "architecture": {"from": "mylab_nets", "name": "Net"},
                "layers": [CELLS["packaged"]],
                **seen,
            },
            "exported": {"architecture": {"from": "networks/mine.pt2"}, "layers": [CELLS["exported"]], **seen},
        }

    return runs.reconfigured(tiny[1], tmp_path_factory.mktemp("configured") / "own", own)


def export(folder: Path, seed: int) -> None:
    """What a lab would write in a script of its own."""
    with pytest.MonkeyPatch.context() as patch, torch.random.fork_rng():
        patch.syspath_prepend(str(folder))
        patch.delitem(__import__("sys").modules, "blocks", raising=False)
        own: dict = {}
        exec(MINE, own)
        torch.manual_seed(seed)
        network = own["Mine"](6).eval()
        patch.delitem(__import__("sys").modules, "blocks", raising=False)
    shapes = ({0: torch.export.Dim.DYNAMIC},)
    program = torch.export.export(network, (torch.zeros(2, 3, 32, 32),), dynamic_shapes=shapes)
    torch.export.save(program, folder / "mine.pt2")


TARGETS = [
    target
    for network, layer in CELLS.items()
    for target in (
        f"results/own/networks/{network}/layers.csv",
        f"results/own/cells/{network}/{layer}/0/moments.parquet",
    )
]


def jobs(network: str, made: str) -> set[tuple[str, str]]:
    """What makes a network and its cell."""
    cell = f"network={network}, layer={CELLS[network]}, seed=0"
    return {
        ("list_layers", f"network={network}"),
        (made, f"network={network}, seed=0"),
        ("localize", cell),
    }


@pytest.fixture(scope="module")
def finished(tiny, config, installed, tmp_path_factory) -> Path:
    folder = tmp_path_factory.mktemp("study")
    (folder / "networks").mkdir()
    (folder / "networks/mine.py").write_text(MINE)
    (folder / "networks/blocks.py").write_text(BLOCKS)
    export(folder / "networks", 1)
    runs.finish(tiny[0], config, folder, *TARGETS)
    return folder


def test_each_is_read_and_says_how(finished):
    networks = finished / "results/own/networks"
    traced = {name: set(pd.read_csv(networks / name / "layers.csv")["traced_by"]) for name in CELLS}
    assert traced == {"mine": {"export"}, "packaged": {"fx"}, "exported": {"export"}}
    moments = {
        name: parquet.read(next((finished / f"results/own/cells/{name}").glob("*/0/moments.parquet"))) for name in CELLS
    }
    assert {name: len(table) for name, table in moments.items()} == {
        "mine": 6 * 256,
        "packaged": 8 * 196,
        "exported": 6 * 256,
    }
    assert json.loads((networks / "exported/0.json").read_text())["format"] == "torch.export"
    assert json.loads((networks / "mine/input.json").read_text())["from"]["size"] == "configuration"


def test_what_a_network_is_built_from_makes_it_again_and_no_other(tiny, config, installed, finished):
    def planned() -> set:
        return runs.planned(tiny[0], config, finished, *TARGETS)

    assert planned() == set()
    (finished / "networks/blocks.py").write_text(BLOCKS + "# another\n")
    assert planned() == jobs("mine", "initialise")
    (finished / "networks/blocks.py").write_text(BLOCKS)
    version(installed, "1.1")
    assert planned() == jobs("packaged", "initialise")
    version(installed, "1.0")
    before = (finished / "networks/mine.pt2").read_bytes()
    export(finished / "networks", 2)
    assert planned() == jobs("exported", "fetch")
    (finished / "networks/mine.pt2").write_bytes(before)
    (finished / "networks/nobodys.py").write_text("")
    assert planned() == set()
