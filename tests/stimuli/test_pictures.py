"""Pictures as bytes."""

import numpy as np
import pytest

from mien.draws import generator
from mien.stimuli.pictures import decode_png, encode_png, picture_columns


@pytest.mark.parametrize("shape", [(18, 16), (16, 18, 3)])
def test_png_keeps_every_pixel(shape):
    images = [generator("png", place).integers(0, 256, shape, np.uint8) for place in range(3)]
    np.testing.assert_array_equal(decode_png(encode_png(image) for image in images), images)


def test_picture_columns_hold_the_digest_of_the_bytes():
    columns = picture_columns([np.zeros((16, 16), np.uint8)] * 2, "drawn")
    assert columns["source"] == ["drawn", "drawn"]
    assert columns["sha256"][0] == columns["sha256"][1] and len(columns["sha256"][0]) == 64
    assert columns["image"][0].startswith(b"\x89PNG")
