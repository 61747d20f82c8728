"""torchvision's networks, read at any node: against hooks on torchvision's own modules, which copy what they see."""

import functools
from collections import defaultdict

import numpy as np
import pandas as pd
import pytest
import torch
import torchvision
from torch import nn

from mien.errors import InputError
from mien.networks import architectures
from mien.networks.initialisation import initialised
from mien.networks.readout import graphs
from mien.networks.readout.layers import NO_RELU, NOT_KNOWN, layer_table, unrectified_among
from mien.networks.readout.responses import responses_of, responses_to
from mien.networks.zoo.interface import Zoo
from tests.helpers.odd_networks import ByContent, Residual

SIZES = {"alexnet": 64, "resnet18": 32, "convnext_tiny": 32, "vit_b_16": 32, "densenet121": 32, "mobilenet_v2": 32}
SIZES |= {"googlenet": 32, "inception_v3": 75}
EACH = [name if name != "inception_v3" else pytest.param(name, marks=pytest.mark.slow) for name in SIZES]


pytestmark = pytest.mark.usefixtures("one_thread")


def architecture(name):
    own = {} if name == "vgg11_bn" else {"from": "torchvision"}
    return {**own, "name": name, "input_size": SIZES[name], "classes": 7}


@functools.cache
def built(name):
    network = initialised(architecture(name), "kaiming_normal", 1)
    with torch.no_grad():  # of which no constructor makes anything
        for norm in network.modules():
            if isinstance(norm, nn.BatchNorm2d | nn.LayerNorm):
                norm.bias.copy_(torch.linspace(-0.5, 0.5, norm.bias.numel()))
    return network


@functools.cache
def table_of(name):
    return layer_table(architecture(name))


@functools.cache
def traced(name):
    return graphs.trace(built(name), batch(name))


def read(name, layer, rectified=True):
    """What `responses_of` gives of a network that is traced anew each time."""
    found = {}
    responses_to(traced(name), [layer], rectified)(batch(name), found.__setitem__)
    return found[layer]


@functools.cache
def batch(name):
    return torch.randn(2, 3, SIZES[name], SIZES[name], generator=torch.Generator().manual_seed(2))


@functools.cache
def hooked(name):
    """torchvision's own network with the same weights: its output, and what each module gave at each of its calls.

    It works in place where torchvision does: hooks copy what they see at once.
    """
    options = {"image_size": SIZES[name]} if name.startswith("vit") else {}
    if name in ("googlenet", "inception_v3"):
        options |= {"init_weights": False, "aux_logits": False}
    network = torchvision.models.get_model(name, weights=None, num_classes=7, **options).eval()
    network.load_state_dict(built(name).state_dict())
    given = defaultdict(list)
    for path, module in network.named_modules():
        module.register_forward_hook(lambda *call, path=path: given[path].append(_copy(call[-1])))
    with torch.inference_mode():
        return network(batch(name).clone()), given


def _copy(value):
    return value.clone() if isinstance(value, torch.Tensor) else None


def call_of(name, layer):
    """What the module and call that a node is named after gave, or None for what is no module."""
    _, given = hooked(name)
    path, _, repeat = layer.rpartition("_")
    if layer in given:
        return given[layer][0] if len(given[layer]) == 1 or "relu" in layer else given[layer][-1]
    return given[path][int(repeat)] if repeat.isdigit() and path in given else None


def as_maps(value):
    if value.ndim == 2:
        return value[:, :, None, None]
    return value.transpose(1, 2)[..., None] if value.ndim == 3 else value


