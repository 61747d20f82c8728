"""The self-check passes our VGGs, and names the layer in which another network differs."""

import pytest
import torch

from mien.errors import InputError
from mien.networks.build import build
from mien.networks.readout.responses import responses_of
from mien.networks.weights import selfcheck
from tests.helpers import published_formats as published

CONVOLUTIONS = {"name": "vgg11", "input_size": 64, "classes": 0}


def test_self_check_compares_each_layer_before_and_after_its_relu(monkeypatch):
    network = build(CONVOLUTIONS)
    network.load_state_dict(published.random_weights(CONVOLUTIONS, seed=3))
    compared = []

    def respond(network, layer, rectified):
        compared.append((layer, rectified))
        return responses_of(network, layer, rectified)

    monkeypatch.setattr(selfcheck, "responses_of", respond)
    assert selfcheck.self_check(network, CONVOLUTIONS)
    convolutions = [layer for layer, _ in network.named_children() if layer.startswith("conv")]
    assert {(layer, rectified) for layer in convolutions for rectified in (False, True)} < set(compared)
    assert {layer for layer, _ in compared} == {*convolutions, *(f"pool{i}" for i in range(1, 6))}


def test_self_check_of_batch_norms():
    architecture = CONVOLUTIONS | {"name": "vgg11_bn"}
    network = build(architecture)
    network.load_state_dict(published.random_weights(architecture, seed=3))
    assert selfcheck.self_check(network, architecture)


@pytest.mark.parametrize("fault", ["padding", "slope", "pool"])
def test_self_check_names_the_first_layer_that_differs(fault):
    network = build(CONVOLUTIONS)
    network.load_state_dict(published.random_weights(CONVOLUTIONS, seed=3))
    if fault == "padding":
        network.conv4_1.padding_mode = "reflect"
        network.conv4_1._reversed_padding_repeated_twice = [1, 1, 1, 1]
    elif fault == "slope":
        network.relu_conv3_1 = torch.nn.LeakyReLU(0.01)
    else:
        network.pool2 = torch.nn.AvgPool2d(2)
    first = {"padding": "conv4_1 differs", "slope": "conv3_", "pool": "pool2 differs"}[fault]
    with pytest.raises(InputError, match=f"vgg11: {first}"):
        selfcheck.self_check(network, CONVOLUTIONS)


@pytest.mark.parametrize(
    "architecture",
    [
        {"name": "vgg16", "input_size": 64, "width": 1 / 16, "classes": 5},
        {"name": "vgg11", "input_size": 32, "classes": 2},
        {"from": "torchvision", "name": "alexnet", "input_size": 64, "classes": 2},
    ],
)
def test_self_check_says_where_it_does_not_apply(architecture):
    assert selfcheck.self_check(build(architecture), architecture) is False
