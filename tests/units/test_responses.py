import io
import json
import runpy
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest
import torch
from PIL import Image
from safetensors.torch import load_file

from mien.errors import InputError
from mien.expressions import EXPRESSIONS
from mien.networks import files
from mien.networks.build import build
from mien.networks.initialisation import initialised
from mien.networks.readout import checking
from mien.provenance import digest_of_file
from mien.stimuli.schema import STIMULI
from mien.tables import parquet
from mien.units.responses import first_of, ready
from mien.units.schema import UNIT_GROUPS
from tests.helpers.tables import table_of

SMALL = {"name": "vgg11", "width": 1 / 16, "input_size": 32, "classes": 5}
INPUT = {"scale": 1 / 255, "mean": [0.5] * 3, "sd": [0.25] * 3, "channels": "rgb"}
SETTINGS = {"architecture": SMALL, "input": INPUT, "rectified": True}


@pytest.fixture
def weights(tmp_path):
    files.save(initialised(SMALL, "kaiming_normal", 1), tmp_path / "weights", {})
    return tmp_path / "weights"


def pictures(n):
    encoded = []
    for levels in np.random.default_rng(1).integers(0, 256, (n, 32, 32), dtype=np.uint8):
        file = io.BytesIO()
        Image.fromarray(levels).save(file, "PNG")
        encoded.append(file.getvalue())
    return encoded


def responses(readout, layer, units, pictures, size):
    """Responses of some units, (pictures, units), read in batches."""
    seen = []
    readout.of([layer]).stream(
        pictures, size, "test", lambda _, batch, values: seen.append(values.flatten(1)[:, units])
    )
    return torch.cat(seen).numpy()


def test_a_network_made_ready_is_loaded_on_the_device_with_the_threads(weights):
    readout = ready(weights, SETTINGS, ["conv5_2"], "cpu", 1)
    assert (readout.device, torch.get_num_threads()) == (torch.device("cpu"), 1)
    assert readout.traced.network.conv1_1.weight.abs().sum() > 0
    assert readout.made_on == {"device": "cpu", "precision": "float32"}
    with pytest.raises(InputError, match="absent"):
        ready(weights.parent / "absent", SETTINGS, ["conv5_2"], "cpu", 1)


def test_batches_of_any_size_give_the_same_responses_in_order(weights):
    readout = ready(weights, SETTINGS, ["conv5_2", "conv3_1"], "cpu", 1)
    read = [responses(readout, "conv5_2", [3, 0, 31], pictures(5), size) for size in (5, 2)]
    assert read[0].shape == (5, 3)
    np.testing.assert_allclose(*read, rtol=1e-5, atol=1e-6)
    assert (read[0] > 0).any()


def test_of_the_layers_that_share_a_pass_the_first_must_be_sound_and_the_others_come_from_the_last(weights):
    layers = ["conv5_2", "conv1_1", "conv9_9", "fc8"]
    assert ready(weights, SETTINGS, layers, "cpu", 1).checked(pictures(3)).layers == ("conv5_2", "fc8", "conv1_1")
    with pytest.raises(InputError, match="layer 'conv9_9': the network has no such layer"):
        ready(weights, SETTINGS, ["conv9_9", "fc8"], "cpu", 1).checked(pictures(3))
    assert ready(weights, SETTINGS, ["conv1_1", "fc8"], "cpu", 1).checked(pictures(3), 1).layers == ("conv1_1",)
    assert first_of({"a": 9, "b": 4, "c": 2, "d": 1}, 12) == ["a", "c", "d"]


# -------------------------------------------------------------------------------------------------------------- scripts


def run(project, name, tmp_path, params, **given):
    """Run a script of the workflow as its rule would."""
    job = {
        "log": [str(tmp_path / "log")],
        "params": SimpleNamespace(**params, items=params.items),
        "wildcards": SimpleNamespace(network="n", layer="conv5_2", seed="3"),
    }
    script = project / "workflow" / "scripts" / f"{name}.py"
    runpy.run_path(str(script), init_globals={"snakemake": SimpleNamespace(**job | given)})


class Files(dict):
    """Inputs or outputs of a rule: by name and by place."""

    __getattr__ = dict.__getitem__

    def __getitem__(self, key):
        return list(self.values())[key] if isinstance(key, int) else super().__getitem__(key)

    def __iter__(self):
        return iter(self.values())


def test_shuffling_writes_a_network_of_the_same_values(project, tmp_path, weights):
    output = SimpleNamespace(weights=tmp_path / "3.safetensors", info=tmp_path / "3.json")
    params = {"network": json.dumps(SETTINGS | {"initialisation": {"shuffled": "n"}})}
    run(project, "shuffle", tmp_path, params, input=Files(weights=str(weights)), output=output)
    before, after = load_file(weights), load_file(output.weights)
    assert before.keys() == after.keys()
    for name, tensor in after.items():
        assert torch.equal(tensor.flatten().sort().values, before[name].flatten().sort().values)
    assert not torch.equal(after["conv3_1.weight"], before["conv3_1.weight"])
    assert json.loads(output.info.read_text())["origin"] == "shuffled"


