"""torchvision's networks, read at any node: against hooks on torchvision's own modules, which copy what they see."""

import functools
from collections import defaultdict

import numpy as np
import pytest
import torch
import torchvision
from torch import nn

from mien.errors import InputError
from mien.networks.build import build
from mien.networks.initialisation import initialise
from mien.networks.readout import graphs
from mien.networks.readout.layers import NO_RELU, layer_table
from mien.networks.readout.responses import responses_of, responses_to

SIZES = {"alexnet": 64, "resnet18": 32, "convnext_tiny": 32, "vit_b_16": 32, "densenet121": 32, "mobilenet_v2": 32}
SIZES |= {"googlenet": 32, "inception_v3": 75}
EACH = [name if name != "inception_v3" else pytest.param(name, marks=pytest.mark.slow) for name in SIZES]


pytestmark = pytest.mark.usefixtures("one_thread")


def architecture(name):
    return {"name": name, "input_size": SIZES[name], "classes": 7}


@functools.cache
def built(name):
    network = build(architecture(name))
    initialise(network, "kaiming_normal", 1)
    with torch.no_grad():  # of which no constructor makes anything
        for norm in network.modules():
            if isinstance(norm, nn.BatchNorm2d | nn.LayerNorm):
                norm.bias.copy_(torch.linspace(-0.5, 0.5, norm.bias.numel()))
    return network


@functools.cache
def table_of(name):
    return layer_table(architecture(name))


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
        options |= {"init_weights": False, "aux_logits": True}
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
        found = responses_of(built(name), row.layer, rectified=False)(batch(name))
        assert found.shape == expected.shape == (2, row.channels, row.rows, row.columns)
        assert row.units == row.channels * row.rows * row.columns
        scale = expected.abs().max().item()
        assert scale > 0
        torch.testing.assert_close(found, expected, rtol=0, atol=1e-5 * scale)


@pytest.mark.parametrize("rectified", [False, True])
@pytest.mark.parametrize("name", EACH)
def test_layers_read_in_one_pass_are_to_the_last_bit_what_each_is_alone(name, rectified):
    layers, found, kept = list(table_of(name)["layer"]), {}, batch(name).clone()
    traced = graphs.trace(built(name), batch(name))
    responses_to(traced, layers, rectified)(kept, lambda layer, value: found.update({layer: value.clone()}))
    assert torch.equal(kept, batch(name))
    assert found.keys() == set(layers)
    for layer in layers[:: max(1, len(layers) // 8)]:
        assert torch.equal(found[layer], responses_of(built(name), layer, rectified)(batch(name))), layer


@pytest.mark.parametrize("name", EACH)
def test_the_last_layer_is_the_networks_output(name):
    output, _ = hooked(name)
    last = table_of(name)["layer"].iloc[-1]
    found = responses_of(built(name), last)(batch(name))[:, :, 0, 0]
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
            responses_of(built(name), layer, rectified)(batch(name))
            for layer, rectified in ((row.layer, False), (row.layer, True), (row.rectified_by, False))
        )
        assert torch.equal(after, relu)
        assert (before < 0).any() and (after >= 0).all()
        if "norm" in row.layer or "bn" in row.layer:
            assert torch.equal(after, before.clamp(min=0))


def rectified_by(name):
    return table_of(name).set_index("layer")["rectified_by"]


def test_a_residual_block_adds_to_its_norm_and_does_not_change_it():
    read = lambda layer: responses_of(built("resnet18"), layer)(batch("resnet18"))  # noqa: E731
    norm, before, sum_ = read("layer1.0.bn2"), read("maxpool"), read("layer1.0.add")
    torch.testing.assert_close(sum_, (norm + before).clamp(min=0))
    assert (norm < 0).any()
    by = rectified_by("resnet18")
    assert [by[layer] for layer in ("conv1", "bn1", "layer1.0.bn2", "layer1.0.add", "layer1.0.relu_1", "layer1.0")] == [
        *("relu", "relu", NO_RELU, "layer1.0.relu_1", "layer1.0.relu_1", "layer1.0.relu_1")
    ]
    assert torch.equal(read("layer1"), read("layer1.1.relu_1"))


def test_functional_relus_are_found_and_read_before_and_after():
    assert rectified_by("googlenet")["inception3a.branch1.conv"] == "inception3a.branch1.relu"
    before, after = (
        responses_of(built("densenet121"), "features.norm5", rectified)(batch("densenet121"))
        for rectified in (False, True)
    )
    assert rectified_by("densenet121")["features.norm5"] == "relu"
    assert (before < 0).any()
    assert torch.equal(after, before.clamp(min=0))


def test_a_transformers_tokens_are_rows():
    table = table_of("vit_b_16").set_index("layer")
    shape = table.loc["encoder.layers.encoder_layer_3", ["channels", "rows", "columns", "units"]]
    assert shape.tolist() == [768, 5, 1, 768 * 5]  # four patches and the class's token
    assert (table["rectified_by"] == NO_RELU).all()


def test_dropout_plays_no_part_even_in_a_network_that_was_training():
    network = build(architecture("alexnet"))
    initialise(network, "kaiming_normal", 1)
    expected = responses_of(network, "classifier.6")(batch("alexnet"))
    network.train()
    assert torch.equal(responses_of(network, "classifier.6")(batch("alexnet")), expected)


def test_an_unknown_layer_is_refused_with_the_nearest_first():
    with pytest.raises(
        InputError, match="'layer1.0.conv3': the network has no such layer.* are layer1.0.conv"
    ) as error:
        responses_of(built("resnet18"), "layer1.0.conv3")(batch("resnet18"))
    assert "layer4.1.relu_1" in str(error.value)


def test_a_node_without_units_is_refused():
    with pytest.raises(InputError, match="'getattr': the network has no units there"):
        responses_of(built("vit_b_16"), "getattr")(batch("vit_b_16"))


def test_an_input_that_a_network_cannot_take_is_refused():
    with pytest.raises(InputError, match="alexnet: input_size 32: it takes no images of this size"):
        layer_table({"name": "alexnet", "input_size": 32, "classes": 5})


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
    table = layer_table({"name": name, "input_size": 224, "classes": 10})
    assert table["units"].iloc[-1] == 10
    assert table["layer"].is_unique
