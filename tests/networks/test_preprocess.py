import numpy as np
import pytest
from PIL import Image
from torchvision import transforms

from mien.errors import InputError
from mien.networks.preprocess import prepare
from tests.helpers.small_networks import INPUT, images

pytestmark = pytest.mark.usefixtures("one_thread")


def test_grey_images_are_scaled_and_repeated_in_three_channels():
    prepared = prepare(np.full((1, 32, 32), 255, np.uint8), {**INPUT, "mean": [0.5, 0.25, 0]})
    assert prepared.shape == (1, 3, 32, 32)
    assert prepared[0, :, 7, 9].tolist() == [2, 3, 4]


@pytest.mark.parametrize("channels, expected", [("rgb", [10 - 1, 20 - 2, 30 - 3]), ("bgr", [30 - 1, 20 - 2, 10 - 3])])
def test_mean_is_in_the_order_of_the_networks_channels(channels, expected):
    colour = np.tile(np.array([10, 20, 30], np.uint8), (1, 32, 32, 1))
    prepared = prepare(colour, {**INPUT, "scale": 1, "mean": [1, 2, 3], "sd": [1, 1, 1], "channels": channels})
    assert prepared[0, :, 3, 4].tolist() == expected


def test_another_size_is_resized_and_keeps_its_mean():
    pictures = images(1, 96)
    prepared = prepare(pictures, {**INPUT, "mean": [0] * 3, "sd": [1] * 3})
    assert prepared.shape == (1, 3, 32, 32)
    assert prepared.mean().item() == pytest.approx(pictures.mean() / 255, rel=0.01)
    assert prepared.std().item() < 0.5 * pictures.std() / 255  # antialiased: noise averages out


def test_images_that_are_not_square_are_refused():
    with pytest.raises(InputError, match="32 x 40"):
        prepare(np.zeros((1, 32, 40), np.uint8), INPUT)


@pytest.mark.parametrize("interpolation", ["bilinear", "bicubic", "nearest"])
@pytest.mark.parametrize("size, resized, side", [(224, 232, 300), (224, 256, 128), (64, 64, 96), (23, 25, 64)])
def test_pictures_are_resized_and_cut_as_torchvision_does(interpolation, size, resized, side):
    """But for its rounding: it rounds to whole grey levels after each of the two directions."""
    smooth = np.random.default_rng(2).integers(0, 256, (9, 9, 3), dtype=np.uint8)
    picture = Image.fromarray(smooth).resize((side, side), Image.Resampling.BICUBIC)
    mode = {"nearest": Image.Resampling.NEAREST, "bicubic": Image.Resampling.BICUBIC}
    whole = picture.resize((resized, resized), mode.get(interpolation, Image.Resampling.BILINEAR))
    expected = transforms.Compose([transforms.CenterCrop(size), transforms.PILToTensor()])(whole).float()
    plain = {"scale": 1, "mean": [0] * 3, "sd": [1] * 3}
    given = {**INPUT, **plain, "size": size, "crop": size / resized, "interpolation": interpolation}
    found = prepare(np.array(picture)[None], given)[0]
    assert found.shape == expected.shape == (3, size, size)
    if interpolation == "nearest":  # where a point is midway between two, rounding decides
        assert (found == expected).float().mean() > 0.9
        return
    assert (found - expected).abs().max() <= 1.2 and (found - expected).abs().mean() <= 0.4
