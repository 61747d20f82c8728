import json

import pytest
import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from mien.errors import InputError
from mien.networks import files
from mien.networks.build import build
from mien.networks.loading import load
from mien.networks.preprocess import prepare
from mien.networks.readout.responses import responses_of
from tests.helpers.small_networks import INPUT, SMALL, images, initialised

pytestmark = pytest.mark.usefixtures("one_thread")


def test_a_saved_network_loads_to_the_same_responses(tmp_path):
    network, batch = initialised(SMALL), prepare(images(), INPUT)
    files.save(network, tmp_path / "new" / "1.safetensors", {"seed": 1, "origin": "initialised"})
    loaded = load(tmp_path / "new" / "1.safetensors", SMALL, INPUT)
    assert torch.equal(responses_of(loaded, "fc8")(batch), responses_of(network, "fc8")(batch))
    assert not loaded.training
    with safe_open(tmp_path / "new" / "1.safetensors", "pt") as file:
        assert json.loads(file.metadata()["mien"])["made_of"] == {"origin": "initialised", "seed": 1}
    assert [path.name for path in (tmp_path / "new").iterdir()] == ["1.safetensors"]


def test_a_failed_save_keeps_the_file_there_was_and_leaves_no_other(tmp_path):
    files.save(build(SMALL), tmp_path / "weights", {})
    before = (tmp_path / "weights").read_bytes()
    with pytest.raises(TypeError):
        files.save(build(SMALL), tmp_path / "weights", {"no JSON": object()})
    assert (tmp_path / "weights").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["weights"]


@pytest.mark.parametrize("damage", ["torn", "no safetensors", "absent", "of another program"])
def test_a_damaged_file_is_refused_by_name(tmp_path, damage):
    path = tmp_path / "weights"
    files.save(build(SMALL), path, {})
    if damage == "torn":
        path.write_bytes(path.read_bytes()[:5000])
    elif damage == "absent":
        path.unlink()
    elif damage == "no safetensors":
        path.write_bytes(b"PK not weights")
    else:
        save_file(load_file(path), path)
    with pytest.raises(InputError, match=str(path)):
        load(path, SMALL, INPUT)


@pytest.mark.parametrize("place", [-1, -5000, "rgb", "seed", "conv2_1"])
def test_a_flipped_bit_is_found(tmp_path, place):
    path = tmp_path / "weights"
    files.save(initialised(SMALL), path, {"seed": 1, "channels": "rgb"})
    damaged = bytearray(path.read_bytes())
    damaged[damaged.index(place.encode()) if isinstance(place, str) else place] ^= 1
    path.write_bytes(damaged)
    with pytest.raises(InputError, match=f"{path}: damaged|{path}: not a whole"):
        load(path, SMALL, INPUT)
