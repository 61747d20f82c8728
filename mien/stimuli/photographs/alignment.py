"""Faces brought to one place and size by their eyes: one similarity transform, one resampling.

Eyes alone: a fit to eyes and mouth rescales faces by expression (a smile makes them 5 % smaller or larger than surprise
does), and size would be a cue. Each picture by its own eyes makes all faces equally large; one transform a person keeps
how the person moved between the pictures.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from scipy.ndimage import gaussian_filter, spline_filter
from scipy.ndimage import map_coordinates as at_coordinates

from mien.stimuli.photographs.schemes import Landmarks, eyes

#: Standard deviation of the blur, in pixels of the new picture, where that is smaller than the photograph: it leaves
#: .007 of stripes as wide as half a new pixel.
_BLUR = 0.5
_MARGIN = 4.0  # standard deviations, beyond the part of a photograph that a new picture shows
_SPLINE = 3  # cubic: nothing is lost where pixels fall between pixels
_SPLINE_MARGIN = 12  # pixels in which a spline forgets its edge


class Similarity(NamedTuple):
    """`new = turn * old + move` with points as complex numbers x + iy: scale, rotation and translation."""

    turn: complex
    move: complex

    @property
    def scale(self) -> float:
        """Pixels of the new picture for each of the old one."""
        return abs(self.turn)


def on_eyes(faces: Sequence[Landmarks], size: int, distance: float, height: float) -> Similarity:
    """The transform that brings the mean eyes of a person's pictures, or those of one picture, to their place.

    With one point to each eye it fits exactly; a least-squares fit to all pictures' eyes instead would make faces the
    smaller, the more their eyes scatter.

    Args:
        faces: landmarks in pictures of the same person, as they were photographed.
        size: side of the new picture, pixels.
        distance: between the eyes, and `height` of the line between them below the top: shares of the side, of which
            pixels are counted from edge to edge. The face's middle is the picture's.
    """
    left, right = _complex(np.mean([eyes(face) for face in faces], 0))
    across = distance * size
    turn = across / (right - left)
    return Similarity(turn, complex(size / 2 - 0.5 - across / 2, height * size - 0.5) - turn * left)


def move(landmarks: Landmarks, transform: Similarity) -> Landmarks:
    """The same points in the new picture."""
    moved = transform.turn * _complex(landmarks.points) + transform.move
    return landmarks._replace(points=np.stack([moved.real, moved.imag], 1))


def resample(picture: np.ndarray, transform: Similarity, size: int) -> np.ndarray:
    """The new picture, (size, size) float32 from 0 to 255, sampled once from a grey photograph (rows, columns).

    Where it shrinks the photograph, that is blurred first, so that fine patterns vanish rather than turn into coarse
    ones; then a cubic spline is sampled. Black where the photograph ends.
    """
    x, y = _sources(transform, size)
    blur = _BLUR * np.sqrt(max(1 / transform.scale**2 - 1, 0))
    margin = int(np.ceil(_MARGIN * blur)) + _SPLINE_MARGIN
    part, corner = [], []
    for coordinate, length in zip((y, x), picture.shape, strict=True):
        start = int(np.clip(np.floor(coordinate.min()) - margin, 0, length - 1))
        part.append(slice(start, int(np.clip(np.ceil(coordinate.max()) + margin + 1, start + 1, length))))
        corner.append(start)
    seen = picture[tuple(part)].astype(np.float32)
    if blur:
        seen = gaussian_filter(seen, blur, mode="nearest", truncate=_MARGIN)
    seen = spline_filter(seen, _SPLINE, output=np.float32, mode="mirror")
    new = at_coordinates(seen, [y - corner[0], x - corner[1]], np.float32, _SPLINE, mode="mirror", prefilter=False)
    new[~_within(x, y, picture.shape)] = 0
    return np.clip(new, 0, 255)


def covered(transform: Similarity, shape: tuple[int, int], size: int) -> np.ndarray:
    """Which pixels of the new picture a photograph of this shape (rows, columns) covers, (size, size) bool."""
    return _within(*_sources(transform, size), shape)


def share_outside(mask: np.ndarray, covered: np.ndarray) -> float:
    """The share of a cut-out that lies outside of its photograph, 0 to 1."""
    return float(mask[~covered].sum(dtype=float) / mask.sum(dtype=float))


def _sources(transform: Similarity, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Where in the photograph each pixel of the new picture looks: x and y, (size, size)."""
    rows, columns = np.mgrid[:size, :size]
    old = (columns + 1j * rows - transform.move) / transform.turn
    return old.real, old.imag


def _within(x: np.ndarray, y: np.ndarray, shape: tuple[int, int]) -> np.ndarray:
    """Whether points lie on a picture's pixels, which reach half a pixel beyond their centres."""
    return (x >= -0.5) & (x <= shape[1] - 0.5) & (y >= -0.5) & (y <= shape[0] - 0.5)


def _complex(points: np.ndarray) -> np.ndarray:
    return points[:, 0] + 1j * points[:, 1]