def test_initialising_takes_a_standard_deviation(project, tmp_path):
    output = SimpleNamespace(weights=tmp_path / "3.safetensors", info=tmp_path / "3.json")
    params = {"network": json.dumps({"architecture": SMALL, "initialisation": {"normal": 0.02}})}
    run(project, "initialise", tmp_path, params, input=Files(), output=output)
    assert load_file(output.weights)["conv5_2.weight"].std().item() == pytest.approx(0.02, rel=0.05)
    assert json.loads(output.info.read_text())["origin"] == "initialised"


def test_listing_writes_every_layer_and_refuses_what_is_none(project, tmp_path, capsys):
    resnet = {"from": "torchvision", "name": "resnet18", "input_size": 32, "classes": 5}
    output = SimpleNamespace(layers=tmp_path / "layers.csv", input=tmp_path / "input.json")

    def listing(layers, optimiser, rectified=True):
        network = {"architecture": resnet, "input": {}, "layers": layers, "rectified": rectified, "weights": None}
        params = {"network": json.dumps(network), "optimiser": json.dumps(optimiser)}
        run(project, "list_layers", tmp_path, params, output=output)

    listing(["layer3.1.conv2", "layer4"], None)
    listing(["layer4"], {"name": "Adam", "lr": 0.001})
    table = pd.read_csv(output.layers, keep_default_na=False)
    assert list(table) == ["layer", "channels", "rows", "columns", "units", "rectified_by", "trunk", "traced_by"]
    assert table.set_index("layer").loc["layer4.0.conv1"].tolist() == [512, 1, 1, 512, "layer4.0.relu", False, "fx"]
    assert capsys.readouterr().err.count("no ReLU directly follows it, so `rectified: true` reads it as it is") == 1
    listing(["fc"], None)
    note = "network n: layer 'fc': no ReLU directly follows it, so `rectified: true` reads it as it is"
    assert (tmp_path / "log").read_text() == f"{note}\nfinished\n"
    assert note in capsys.readouterr().err
    listing(["fc", "layer1.0.bn2"], None, rectified=False)
    assert (tmp_path / "log").read_text() == "finished\n"
    with pytest.raises(SystemExit):
        listing(["layer4", "layer3.1.conv3"], None)
    assert "layer 'layer3.1.conv3': the network has no such layer" in capsys.readouterr().err
    with pytest.raises(SystemExit):
        listing(["layer4"], {"name": "AdmW"})
    assert "networks.n.training.optimiser: optimiser 'AdmW': expected one of" in capsys.readouterr().err


def localizer(tmp_path):
    """Two people who show the six expressions, and the file of their pictures."""
    rows = [(f"{who}{expression}", who, expression) for who in "ab" for expression in EXPRESSIONS]
    frame = pd.DataFrame(rows, columns=["stimulus", "identity", "expression"])
    frame = table_of(STIMULI, frame.assign(set="localizer", image=pictures(12)))
    parquet.write(STIMULI, frame, tmp_path / "localizer", {})
    return str(tmp_path / "localizer")


def localize(project, tmp_path, weights, layer, others=()):
    """The job's `moments` and log; `others` are layers that may share its pass."""
    output = {each: [str(tmp_path / f"{each}.{name}") for name in ("moments", "null")] for each in (layer, *others)}
    params = {
        "network": json.dumps(SETTINGS),
        "expressions": json.dumps(EXPRESSIONS),
        "permutations": 2,
        "null_units": 5,
        "passes": {"folder": str(tmp_path / "passes"), "outputs": output},
    }
    params |= {"device": "cpu", "torch_threads": 1, "batch_size": 5}
    given = Files(weights=str(weights), localizer=localizer(tmp_path))
    cell = SimpleNamespace(network="n", layer=layer, seed="3")
    run(project, "localize", tmp_path, params, input=given, wildcards=cell)
    return parquet.read(output[layer][0]), (tmp_path / "log").read_text()


def test_a_layer_localized_in_the_pass_of_another_is_to_the_last_byte_what_it_is_alone(project, tmp_path, weights):
    layers = ["conv1_1", "conv5_2", "fc8"]

    def files_of(folder):
        return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix in (".moments", ".null")}

    alone, together = tmp_path / "alone", tmp_path / "together"
    for layer in layers:
        for folder, others in ((alone, []), (together, layers)):
            folder.mkdir(exist_ok=True)
            _, log = localize(project, folder, weights, layer, others)
            found = "read in an earlier pass" in log
            assert found == (folder == together and layer != "conv1_1")
    assert len(files_of(alone)) == 6
    assert files_of(alone) == files_of(together)


