"""Weights in every published format give one network, and whatever else a file may be is told by name."""

import contextlib
import errno
import json
import os
import pickle
import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import pytest
import safetensors.torch
import scipy.io
import torch
from safetensors.torch import save_file

from mien import draws
from mien.errors import InputError
from mien.networks import files
from mien.networks.build import build
from mien.networks.initialisation import initialised
from mien.networks.input import resolved
from mien.networks.loading import load
from mien.networks.preprocess import prepare
from mien.networks.readout.responses import responses_of
from mien.networks.reference import check
from mien.networks.weights import matconvnet, reading
from mien.networks.weights.state_dicts import unwrapped
from tests.helpers import published_formats as published
from tests.helpers.small_networks import INPUT

SMALL = {"name": "vgg16", "input_size": 64, "width": 1 / 16, "classes": 5}
RGB = INPUT | {"size": 64, "scale": 1, "mean": published.FACE_MEAN, "sd": (1, 1, 1)}
BGR = RGB | {"mean": published.FACE_MEAN[::-1], "channels": "bgr"}


@pytest.fixture(scope="module")
def numbers():
    return published.random_weights(SMALL, seed=0)


def loaded(path, architecture=SMALL):
    tensors, _ = reading.read(path, architecture)
    network = build(architecture)
    files.fill(network, tensors)
    return network


def picture(size=64):
    return draws.generator("tests", "picture").integers(0, 256, (size, size, 3), dtype=np.uint8)


def reference_of(network, input, layers=("conv1_1", "conv5_3", "fc6", "fc8")):
    batch = prepare(picture()[None], input)
    responses = {layer: responses_of(network, layer)(batch)[0].contiguous() for layer in layers}
    return {"picture": torch.from_numpy(picture()), **responses}


def refusal(path, architecture=SMALL):
    with pytest.raises(InputError) as error:
        reading.read(path, architecture)
    message = str(error.value)
    assert message.startswith(f"{path}: ")
    return message.removeprefix(f"{path}: ")


# ------------------------------------------------------------------------------------------------- published formats

WRITERS = {
    "vgg_face_dag.pth": published.write_torch,
    "zip.pth": lambda path, numbers: published.write_torch(path, numbers, zip_file=True),
    "torchvision.pth": lambda path, numbers: published.write_torch(path, published.torchvision_named(numbers, "vgg16")),
    "wrapped.pth": lambda path, numbers: torch.save({"state_dict": numbers, "epoch": 3}, path),
    "parallel.pth": lambda path, numbers: torch.save({f"module.{name}": n for name, n in numbers.items()}, path),
    **{
        f"{prefix}pth": lambda path, numbers, prefix=prefix: torch.save(
            {prefix + k: n for k, n in numbers.items()}, path
        )
        for prefix in (
            *("_orig_mod.", "model.", "net.", "model._orig_mod.", "_orig_mod.model.", "model._orig_mod.module."),
            *("_orig_mod.module.net.", "module.module.", "model.model.", "a.b.c."),
        )
    },
    "parts.pth": lambda path, numbers: torch.save(
        {k.replace(".", "._orig_mod." if "fc" in k else ".module."): n for k, n in numbers.items()}, path
    ),
    "torchvision's, wrapped.pth": lambda path, numbers: torch.save(
        {
            f"model.{k}".replace("features.", "features.module."): n
            for k, n in published.torchvision_named(numbers, "vgg16").items()
        },
        path,
    ),
    "parameters.pth": lambda path, numbers: torch.save({k: torch.nn.Parameter(n) for k, n in numbers.items()}, path),
    "a.safetensors": lambda path, numbers: save_file(numbers, path),
    "rcmalli_vggface_tf_vgg16.h5": published.write_keras,
    "keras1.h5": lambda path, numbers: published.write_keras(path, numbers, version=1),
    "whole.h5": lambda path, numbers: published.write_keras(path, numbers, whole_model=True),
    "applications.h5": lambda path, numbers: published.write_keras(path, numbers, names="applications"),
    "deepface.h5": lambda path, numbers: published.write_keras(path, numbers, convolutional_top=True),
    "vgg-face.mat": published.write_matconvnet,
    "older.mat": lambda path, numbers: published.write_matconvnet(path, numbers, older=True),
    "net.mat": lambda path, numbers: published.write_matconvnet(path, numbers, within_net=True),
}


