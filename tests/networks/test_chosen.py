import pytest

from mien.errors import InputError
from mien.networks.chosen import with_known_layers


def chosen(training=None, **network):
    network = {"architecture": {"name": "vgg16", "classes": 5}, "input": {"size": 64}, "seeds": [0]} | network
    if training:
        network["training"] = training
    return with_known_layers({"networks": {"mine": network}, "figures": {"layer": {"mine": "conv5_3"}}})


def test_a_layer_goes_by_its_own_name():
    config = chosen(layers=["features.28", "fc7"])
    assert config["networks"]["mine"]["layers"] == ["conv5_3", "fc7"]
    assert config["figures"]["layer"] == {"mine": "conv5_3"}


PIXELS = {"architecture": {"name": "pixels", "classes": 5}, "layers": ["image"]}


@pytest.mark.parametrize(
    ("network", "message"),
    [
        ({"layers": ["conv5_3", "features.28"]}, "networks.mine.layers: one layer stands there by two names"),
        ({"layers": ["fc7"]}, "figures.layer: network 'mine' has no layer 'conv5_3'"),
        ({"layers": ["conv9"]}, "networks.mine: layer 'conv9': vgg16 has no such layer"),
        (PIXELS | {"seeds": [0, 1]}, "networks.mine: pixels have no weights, so leave out training and give one seed"),
        (PIXELS | {"training": {"data": "faces"}}, "networks.mine: pixels have no weights"),
    ],
)
def test_what_an_architecture_does_not_have_is_refused(network, message):
    with pytest.raises(InputError, match=message):
        chosen(**network)
