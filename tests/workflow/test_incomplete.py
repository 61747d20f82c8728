"""Weights are fetched within a study; and a study of which some cannot be had compares what it has."""

import json

import pandas as pd
import pytest

from mien.networks.initialisation import initialised
from mien.networks.loading import load
from tests.helpers import published_formats as published
from tests.helpers import runs
from tests.helpers.loopback import Page, serving
from tests.helpers.small_networks import INPUT


@pytest.fixture
def with_fetched(tiny, tmp_path):
    """The tiny study with a network whose weights come from some source."""

    def make(*sources: str):
        def fetch(config):
            untrained = config["networks"]["untrained"]
            fetched = {key: untrained[key] for key in ("architecture", "input", "layers")}
            config["networks"]["fetched"] = {**fetched, "seeds": [0], "weights": {"from": list(sources)}}
            config["figures"]["compare"].append("fetched")

        return runs.reconfigured(tiny[1], tmp_path / "fetched", fetch)

    return make


def test_weights_are_fetched_resumed_and_recorded(tiny, with_fetched, tmp_path):
    architecture = {"name": "vgg16", "width": 0.0625, "input_size": 32, "classes": 4}
    network = initialised(architecture, "kaiming_normal", 5)
    published.write_torch(tmp_path / "small.pth", network.state_dict(), zip_file=True)
    page = Page((tmp_path / "small.pth").read_bytes(), cuts=[1000])
    with serving({"/small.pth": page}) as server:
        config = with_fetched(f"{server.url}/small.pth")
        runs.finish(tiny[0], config, tmp_path, "results/tiny/networks/fetched/0.safetensors")
        assert [request.status for request in server.log if request.path == "/small.pth"] == [200, 206]
    info = json.loads((tmp_path / "results/tiny/networks/fetched/0.json").read_text())
    assert info["origin"] == "fetched" and info["format"] == "PyTorch (zip)" and info["file"] == "small.pth"
    assert f"{info['sha256']}  small.pth" in (tmp_path / "downloads/SHA256SUMS").read_text()
    loaded = load(tmp_path / "results/tiny/networks/fetched/0.safetensors", architecture, INPUT)
    for name, tensor in network.state_dict().items():
        assert tensor.equal(loaded.state_dict()[name])


def test_a_study_without_some_weights_compares_what_it_has(tiny, with_fetched, study):
    config = with_fetched("weights/nowhere.pth")
    failed = runs.run(tiny[0], config, study, "--keep-going")
    assert failed.returncode != 0 and "weights/nowhere.pth" in failed.stdout
    runs.finish(tiny[0], config, study, "--config", "comparison={cells: existing}")
    cells = pd.read_csv(study / "results/tiny/tables/cells.csv").set_index("network")
    assert cells.loc["fetched", "status"].startswith("missing") and (cells["status"] == "ok").any()
    accuracy = pd.read_csv(study / "results/tiny/tables/accuracy.csv")
    assert set(accuracy["network"]) == {"face_trained", "untrained", "pixels"}
    assert (study / "results/tiny/report.zip").exists()