@pytest.mark.parametrize("name", WRITERS)
def test_the_same_numbers_in_any_format_are_the_same_to_the_bit(numbers, tmp_path, name):
    path = tmp_path / "weights"  # the name tells nothing
    WRITERS[name](path, numbers)
    tensors, reference = reading.read(path, SMALL)
    assert tensors.keys() == numbers.keys()
    assert [key for key in numbers if not torch.equal(tensors[key], numbers[key])] == []
    assert reference == {}


def test_keras_fc6_keeps_places_and_channels_apart(tmp_path):
    """By hand: one unit of fc6 that sees one channel in one place of 2 x 2."""
    numbers = published.random_weights(SMALL, seed=1)
    numbers["fc6.weight"].zero_()
    row, column, channel = 1, 0, 7
    published.write_keras(tmp_path / "a.h5", numbers)
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        file["fc6/fc6/kernel:0"][(row * 2 + column) * 32 + channel, 3] = 1
    network = loaded(tmp_path / "a.h5")
    assert network.fc6.weight.reshape(256, 32, 2, 2).nonzero().tolist() == [[3, channel, row, column]]


@pytest.mark.parametrize("write", [published.write_torch, published.write_keras, published.write_matconvnet])
def test_without_fully_connected_layers(numbers, tmp_path, write):
    notop = published.without_top(numbers)
    write(tmp_path / "notop", notop)
    tensors, _ = reading.read(tmp_path / "notop", SMALL | {"classes": 0})
    assert tensors.keys() == notop.keys()
    assert all(torch.equal(tensors[name], notop[name]) for name in notop)
    assert "set classes: 0" in refusal(tmp_path / "notop")
    write(tmp_path / "top", numbers)
    assert "set classes: 5" in refusal(tmp_path / "top", SMALL | {"classes": 0})


def test_batch_norms_of_torchvision_with_and_without_their_counters(tmp_path):
    architecture = SMALL | {"name": "vgg11_bn"}
    numbers = published.random_weights(architecture, seed=2)
    theirs = published.torchvision_named({k: n for k, n in numbers.items() if "batches" not in k}, "vgg11_bn")
    for written in (theirs, numbers):
        published.write_torch(tmp_path / "a.pth", written)
        tensors, _ = reading.read(tmp_path / "a.pth", architecture)
        assert tensors.keys() == numbers.keys()
        assert all(torch.equal(tensors[name], numbers[name]) for name in numbers)


def test_any_torchvision_network_has_its_own_state_dict(tmp_path):
    architecture = {"from": "torchvision", "name": "squeezenet1_1", "input_size": 64, "classes": 3}
    numbers = {k: tensor + 1 for k, tensor in build(architecture).state_dict().items()}
    published.write_torch(tmp_path / "a.pth", numbers)
    tensors, _ = reading.read(tmp_path / "a.pth", architecture)
    assert tensors.keys() == numbers.keys()
    assert all(torch.equal(tensors[name], numbers[name]) for name in numbers)


@pytest.mark.parametrize(
    ("name", "old"),
    [
        ("mnasnet0_5", lambda key: key),
        ("densenet121", lambda key: re.sub(r"(denselayer\d+\.)(norm|conv)([12])", r"\1\2.\3", key)),
    ],
)
def test_networks_that_torchvision_corrects_on_loading_are_read_as_published(name, old, tmp_path):
    architecture = {"from": "torchvision", "name": name, "input_size": 64, "classes": 7}
    network = build(architecture)
    torch.save({old(key): tensor for key, tensor in network.state_dict().items()}, tmp_path / "published.pth")
    files.save(loaded(tmp_path / "published.pth", architecture), tmp_path / "ours.safetensors", {})
    again = load(tmp_path / "ours.safetensors", architecture, RGB).state_dict()
    assert all(torch.equal(tensor, again[key]) for key, tensor in network.state_dict().items())


