"""Photographs as they lie on disk, read into upright grey arrays; one that cannot be used gives its reason."""

import errno
import warnings
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from mien.errors import InputError, trouble
from mien.stimuli.luma import LUMA
from mien.stimuli.orientation import upright
from mien.stimuli.photographs.rejection import Rejected
from mien.stimuli.pictures import encode_png

_MILLIONS = 50  # of pixels at most; so many take 0.6 GB to convert
_FEWEST = 32  # pixels a side; a face needs more to show an expression
_FORMATS = ("BMP", "GIF", "JPEG", "PNG", "PPM", "TIFF", "WEBP")  # nothing that runs another program
_ITS_OWN = (errno.EACCES, errno.ENAMETOOLONG)  # what concerns one picture and will not pass
_DEEP = ("I;16", "I;16L", "I;16B", "I;16N", "I")


def read_photograph(path: str | Path) -> Image.Image:
    """A photograph, decoded and turned upright by its EXIF orientation, in the mode in which it was stored.

    Broken EXIF data turn nothing. Size and kind are judged by the header, before anything is decoded. A file of several
    pictures gives the first.

    Raises:
        Rejected: `no file`, `empty file`, `not a picture`, `too large`, `too small`, or `unreadable`.
        InputError: the disk or the machine has trouble, which says nothing of the picture.
    """
    path = Path(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # Pillow's, of large pictures and odd metadata, don't name the file
        try:
            if not path.stat().st_size:
                raise Rejected("empty file", f"{path} holds nothing. Copy it again")
            with Image.open(path, formats=_FORMATS) as picture:
                _check_size(path, *picture.size)
                return upright(picture)
        except Rejected:
            raise
        except FileNotFoundError:
            raise Rejected("no file", f"{path} does not exist") from None
        except IsADirectoryError:
            raise Rejected("not a picture", f"{path} is a folder") from None
        except UnidentifiedImageError:
            raise Rejected("not a picture", f"{path} is none of {', '.join(_FORMATS)}") from None
        except Image.DecompressionBombError:  # Pillow's own limit, above ours
            raise Rejected("too large", f"{path} has more than {_MILLIONS} million pixels. Reduce it") from None
        except Exception as error:  # whatever a decoder raises, the pictures after this one are still to be read
            if getattr(error, "errno", None) not in _ITS_OWN and (why := trouble(error)):
                raise InputError(f"{path}: {why}") from None
            raise Rejected("unreadable", f"{path}: {error}. Copy it again") from None


def _check_size(path: Path, width: int, height: int) -> None:
    if width * height > _MILLIONS * 10**6:
        raise Rejected("too large", f"{path} is {width} x {height} pixels, more than {_MILLIONS} million. Reduce it")
    if min(width, height) < _FEWEST:
        raise Rejected("too small", f"{path} is {width} x {height} pixels; at least {_FEWEST} a side are needed")


def thumbnail(path: str | Path, side: int = 200) -> bytes | None:
    """PNG bytes of a photograph, grey and no larger than so many pixels a side; None of what cannot be read."""
    try:
        picture = Image.fromarray(np.rint(grey(read_photograph(path), "bt601")).astype(np.uint8))
    except Rejected:
        return None
    picture.thumbnail((side, side))
    return encode_png(np.asarray(picture))


def grey(picture: Image.Image, standard: str) -> np.ndarray:
    """Luma of a picture, (rows, columns) float32 from 0 to 255, not rounded.

    A transparent picture is laid on black, as cut-outs are. CMYK becomes RGB without a profile, and embedded colour
    profiles are not applied. 16 bits a channel are scaled so that 65535 is 255.

    Args:
        standard: of `LUMA`. A picture that is grey already is the same by either.

    Raises:
        Rejected: `unknown depth`: 32 bits a channel, or 12 in 16, whose white no header names; `unreadable`: a colour
            space that Pillow cannot convert.
    """
    if picture.mode in _DEEP:
        values = np.asarray(picture).astype(np.float32)
        if picture.mode == "I" and (values.min() < 0 or not 255 < values.max() <= 65535):
            raise Rejected("unknown depth", "a channel has 32 bits. Save the picture with 8 or 16")
        if 255 < values.max() < 4096:
            raise Rejected("unknown depth", "no value is above 4095, as of 12 bits in 16. Save the picture with 8")
        return values / np.float32(257)
    if picture.mode == "F":
        raise Rejected("unknown depth", "values are floating-point numbers. Save the picture with 8 or 16 bits")
    try:
        if picture.has_transparency_data:
            picture = picture.convert("RGBA")
            picture = Image.alpha_composite(Image.new("RGBA", picture.size, "black"), picture)
        if picture.mode in ("1", "L"):
            return np.asarray(picture.convert("L")).astype(np.float32)
        colours = np.asarray(picture.convert("RGB"))
    except (ValueError, OSError) as error:
        raise Rejected("unreadable", f"a picture of mode {picture.mode} cannot be converted ({error})") from None
    red, green, blue = LUMA[standard]
    luma = np.float32(red) * colours[..., 0]
    luma += np.float32(green) * colours[..., 1]
    luma += np.float32(blue) * colours[..., 2]
    return luma


def read_grey(path: str, standard: str) -> np.ndarray | Rejected:
    """A photograph, (rows, columns) float32 from 0 to 255, or why there is none."""
    try:
        return grey(read_photograph(path), standard)
    except Rejected as reason:
        return reason