def test_localizing_says_what_makes_no_difference_and_where_responses_vanish(project, tmp_path, weights, capsys):
    assert localize(project, tmp_path, weights, "conv5_2")[1] == "finished\n"
    moments, log = localize(project, tmp_path, weights, "fc8")
    assert log == "layer 'fc8': no ReLU directly follows it, so `rectified: true` reads it as it is\nfinished\n"
    assert (moments["squares_a"] > 0).all()
    assert "mien:" not in capsys.readouterr().err
    files.save(build(SMALL), tmp_path / "zeros", {})
    _, log = localize(project, tmp_path, tmp_path / "zeros", "conv5_2")
    said = "n conv5_2 3: responses vanish: the largest standard deviation of a unit is 0"
    assert log == f"{said}\nfinished\n" and said in capsys.readouterr().err


@pytest.mark.parametrize("script", ["localize", "probe"])
def test_a_layer_that_is_not_read_rightly_stops_both_passes(project, tmp_path, weights, monkeypatch, script):
    def refuse(traced, layers, rectified, batch):
        assert (layers, rectified, batch.shape) == (("conv5_2",), True, (3, 3, 32, 32))
        return {}, {"conv5_2": InputError("read otherwise than by a hook")}

    monkeypatch.setattr(checking, "check", refuse)
    with pytest.raises(SystemExit):
        if script == "localize":
            localize(project, tmp_path, weights, "conv5_2")
        else:
            test_probing_digests_its_inputs_and_reads_each_set(project, tmp_path, weights)
    assert (tmp_path / "log").read_text() == "read otherwise than by a hook\n"


def test_probing_digests_its_inputs_and_reads_each_set(project, tmp_path, weights):
    named = {"selective": [5, 1], "all": [1, 2, 5, 9]}
    groups = pd.concat([pd.DataFrame({"group": name, "draw": 0, "unit": units}) for name, units in named.items()])
    parquet.write(UNIT_GROUPS, groups, tmp_path / "groups", {})
    sets = {"localizer": localizer(tmp_path)}
    for name in ("controlled", "morphs"):
        frame = pd.DataFrame({"stimulus": [f"{name}{i}" for i in range(3)], "set": name, "image": pictures(3)})
        if name == "morphs":
            frame = frame.assign(identity="m", continuum="anger-fear", level=[0.75, 0.25, 0.5])
        parquet.write(STIMULI, table_of(STIMULI, frame), tmp_path / name, {})
        sets[name] = str(tmp_path / name)
    files = {name: str(tmp_path / f"{name}.responses") for name in sets}
    files |= {name: str(tmp_path / name) for name in ("kernels", "count_kernels", "distances")}
    groups, output = str(tmp_path / "groups"), list(files.values())
    params = {"network": json.dumps(SETTINGS), "device": "cpu", "torch_threads": 1, "batch_size": 2}
    params["kernels"] = json.dumps({"identification": "two_way", "unit_counts": [1, 3], "count_draws": 1})
    params["passes"] = {
        "folder": str(tmp_path / "passes"), "outputs": {"conv5_2": output}, "groups": {"conv5_2": groups},
    }  # fmt: skip
    given = Files(weights=str(weights), groups=groups)
    given["stimuli"] = list(sets.values())
    run(project, "probe", tmp_path, params, input=given, output=output)
    read = [parquet.read_responses(files[name]) for name in sets]
    assert [(values.shape, units.tolist()) for values, units in read] == [((n, 2), [1, 5]) for n in (12, 3, 3)]
    readout = ready(weights, SETTINGS, ["conv5_2"], "cpu", 1)
    np.testing.assert_allclose(read[2][0], responses(readout, "conv5_2", [1, 5], pictures(3), 3), atol=1e-6)
    made = [parquet.made_of(files[name]) for name in sets]
    assert made[0] == made[1]
    assert made[0]["inputs"]["stimuli"] == [digest_of_file(path) for path in sets.values()]
    assert (made[0]["device"], sorted(made[0]["inputs"])) == ("cpu", ["groups", "stimuli", "weights"])
    assert "passes" not in made[0]["params"]
    assert [path.name for path in (tmp_path / "passes").iterdir()] == ["lock"]
    kernels, counts, distances = (parquet.read(files[name]) for name in ("kernels", "count_kernels", "distances"))
    assert kernels.groupby(["fitted_on", "set"]).size().to_dict() == {
        ("localizer", "localizer"): 12, ("localizer", "controlled"): 3, ("half_a", "localizer"): 12,
        ("half_b", "localizer"): 12, ("anger-fear", "localizer"): 4, ("anger-fear", "morphs"): 3,
    }  # fmt: skip
    assert counts.groupby(["group", "n_units"]).size().to_dict() == {
        ("nonselective", 1): 15, ("random", 1): 15, ("random", 3): 15, ("selective", 1): 15, ("selective", 2): 15,
    }  # fmt: skip
    assert distances["level"].tolist() == [0.375, 0.625] and (distances["distance"] > 0).all()
    assert parquet.made_of(files["kernels"]) == {name: made[0][name] for name in made[0] if name != "units"}