@pytest.mark.parametrize(
    ("names", "expected", "found"),
    [
        (["module.a", "module.b"], ["module.a", "module.b"], ["module.a", "module.b"]),
        (["module.module.a", "module.module.b"], ["module.a", "module.b"], ["module.a", "module.b"]),
        (["_orig_mod.module.a", "_orig_mod.module.b"], ["module.a", "module.b"], ["module.a", "module.b"]),
        (["model.x.a", "model.x.b"], ["model.x.a", "model.x.b"], ["model.x.a", "model.x.b"]),
        (["model.model.x.a", "model.head"], ["model.x.a", "head"], ["model.x.a", "head"]),
        (["model.a", "loss.a"], ["a"], ["model.a", "loss.a"]),
        (["x._orig_mod.a", "b"], ["x.a", "b"], ["x.a", "b"]),
        (["weight", "bias"], ["weight", "bias"], ["weight", "bias"]),
        (["other.a", "other.b"], ["c"], ["other.a", "other.b"]),
        ([], ["c"], []),
    ],
)
def test_what_wrappers_put_before_names_goes_and_what_is_the_networks_own_stays(names, expected, found):
    assert unwrapped(names, str, expected) == dict(zip(names, found, strict=True))


def test_reference_responses_may_lack_the_prefix_or_have_it(numbers, tmp_path):
    reference = {"reference.picture": torch.zeros(4, 4, 3, dtype=torch.uint8), "reference.fc8": torch.zeros(5, 1, 1)}
    wrapped = {f"model._orig_mod.{name}": tensor for name, tensor in numbers.items()}
    for given in (reference, {f"model._orig_mod.{name}": tensor for name, tensor in reference.items()}):
        torch.save(wrapped | given, tmp_path / "a.pth")
        tensors, found = reading.read(tmp_path / "a.pth", SMALL)
        assert tensors.keys() == numbers.keys() and sorted(found) == ["fc8", "picture"]


# ------------------------------------------------------------------------------------------------------ channel order


def test_rgb_and_bgr_files_of_the_same_numbers_respond_alike_to_a_colour_picture(numbers, tmp_path):
    published.write_torch(tmp_path / "rgb.pth", numbers)
    published.write_keras(tmp_path / "bgr.h5", published.reversed_channels(numbers))
    rgb, bgr = loaded(tmp_path / "rgb.pth"), loaded(tmp_path / "bgr.h5")
    assert not torch.equal(rgb.conv1_1.weight, bgr.conv1_1.weight)
    for layer in ("conv1_1", "conv5_3", "fc8"):
        right, also, wrong = (
            responses_of(network, layer)(prepare(picture()[None], input))
            for network, input in ((rgb, RGB), (bgr, BGR), (bgr, RGB))
        )
        torch.testing.assert_close(right, also, rtol=1e-5, atol=1e-4 * float(right.abs().max()))
        assert float((right - wrong).abs().max()) > 0.05 * float(right.abs().max())


CARRIERS = {
    "a.pth": lambda path, n, reference: torch.save(n | {f"reference.{k}": r for k, r in reference.items()}, path),
    "a.safetensors": lambda path, n, reference: save_file(
        n | {f"reference.{k}": r for k, r in reference.items()}, path
    ),
    "a.h5": lambda path, n, reference: published.write_keras(path, n, reference=reference),
    "a.mat": lambda path, n, reference: published.write_matconvnet(path, n, reference=reference),
}


@pytest.mark.parametrize("name", CARRIERS)
def test_reference_responses_come_along_and_show_a_mislabelled_file(numbers, tmp_path, name):
    bgr = published.reversed_channels(numbers)
    published.write_torch(tmp_path / "plain.pth", numbers)
    responses = reference_of(loaded(tmp_path / "plain.pth"), RGB)  # as whoever published the RGB network saw it
    CARRIERS[name](tmp_path / name, bgr, responses)
    tensors, reference = reading.read(tmp_path / name, SMALL)
    assert reference.keys() == responses.keys()
    assert all(torch.equal(reference[key], responses[key]) for key in responses)
    network = build(SMALL)
    network.load_state_dict(tensors)
    check(network, reference, BGR, tmp_path / name)
    with pytest.raises(InputError, match=r"input\.channels \(now rgb\)"):
        check(network, reference, RGB, tmp_path / name)