@pytest.mark.parametrize("name", EACH)
def test_layers_give_what_hooks_see_and_are_of_the_shape_in_the_table(name):
    table = table_of(name)
    assert table["layer"].is_unique
    modules = table[[call_of(name, layer) is not None for layer in table["layer"]]]
    assert len(modules) > 0.5 * len(table)
    compared = modules.iloc[:: max(1, len(modules) // 8)]
    for row in compared.itertuples():
        expected = as_maps(call_of(name, row.layer))
        found = read(name, row.layer, rectified=False)
        assert found.shape == expected.shape == (2, row.channels, row.rows, row.columns)
        assert row.units == row.channels * row.rows * row.columns
        scale = expected.abs().max().item()
        assert scale > 0
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-5 * scale)


@pytest.mark.parametrize("rectified", [False, True])
@pytest.mark.parametrize("name", EACH)
def test_layers_read_in_one_pass_are_to_the_last_bit_what_each_is_alone(name, rectified):
    layers, found, kept = list(table_of(name)["layer"]), {}, batch(name).clone()
    responses_to(traced(name), layers, rectified)(kept, lambda layer, value: found.update({layer: value.clone()}))
    assert torch.equal(kept, batch(name))
    assert found.keys() == set(layers)
    for layer in layers[:: max(1, len(layers) // 8)]:
        assert torch.equal(found[layer], read(name, layer, rectified)), layer


@pytest.mark.parametrize("name", EACH)
def test_the_last_layer_is_the_networks_output(name):
    output, _ = hooked(name)
    last = table_of(name)["layer"].iloc[-1]
    found = read(name, last)[:, :, 0, 0]
    torch.testing.assert_close(found, output, rtol=0, atol=1e-5 * output.abs().max().item())
    with torch.inference_mode():
        assert torch.equal(built(name)(batch(name)), found)


@pytest.mark.parametrize("name", ["alexnet", "resnet18", "densenet121", "mobilenet_v2"])
def test_rectified_is_after_the_relu_that_the_table_names(name):
    table = table_of(name)
    reads_a_relu = [f"{row.rectified_by}.".startswith(f"{row.layer}.") for row in table.itertuples()]  # or its module
    rectified = table[(table["rectified_by"] != NO_RELU) & ~np.array(reads_a_relu)]
    assert len(rectified) >= 5
    for row in rectified.iloc[:: max(1, len(rectified) // 5)].itertuples():
        before, after, relu = (
            read(name, layer, rectified)
            for layer, rectified in ((row.layer, False), (row.layer, True), (row.rectified_by, False))
        )
        assert torch.equal(after, relu)
        assert (before < 0).any() and (after >= 0).all()
        if "norm" in row.layer or "bn" in row.layer:
            assert torch.equal(after, before.clamp(min=0))


def rectified_by(name):
    return table_of(name).set_index("layer")["rectified_by"]


def test_a_residual_block_adds_to_its_norm_and_does_not_change_it():
    norm, before, sum_ = (read("resnet18", layer) for layer in ("layer1.0.bn2", "maxpool", "layer1.0.add"))
    torch.testing.assert_close(sum_, (norm + before).clamp(min=0))
    assert (norm < 0).any()
    by = rectified_by("resnet18")
    assert [by[layer] for layer in ("conv1", "bn1", "layer1.0.bn2", "layer1.0.add", "layer1.0.relu_1", "layer1.0")] == [
        *("relu", "relu", NO_RELU, "layer1.0.relu_1", "layer1.0.relu_1", "layer1.0.relu_1")
    ]
    assert torch.equal(read("resnet18", "layer1"), read("resnet18", "layer1.1.relu_1"))


def test_functional_relus_are_found_and_read_before_and_after():
    assert rectified_by("googlenet")["inception3a.branch1.conv"] == "inception3a.branch1.relu"
    before, after = (read("densenet121", "features.norm5", rectified) for rectified in (False, True))
    assert rectified_by("densenet121")["features.norm5"] == "relu"
    assert (before < 0).any()
    assert torch.equal(after, before.clamp(min=0))


def test_a_transformers_tokens_are_rows():
    table = table_of("vit_b_16").set_index("layer")
    shape = table.loc["encoder.layers.encoder_layer_3", ["channels", "rows", "columns", "units"]]
    assert shape.tolist() == [768, 5, 1, 768 * 5]  # four patches and the class's token
    assert (table["rectified_by"] == NO_RELU).all()


def test_dropout_plays_no_part_even_in_a_network_that_was_training():
    network = initialised(architecture("alexnet"), "kaiming_normal", 1)
    expected = responses_of(network, "classifier.6")(batch("alexnet"))
    network.train()
    assert torch.equal(responses_of(network, "classifier.6")(batch("alexnet")), expected)


def test_an_unknown_layer_is_refused_with_the_nearest_first():
    with pytest.raises(
        InputError, match="'layer1.0.conv3': the network has no such layer.* are layer1.0.conv"
    ) as error:
        read("resnet18", "layer1.0.conv3")
    assert "layer4.1.relu_1" in str(error.value)


def test_a_node_without_units_is_refused():
    with pytest.raises(InputError, match="'getattr': the network has no units there"):
        read("vit_b_16", "getattr")


def test_an_input_that_a_network_cannot_take_is_refused():
    with pytest.raises(
        InputError, match="torchvision alexnet, input.size 32: the network takes no pictures of 3 x 32 x 32: "
    ):
        layer_table({"from": "torchvision", "name": "alexnet", "input_size": 32, "classes": 5})


def test_our_own_layers_are_in_the_table_by_the_literatures_names():
    table = layer_table({"name": "vgg11_bn", "input_size": 64, "classes": 5, "width": 0.25})
    assert table["layer"].tolist()[:4] == ["conv1_1", "bn1_1", "pool1", "conv2_1"]
    row = table.set_index("layer").loc["conv5_2"]
    assert row.tolist() == [128, 4, 4, 2048, "relu_conv5_2", True, "fx"]
    assert table["layer"].iloc[-1] == "fc8"
    pixels = layer_table({"name": "pixels", "input_size": 64})
    assert pixels.to_numpy().tolist() == [["image", 1, 64, 64, 4096, NO_RELU, True, "fx"]]


@pytest.mark.slow
@pytest.mark.parametrize("name", torchvision.models.list_models(module=torchvision.models))
def test_every_classification_network_has_its_layers_listed(name):
    table = layer_table({"from": "torchvision", "name": name, "input_size": 224, "classes": 10})
    assert table["units"].iloc[-1] == 10
    assert table["layer"].is_unique


# ------------------------------------------------------------------------------------------------ others' networks


@pytest.mark.parametrize("rectified", [False, True])
def test_a_network_that_works_in_place_is_read_as_one_that_does_not(rectified):
    """What works in place is the author's business: responses are told before it changes them."""
    theirs = torchvision.models.resnet18(num_classes=7).eval()
    theirs.load_state_dict(built("resnet18").state_dict())
    assert theirs.layer1[0].relu.inplace
    own = torchvision.models.resnet18(num_classes=7).eval()
    own.load_state_dict(theirs.state_dict())
    for module in own.modules():
        if isinstance(module, nn.ReLU):
            module.inplace = False
    layers, found, expected = list(table_of("resnet18")["layer"]), {}, {}
    for network, into in ((theirs, found), (own, expected)):
        tell = responses_to(graphs.trace(network, batch("resnet18")), layers, rectified)
        tell(batch("resnet18"), lambda layer, value, into=into: into.update({layer: value.clone()}))
    assert all(torch.equal(found[layer], expected[layer]) for layer in layers)
    negative = {layer for layer, value in found.items() if (value < 0).any()}
    assert ("conv1" in negative) is ("layer2.1.bn1" in negative) is not rectified
    assert {"layer1.0.bn2", "fc"} <= negative and "layer1.0" not in negative


@pytest.mark.parametrize("kind, by", [(Residual, "export"), (ByContent, "hooks")])
def test_layers_of_any_network_have_the_shapes_that_hooks_see(monkeypatch, kind, by):
    zoo = Zoo(known=lambda name: True, check=lambda architecture: None, build=lambda architecture, seed: kind())
    monkeypatch.setattr(architectures, "ZOOS", {"mine": zoo})
    table = layer_table({"name": "mine", "input_size": 9}).set_index("layer")
    assert set(table["traced_by"]) == {by}
    assert table.loc["layer1.0.bn2", ["channels", "rows", "columns", "units"]].tolist() == [4, 7, 6, 4 * 7 * 6]
    assert table.loc["fc", ["channels", "rows", "columns"]].tolist() == [5, 1, 1]
    assert table.index.is_unique and table.index.get_loc("layer1") < table.index.get_loc("relu6")
    assert table.loc["layer1.0", "units"] == table.loc["layer1.0.relu_1", "units"]
    by_export = {"layer1.0.conv1": "layer1.0.relu", "layer1.0.bn2": NO_RELU, "relu6": "relu6"}
    by_hooks = {"layer1.0.conv1": NOT_KNOWN, "layer1.0.bn2": NOT_KNOWN, "relu6": "relu6"}
    assert table["rectified_by"][list(by_export)].to_dict() == (by_export if by == "export" else by_hooks)
    assert table["trunk"]["relu6"] == (by == "export")


def test_what_cannot_be_rectified_is_told_and_why():
    settings = {
        "architecture": {"from": "torchvision", "name": "resnet18"},
        "layers": ["a", "b", "c"],
        "rectified": True,
    }
    table = pd.DataFrame({"layer": ["a", "b", "c"], "rectified_by": ["relu", NO_RELU, NOT_KNOWN]})
    assert list(unrectified_among(table, settings)) == [
        "layer 'b': no ReLU directly follows it, so `rectified: true` reads it as it is",
        "layer 'c': the network is read by hooks on its modules, which don't tell whether a ReLU follows, so "
        "`rectified: true` reads it as it is",
    ]
    assert not list(unrectified_among(table, settings | {"rectified": False}))
    assert not list(unrectified_among(table, settings | {"architecture": {"name": "pixels"}}))
