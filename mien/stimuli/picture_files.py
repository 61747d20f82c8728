"""Files of ready pictures, which are shown as they are: what cannot be is refused, never converted without a word."""

import os
from pathlib import Path

import numpy as np
from PIL import ExifTags, Image

from mien.errors import InputError, trouble
from mien.stimuli.orientation import upright

_SMALLEST = 16  # pixels a side; below this there is no face to see
_FORMATS = ("BMP", "JPEG", "PNG", "PPM", "TIFF", "WEBP")  # Pillow's names of those whose depth `_unfit` tells


def open_picture(path: str | Path, size: int, where: str = "") -> np.ndarray:
    """A ready picture, grey (size, size) or RGB (size, size, 3), uint8; resized, with antialiasing, where it must be.

    It is turned as its EXIF data say. Colour profiles and gamma are not applied.

    Args:
        where: what names the picture, to begin an error's message with.

    Raises:
        InputError: there is no such picture, it cannot be read, is not square, is tiny, or is not one picture, grey or
            RGB, of 8 bits a channel and without transparency.
    """
    if not os.path.isfile(path):
        raise InputError(f"{where}{path} does not exist, or is no file")
    try:
        with Image.open(path, formats=_FORMATS) as picture:
            if unfit := _unfit(picture):
                raise InputError(
                    f"{where}{path} {unfit}; expected one picture, grey or RGB, of 8 bits a channel, without "
                    "transparency. Save it so"
                )
            picture = upright(picture)
    except InputError:
        raise
    except Exception as error:  # what Pillow raises of a damaged file depends on the damage
        if why := trouble(error):
            raise InputError(f"{where}{path}: {why}") from None
        raise InputError(f"{where}{path} is not a readable picture ({error}); expected {', '.join(_FORMATS)}") from None
    width, height = picture.size
    if width != height or width < _SMALLEST:
        raise InputError(
            f"{where}{path} is {width} x {height} pixels; expected a square of at least {_SMALLEST}. Crop it"
        )
    if picture.size != (size, size):
        picture = picture.resize((size, size), Image.Resampling.BILINEAR)  # antialiased where it shrinks
    return np.asarray(picture)


def _unfit(picture: Image.Image) -> str | None:
    """What a picture, not loaded yet, holds that Pillow would reduce to grey or RGB of 8 bits without a word."""
    # a camera's MPO is a picture, with others of it that are not for show
    if picture.format != "MPO" and (frames := getattr(picture, "n_frames", 1)) > 1:
        return f"holds {frames} pictures"
    if picture.mode not in ("L", "RGB"):
        return f"is a picture of mode {picture.mode}"
    if picture.format == "TIFF":
        tags = picture.tag_v2
        eight_bits = set(tags[ExifTags.Base.BitsPerSample]) == {8}
        eight_bits &= tags.get(ExifTags.Base.SamplesPerPixel, 1) == len(picture.getbands())
    elif picture.format == "PPM":
        eight_bits = picture.tile[0].codec_name == "raw" or picture.tile[0].args[1] == 255  # the highest level
    else:
        eight_bits = not any(";" in str(tile.args) for tile in picture.tile)  # as in the raw mode RGB;16B
    if not eight_bits:
        return "has another depth, or a further channel"
    if "transparency" in picture.info:
        return "declares a transparent colour"
    return None