@pytest.mark.parametrize(
    ("reference", "says"),
    [
        ({"conv1_1": torch.zeros(4, 2, 2)}, "expected a picture and responses to it, found conv1_1"),
        ({"picture": torch.zeros(4, 4, dtype=torch.uint8), "fc8": torch.zeros(5, 1, 1)}, "reference.picture: expected"),
        ({"picture": torch.zeros(4, 4, 3, dtype=torch.uint8), "fc8": torch.zeros(5)}, "reference.fc8: expected"),
    ],
)
def test_reference_of_another_form_is_refused(numbers, tmp_path, reference, says):
    CARRIERS["a.pth"](tmp_path / "a.pth", numbers, reference)
    assert says in refusal(tmp_path / "a.pth")


# ------------------------------------------------------------------------------------------------ what is wrong with it


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"conv3_2.bias": None}, "lacks conv3_2.bias, which the network needs"),
        ({"conv9.weight": torch.zeros(1)}, "has conv9.weight, which the network does not"),
        ({"conv3_2.bias": None, "b": torch.zeros(1)}, "lacks conv3_2.bias, which the network needs and has b, which"),
        (
            {"conv2_1.weight": torch.zeros(8, 4, 5, 5)},
            "conv2_1.weight: expected shape (8, 4, 3, 3), found (8, 4, 5, 5)",
        ),
        ({"fc6.weight": torch.zeros(256, 288)}, "fc6.weight: expected shape (256, 128), found (256, 288)"),
        ({"fc8.weight": torch.zeros(7, 256), "fc8.bias": torch.zeros(7)}, "has 7 units: set classes: 7"),
        ({"fc7.bias": torch.zeros(256).double()}, "fc7.bias: expected torch.float32, found torch.float64"),
        ({"conv4_1.bias": torch.tensor([float("nan"), float("inf"), *[0.0] * 30])}, "found 2 that are not"),
    ],
)
def test_tensors_that_are_not_the_networks(numbers, tmp_path, change, says):
    changed = {name: tensor for name, tensor in (dict(numbers) | change).items() if tensor is not None}
    published.write_torch(tmp_path / "a.pth", changed)
    assert says in refusal(tmp_path / "a.pth")


def test_file_of_another_architecture(numbers, tmp_path):
    published.write_torch(tmp_path / "a.pth", numbers)
    assert "lacks conv3_4.weight" in refusal(tmp_path / "a.pth", SMALL | {"name": "vgg19"})
    published.write_keras(tmp_path / "a.h5", numbers, names="applications")
    assert "expected 19 layers with weights" in refusal(tmp_path / "a.h5", SMALL | {"name": "vgg19"})
    assert "plain VGGs only, not for torchvision alexnet" in refusal(
        tmp_path / "a.h5", {"from": "torchvision", "name": "alexnet", "input_size": 64}
    )


@pytest.mark.parametrize("kind", ["link", "storage"])
def test_a_keras_file_must_hold_its_weights_itself(numbers, tmp_path, kind):
    for name in ("a.h5", "other.h5"):
        published.write_keras(tmp_path / name, numbers)
    with h5py.File(tmp_path / "a.h5", "r+") as file:
        del file["fc7/fc7/bias:0"]
        if kind == "link":
            file["fc7/fc7/bias:0"] = h5py.ExternalLink("other.h5", "fc7/fc7/bias:0")
        else:
            stored = [(str(tmp_path / "other.h5"), 0, 1024)]
            file["fc7/fc7"].create_dataset("bias:0", shape=(256,), dtype="f4", external=stored)
    assert "/fc7/fc7/bias:0: lies in another file" in refusal(tmp_path / "a.h5")


def test_other_layouts_of_hdf5_and_matlab(numbers, tmp_path):
    with h5py.File(tmp_path / "keras3.h5", "w") as file:
        file["layers/conv2d/vars/0"] = np.zeros((3, 3, 3, 4), dtype=np.float32)
    assert "not of Keras 1 or 2" in refusal(tmp_path / "keras3.h5")
    published.write_keras(tmp_path / "norm.h5", numbers)
    with h5py.File(tmp_path / "norm.h5", "r+") as file:
        file["conv1_1"].attrs["weight_names"] = [b"conv1_1/bias:0"]
    assert "conv1_1: expected a kernel and a bias, found arrays of shapes (4,)" in refusal(tmp_path / "norm.h5")
    scipy.io.savemat(tmp_path / "a.mat", {"x": np.zeros(3)})
    assert "cell array 'layers'" in refusal(tmp_path / "a.mat")
    scipy.io.savemat(tmp_path / "dag.mat", {"net": {"layers": {"name": "conv1_1", "block": 1.0}}})
    assert "cell array 'layers'" in refusal(tmp_path / "dag.mat")
    scipy.io.savemat(tmp_path / "conv.mat", {"layers": published.cells([{"name": "conv1_1", "type": "conv"}])})
    assert "conv1_1: expected a kernel and a bias" in refusal(tmp_path / "conv.mat")


