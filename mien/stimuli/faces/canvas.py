"""What a face is drawn on: the right half of a face plane, whose mirror image is the left half.

Lengths are face units, about 9.5 mm: x from the midline, y up from the middle of the face, z towards the viewer.
"""

from dataclasses import dataclass

import numpy as np

#: Side of the picture in face units, and the height of its middle.
SIDE = 21.5
MIDDLE = -0.35


@dataclass(frozen=True)
class Canvas:
    """A window of the half face plane: `x` (1, 1, w), `y` (1, h, 1), `pixel` (one sample's side) and `at`, the index
    of the window in arrays (n, height, width / 2) of the whole."""

    x: np.ndarray
    y: np.ndarray
    pixel: float
    at: tuple


@dataclass
class Surface:
    """What is drawn, arrays (n, h, w / 2): `height`, `albedo`, `occlusion` (the share of light let through), `glint`
    (light added after shading) and `coverage`. Each part adds its own to them, in place."""

    height: np.ndarray
    albedo: np.ndarray
    occlusion: np.ndarray
    glint: np.ndarray
    coverage: np.ndarray


def whole(samples: int) -> Canvas:
    """The canvas of a picture of `samples` x `samples`; `samples` is even."""
    pixel = SIDE / samples
    x = (np.arange(samples // 2) + 0.5) * pixel
    y = MIDDLE + SIDE / 2 - (np.arange(samples) + 0.5) * pixel
    return Canvas(x.astype(np.float32)[None, None, :], y.astype(np.float32)[None, :, None], pixel, (slice(None),) * 3)


def window(canvas: Canvas, right: float, bottom: float, top: float, left: float = 0.0) -> Canvas:
    """The part of a whole canvas within these bounds: a part of the face is worked out only where it can be."""
    columns = slice(*np.searchsorted(canvas.x.ravel(), (left, right)))
    rows = slice(*np.searchsorted(-canvas.y.ravel(), (-top, -bottom)))
    return Canvas(canvas.x[..., columns], canvas.y[:, rows], canvas.pixel, (slice(None), rows, columns))


def mirror(half: np.ndarray, odd: bool = False) -> np.ndarray:
    """Both halves, (..., w), of a half field (..., w / 2); `odd`: the left half has the opposite sign."""
    left = half[..., ::-1]
    return np.concatenate([-left if odd else left, half], -1)


def step(start: np.ndarray | float, end: np.ndarray | float, x: np.ndarray) -> np.ndarray:
    """Smooth step: 0 up to `start`, 1 from `end` on (or down from 1, where `end` lies before `start`)."""
    t = np.clip((x - start) / (end - start), 0, 1)
    return t * t * (3 - 2 * t)


def bump(x: np.ndarray, centre: np.ndarray | float, sd: np.ndarray | float) -> np.ndarray:
    """A Gaussian of height 1. Two of them, one of x and one of y, multiply to a spot at little cost."""
    return np.exp(-0.5 * ((x - centre) / sd) ** 2)
