import numpy as np
import pytest

from mien.networks import files
from mien.networks.build import build
from mien.networks.loading import load
from mien.networks.preprocess import prepare
from mien.networks.readout.responses import responses_of
from mien.networks.zoo import pixels
from tests.helpers.small_networks import INPUT, images, initialised

PIXELS = {"name": "pixels", "input_size": 32}


pytestmark = pytest.mark.usefixtures("one_thread")


def test_pixels_gives_the_prepared_image_and_has_no_parameters():
    network, pictures = initialised(PIXELS), images()
    responses = responses_of(network, "image")(prepare(pictures, INPUT))
    assert list(network.parameters()) == []
    assert responses.shape == (2, 1, 32, 32)
    np.testing.assert_allclose(responses[:, 0], (pictures / 255 - 0.5) / 0.25, atol=1e-5)


def test_pixels_has_the_image_as_its_one_layer():
    assert pixels.ZOO.layers("pixels", 1000) == ("image",)
    assert not pixels.ZOO.has_weights


def test_pixels_is_saved_and_loaded_like_any_network(tmp_path):
    files.save(build(PIXELS), tmp_path / "pixels", {})
    assert responses_of(load(tmp_path / "pixels", PIXELS, INPUT), "image")