@pytest.mark.parametrize("name", ["vgg_face_dag.pth", "zip.pth", "a.safetensors", "whole.h5", "vgg-face.mat"])
@pytest.mark.parametrize("share", [0.999, 0.5, 0.01])
def test_truncated_file(numbers, tmp_path, name, share):
    WRITERS[name](tmp_path / name, numbers)
    content = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(content[: int(len(content) * share)])
    assert "not a whole" in refusal(tmp_path / name)


def test_a_keras_file_that_is_open_elsewhere_is_not_broken(numbers, tmp_path):
    published.write_keras(tmp_path / "a.h5", numbers)
    with opened_elsewhere(tmp_path / "a.h5", "earliest"):
        message = refusal(tmp_path / "a.h5")
    assert message.startswith("is open in another program") and "HDF5_USE_FILE_LOCKING=FALSE" in message
    assert "elete" not in message
    loaded(tmp_path / "a.h5")


def test_a_keras_file_that_another_program_writes_to_says_so_where_nothing_is_locked(tmp_path, monkeypatch):
    with opened_elsewhere(tmp_path / "new.h5", "latest", "w", HDF5_USE_FILE_LOCKING="FALSE"):
        monkeypatch.setenv("HDF5_USE_FILE_LOCKING", "FALSE")
        message = refusal(tmp_path / "new.h5")
    assert message.startswith("is open in another program") and "elete" not in message


@contextlib.contextmanager
def opened_elsewhere(path, version, mode="r+", **environment):
    """Another process has an HDF5 file open to write to it."""
    code = f"import h5py; f = h5py.File({str(path)!r}, {mode!r}, libver={version!r}); f.flush(); print(); input()"
    command, streams = [sys.executable, "-c", code], {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
    with subprocess.Popen(command, **streams, env=os.environ | environment) as other:
        other.stdout.readline()
        try:
            yield
        finally:
            other.communicate(b"\n")


@pytest.mark.parametrize("name", ["vgg_face_dag.pth", "zip.pth", "a.safetensors", "whole.h5", "vgg-face.mat"])
@pytest.mark.parametrize("why", [errno.EACCES, errno.EIO, errno.ENOSPC, None])
def test_a_whole_file_that_cannot_be_read_now_is_not_to_be_deleted(numbers, tmp_path, monkeypatch, name, why):
    WRITERS[name](tmp_path / name, numbers)
    error = MemoryError("Unable to allocate 3 GiB") if why is None else OSError(why, os.strerror(why))

    def fails(*given, **named):
        raise error

    for library, reader in ((h5py, "File"), (torch, "load"), (safetensors.torch, "load_file"), (matconvnet, "loadmat")):
        monkeypatch.setattr(library, reader, fails)
    message = refusal(tmp_path / name)
    assert ("there is not enough memory" if why is None else f"cannot be read ({os.strerror(why)})") in message
    assert "elete" not in message


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "the file is empty"),
        (b"\n <!DOCTYPE html><html>404</html>", "a web page"),
        (b"\xef\xbb\xbf<?xml version='1.0'?>", "a web page"),
        (b"version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "a Git LFS pointer"),
        (b"\x1f\x8b\x08\x00" + b"\x00" * 60, "a compressed archive"),
        (b"MATLAB 7.3 MAT-file, Platform: GLNXA64" + b" " * 474 + b"\x89HDF\r\n\x1a\n", "save it again with -v7"),
        (b"\x04\x00\x00\x00\x01\x00\x00\x00\x03\x00\x00\x00V 1\x0d\x00\x00\x00nn.Sequential", "a Torch7 file"),
        (b"\n\x12VGG_FACE_16_layers\x12\x9d\x01", "a Caffe model"),
        (b"PK\x03\x04" + b"\x00" * 60, "not a whole PyTorch file"),
        (b"conv1_1 0.1 0.2 0.3", "not a weight file of a known format"),
    ],
)
def test_file_that_holds_no_weights(tmp_path, content, says):
    (tmp_path / "vgg_face_dag.pth").write_bytes(content)
    assert says in refusal(tmp_path / "vgg_face_dag.pth")


