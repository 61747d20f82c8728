import pytest
import torch

from mien.errors import InputError
from mien.networks.build import build
from mien.networks.preprocess import prepare
from mien.networks.readout.responses import responses_of
from mien.networks.zoo.vgg import layers_of
from tests.helpers.small_networks import INPUT, SMALL, images, initialised

pytestmark = pytest.mark.usefixtures("one_thread")


@pytest.mark.parametrize("layer", ["conv1_1", "conv5_3", "fc6", "fc7"])
def test_before_and_after_the_relu_are_different_and_neither_changes_the_other(layer):
    network, batch = initialised(SMALL), prepare(images(), INPUT)
    before = responses_of(network, layer, rectified=False)(batch)
    kept = before.clone()
    after = responses_of(network, layer, rectified=True)(batch)
    responses_of(network, "fc8")(batch)
    assert (kept < 0).any()
    assert torch.equal(before, kept)
    assert torch.equal(after, kept.clamp(min=0))
    assert torch.equal(responses_of(network, layer, rectified=False)(batch), kept)


@pytest.mark.parametrize("layer", ["pool3", "fc8"])
def test_layers_without_a_relu_are_the_same_either_way(layer):
    network, batch = initialised(SMALL), prepare(images(), INPUT)
    before, after = (responses_of(network, layer, rectified)(batch) for rectified in (False, True))
    assert torch.equal(before, after)
    assert before.abs().sum() > 0


def test_responses_are_the_classifiers_own_and_have_no_dropout_even_in_a_network_that_trains():
    network, batch = initialised(SMALL), prepare(images(), INPUT)
    with torch.inference_mode():
        expected = network(batch)
    network.train()
    assert torch.equal(responses_of(network, "fc8")(batch)[:, :, 0, 0], expected)


def test_nothing_beyond_the_layer_is_computed():
    network = initialised(SMALL)
    called = []
    for name, module in network.named_children():
        module.register_forward_hook(lambda *_, name=name: called.append(name))
    responses_of(network, "conv1_2", rectified=False)(prepare(images(), INPUT))
    assert called == ["conv1_1", "relu_conv1_1", "conv1_2"]


def test_an_unknown_layer_is_refused_with_the_networks_layers():
    with pytest.raises(InputError, match="layer 'conv5_4': the network has no such layer") as error:
        responses_of(build(SMALL), "conv5_4")(prepare(images(), INPUT))
    assert all(layer in str(error.value) for layer in layers_of("vgg16"))
