import subprocess
import sys
from collections.abc import Mapping

import pytest
import torch
from torch import nn

from mien.errors import InputError
from mien.networks import architectures
from mien.networks.architectures import check, layer_named, own_name, zoo_of
from mien.networks.initialisation import initialised
from mien.networks.readout.layers import layer_table
from mien.networks.readout.responses import responses_of
from mien.networks.zoo.interface import Zoo
from mien.networks.zoo.vgg import layers_of, torchvision_names


def test_every_name_is_of_one_zoo():
    own = {"vgg16": "vgg", "vgg19_bn": "vgg", "pixels": "pixels"}
    assert all(zoo_of({"name": name}) is architectures.ZOOS[zoo] for name, zoo in own.items())
    others = {"torchvision": "torchvision", "a.py": "own files", "a.pt2": "programs", "timm_of_mine.zoo": "packages"}
    assert all(zoo_of({"from": place, "name": "vgg16"}) is architectures.ZOOS[zoo] for place, zoo in others.items())


def test_an_architecture_that_is_none_of_ours_has_to_say_where_it_is_from():
    with pytest.raises(InputError, match="'resnet18' is none of mien's own.*Say where it is from: torchvision, timm"):
        zoo_of({"name": "resnet18", "from": "mien"})


def test_another_zoo_takes_a_module_and_its_registration(monkeypatch):
    """Its networks are checked, built, drawn from their seed, listed and read out like any other."""

    def build(architecture: Mapping, seed: int) -> nn.Module:
        with torch.random.fork_rng(devices=[]):
            torch.manual_seed(seed)
            return nn.Sequential(nn.Conv2d(3, architecture["classes"], 3), nn.ReLU(inplace=True), nn.BatchNorm2d(2))

    def refuse(architecture: Mapping) -> None:
        raise InputError("architecture: not for me")

    zoo = Zoo(
        known=lambda architecture: architecture["name"] == "mine/one", check=lambda architecture: None, build=build
    )
    monkeypatch.setattr(architectures, "ZOOS", {"mine": zoo, **architectures.ZOOS})
    architecture = {"name": "mine/one", "input_size": 16, "classes": 2}
    check(architecture, ["only its graph knows"])
    a, b, c = (initialised(architecture, "constructor", seed) for seed in (1, 1, 2))
    assert torch.equal(a[0].weight, b[0].weight) and not torch.equal(a[0].weight, c[0].weight)
    assert torch.equal(a[0].weight, build(architecture, 1)[0].weight)
    assert layer_table(architecture)["units"].tolist() == [2 * 14 * 14] * 3
    assert responses_of(a, "0")(torch.ones(1, 3, 16, 16)).shape == (1, 2, 14, 14)
    monkeypatch.setitem(architectures.ZOOS, "mine", zoo._replace(check=refuse))
    with pytest.raises(InputError, match="not for me"):
        check(architecture, [])


def test_an_unknown_layer_is_refused_with_the_layers_there_are():
    with pytest.raises(InputError) as error:
        layer_named({"name": "vgg16"}, "conv6_1")
    for layer in ("conv6_1", *layers_of("vgg16")):
        assert layer in str(error.value)
    with pytest.raises(InputError, match="layer 'image2': pixels has no such layer; its layers are image"):
        check({"name": "pixels", "input_size": 32}, ["image", "image2"])


def test_any_layer_of_torchvisions_is_for_its_graph_to_judge():
    resnet = {"from": "torchvision", "name": "resnet18"}
    assert layer_named(resnet, "layer9") == own_name(resnet, "layer9") == "layer9"


def test_without_classes_a_layer_that_is_left_out_is_refused_and_why():
    with pytest.raises(InputError, match="'fc7'.*vgg16 has no such layer without its fully connected.*classes: 0"):
        layer_named({"name": "vgg16", "classes": 0}, "fc7")


def test_a_layer_may_have_its_name_in_torchvision():
    assert (torchvision_names("vgg16")["conv5_3"], torchvision_names("vgg16")["fc8"]) == ("features.28", "classifier.6")
    assert own_name({"name": "vgg16_bn"}, "features.41") == "bn5_3"
    assert layer_named({"name": "vgg16"}, "features.28") == "conv5_3"
    with pytest.raises(InputError, match="features.29"):  # a ReLU: conv5_3 with rectified: true
        layer_named({"name": "vgg16"}, "features.29")


def test_an_input_that_is_too_small_is_refused_before_anything_is_built():
    with pytest.raises(InputError, match="input.size 31.*pool5"):
        check({"name": "vgg16", "input_size": 31}, ["pool4"])


def test_importing_it_needs_nothing_beyond_the_standard_library():
    heavy = "('torch', 'torchvision', 'numpy', 'pandas')"
    code = f"import sys, mien.networks.architectures; print([m for m in sys.modules if m in {heavy}])"
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == "[]"