def test_no_file_and_a_folder(tmp_path):
    assert "cannot be read" in refusal(tmp_path / "none.pth")
    assert "cannot be read" in refusal(tmp_path)


@pytest.mark.parametrize("bare", [False, True])
def test_a_pickle_that_would_run_code_does_not(tmp_path, bare):
    published.write_trap(tmp_path / "a.pth", tmp_path / "touched", bare)
    message = refusal(tmp_path / "a.pth")
    assert ("never read" if bare else "would run io.open") in message
    assert not (tmp_path / "touched").exists()
    if bare:  # the trap is one
        pickle.loads((tmp_path / "a.pth").read_bytes()).close()
        assert (tmp_path / "touched").exists()


def test_one_of_several_networks_in_a_file_is_for_the_lab_to_choose(numbers, tmp_path):
    def of(content):
        torch.save(content, tmp_path / "a.pth")
        return refusal(tmp_path / "a.pth")

    both = of({"state_dict": dict(numbers), "state_dict_ema": dict(numbers), "epoch": 3})
    assert "weights of state_dict and of state_dict_ema. Write those that you want" in both
    assert "student: expected a tensor, found a dict" in (own := of({"student": dict(numbers)}))
    assert "torch.load(PATH, weights_only=True)['student']" in own
    beside = {f"{part}.{name}": tensor for part in ("student", "teacher") for name, tensor in numbers.items()}
    assert "has them beside others, under student. and teacher.: write one of these alone" in of(beside)
    torch.save({"state_dict_ema": dict(numbers)}, tmp_path / "a.pth")
    assert reading.read(tmp_path / "a.pth", SMALL)[0].keys() == dict(numbers).keys()


def test_a_whole_model_and_a_list_are_no_state_dict(tmp_path):
    torch.save(torch.nn.Linear(1, 1), tmp_path / "a.pth")
    assert "would run torch.nn.modules.linear.Linear" in refusal(tmp_path / "a.pth")
    torch.save([torch.zeros(1)], tmp_path / "a.pth")
    assert "found a list" in refusal(tmp_path / "a.pth")
    torch.save({"epoch": 3}, tmp_path / "a.pth")
    assert "epoch: expected a tensor, found a int" in refusal(tmp_path / "a.pth")
    torch.save({0: torch.zeros(1)}, tmp_path / "a.pth")
    assert "found 0 for a name" in refusal(tmp_path / "a.pth")


# -------------------------------------------------------------------------------------------------------------- script


def fetched(project, tmp_path, source, architecture, input):
    weights = source if source == "pretrained" else {"from": [str(source)], "sha256": None}
    settings = {"architecture": architecture, "input": input, "weights": weights}
    params = {"network": json.dumps(settings)}
    job = SimpleNamespace(
        log=[str(tmp_path / "log")],
        config={"downloads": {"folder": str(tmp_path), "offline": True}},
        params=SimpleNamespace(**params, items=params.items),
        wildcards=SimpleNamespace(network="vgg_face", seed="0"),
        input={},
        output=SimpleNamespace(weights=str(tmp_path / "0.safetensors"), info=str(tmp_path / "0.json")),
    )
    runpy.run_path(str(project / "workflow" / "scripts" / "fetch.py"), init_globals={"snakemake": job})
    info = json.loads((tmp_path / "0.json").read_text())
    return load(tmp_path / "0.safetensors", architecture, resolved(architecture, input)), info


def test_fetch_keeps_weights_and_reference_and_says_what_it_checked(project, numbers, tmp_path):
    published.write_torch(tmp_path / "plain.pth", numbers)
    CARRIERS["a.h5"](tmp_path / "a.h5", numbers, reference_of(loaded(tmp_path / "plain.pth"), RGB))
    network, info = fetched(project, tmp_path, tmp_path / "a.h5", SMALL, RGB)
    assert all(torch.equal(tensor, numbers[name]) for name, tensor in network.state_dict().items())
    assert info["origin"] == "fetched" and info["format"] == "Keras HDF5" and info["file"] == "a.h5"
    assert (info["reference_checked"], info["self_checked"], info["score"]) == (True, False, None)
    with pytest.raises(InputError, match="input.channels"):  # the reference stays with the weights
        load(tmp_path / "0.safetensors", SMALL, RGB | {"channels": "bgr"})


