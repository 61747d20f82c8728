"""Pictures as PNG bytes."""

import hashlib
import io
from collections.abc import Iterable

import numpy as np
from PIL import Image

from mien.tables.schema import BYTES, TEXT

#: What every table of pictures ends with.
COLUMNS = {"source": TEXT, "image": BYTES, "sha256": TEXT}


def encode_png(image: np.ndarray) -> bytes:
    """PNG bytes of a uint8 picture, shape (height, width) or (height, width, 3)."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG", compress_level=6)
    return buffer.getvalue()


def decode_png(pictures: Iterable[bytes]) -> np.ndarray:
    """Pictures of one size as uint8, shape (n, height, width) or, in colour, (n, height, width, 3)."""
    return np.stack([np.asarray(Image.open(io.BytesIO(picture))) for picture in pictures])


def picture_columns(images: Iterable[np.ndarray], source: str) -> dict[str, list]:
    """The values of `COLUMNS`."""
    encoded = [encode_png(image) for image in images]
    return {
        "source": [source] * len(encoded),
        "image": encoded,
        "sha256": [hashlib.sha256(image).hexdigest() for image in encoded],
    }