def test_fetch_of_a_mislabelled_file_fails_and_writes_nothing(project, numbers, tmp_path):
    published.write_torch(tmp_path / "plain.pth", numbers)
    CARRIERS["a.mat"](tmp_path / "a.mat", numbers, reference_of(loaded(tmp_path / "plain.pth"), RGB))
    with pytest.raises((InputError, SystemExit)):
        fetched(project, tmp_path, tmp_path / "a.mat", SMALL, BGR)
    assert "check input.channels (now bgr)" in (tmp_path / "log").read_text()
    assert not (tmp_path / "0.safetensors").exists()


@pytest.mark.parametrize(
    ("architecture", "url"),
    [
        (
            {"from": "timm", "name": "resnet18.a1_in1k", "input_size": 32},
            "https://huggingface.co/timm/resnet18.a1_in1k/resolve/main/model.safetensors",
        ),
        (
            {"from": "torchvision", "name": "squeezenet1_1.IMAGENET1K_V1", "input_size": 64},
            "https://download.pytorch.org/models/squeezenet1_1-b8a52dc0.pth",
        ),
    ],
)
def test_fetch_of_a_zoos_published_weights_takes_what_lies_there_and_holds_it_to_its_name(
    project, tmp_path, architecture, url, capsys
):
    """Without a connection: the file is put where a download would be."""
    network, kept = initialised(architecture, "constructor", 3), tmp_path / Path(url).name
    save_file({name: tensor.contiguous() for name, tensor in network.state_dict().items()}, kept)
    if url.endswith(".pth"):  # whose name says how its digest begins, which no other file has
        with pytest.raises(SystemExit):
            fetched(project, tmp_path, "pretrained", architecture, {})
        assert "and its name promises b8a52dc0" in (tmp_path / "log").read_text()
        return
    read, info = fetched(project, tmp_path, "pretrained", architecture, {})
    assert all(torch.equal(tensor, read.state_dict()[name]) for name, tensor in network.state_dict().items())
    assert info["source"][0] == url and info["format"] == "safetensors" and info["origin"] == "fetched"
    kept.unlink()
    (tmp_path / "SHA256SUMS").unlink()
    with pytest.raises(SystemExit):
        fetched(project, tmp_path, "pretrained", architecture, {})
    said = (tmp_path / "log").read_text()
    assert "downloads.offline is true" in said and url in said and str(kept) in said  # what to put where


@pytest.mark.slow
def test_every_published_file_at_full_size(project, tmp_path):
    face = {"name": "vgg16", "input_size": 224, "classes": 2622}
    paths = {path.name: path for path in published.write_all(tmp_path / "published", seed=0)}
    expected = published.random_weights(face, seed=0)
    responses = []
    for name, input in (("vgg_face_dag.pth", RGB), ("vgg-face.mat", RGB), ("rcmalli_vggface_tf_vgg16.h5", BGR)):
        network, info = fetched(project, tmp_path, paths.pop(name), face, input)
        assert info["self_checked"]
        ours = published.reversed_channels(expected) if input is BGR else expected
        assert all(torch.equal(tensor, ours[key]) for key, tensor in network.state_dict().items())
        batch = prepare(picture(224)[None], input | {"size": 224})
        responses.append(responses_of(network, "fc7")(batch))
        del network
    for other in responses[1:]:
        torch.testing.assert_close(other, responses[0], rtol=0, atol=1e-4 * float(responses[0].abs().max()))
    notop = paths.pop("rcmalli_vggface_tf_notop_vgg16.h5")
    _, info = fetched(project, tmp_path, notop, face | {"classes": 0}, BGR)
    assert info["self_checked"]
    _, info = fetched(project, tmp_path, paths.pop("vgg16-397923af.pth"), face | {"classes": 1000}, RGB)
    assert info["self_checked"] and paths == {}
    shutil.rmtree(tmp_path)  # gigabytes
