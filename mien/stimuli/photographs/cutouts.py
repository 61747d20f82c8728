"""Faces cut out on black, at their outline or by an ellipse; a cut-out is 40 points, so that it can be morphed."""

import numpy as np
from scipy.ndimage import minimum_filter

from mien.stimuli.curves import smooth_curve
from mien.stimuli.photographs.schemes import SCHEMES, Landmarks, eyes

POINTS = 40
_STEPS = 16  # a piece of the smooth curve between two landmarks has so many places to choose from
_ARC = 9  # points on the forehead where a scheme ends at the brows
#: The ellipse, in distances between the eyes: half-axes, and how far its middle lies below them. By eye, on the London
#: set: inside the cheeks, from hairline to chin.
_HALF_WIDTH, _HALF_HEIGHT, _BELOW = 0.95, 1.5, 0.3


def face_outline(landmarks: Landmarks) -> np.ndarray:
    """The outline of a face, (40, 2), on a smooth curve through its landmarks.

    A point stands for the same place in every face of a scheme. Where a scheme has no forehead, a half circle over the
    line between the jaw's ends stands for it: no brow moves it, and in 39 of 40 faces of the London set (DeBruine &
    Jones 2017) it stays below the hairline.
    """
    scheme = SCHEMES[landmarks.scheme]
    edge = landmarks.points[list(scheme.outline)]
    if not scheme.whole:
        edge = np.concatenate([edge, _forehead(edge)])
    curve = smooth_curve(edge, _STEPS)
    return curve[np.round(np.arange(POINTS) * (len(curve) / POINTS)).astype(int)]


def _forehead(jaw: np.ndarray) -> np.ndarray:
    """Points on the half circle from the jaw's right end over the forehead to its left end, without the ends."""
    left, right = jaw[0], jaw[-1]
    out = (right - left) / 2
    up = np.array([out[1], -out[0]])
    angle = np.linspace(0, np.pi, _ARC + 2)[1:-1, None]
    return (left + right) / 2 + np.cos(angle) * out + np.sin(angle) * up


def ellipse(landmarks: Landmarks) -> np.ndarray:
    """An ellipse about the eyes, (40, 2), of one shape for all faces."""
    left, right = eyes(landmarks)
    across = right - left
    down = np.array([-across[1], across[0]])
    angle = np.arange(POINTS)[:, None] * (2 * np.pi / POINTS)
    middle = (left + right) / 2 + _BELOW * down
    return middle + np.cos(angle) * _HALF_WIDTH * across + np.sin(angle) * _HALF_HEIGHT * down


OUTLINES = {"outline": face_outline, "ellipse": ellipse}


def mask(outline: np.ndarray, size: int, edge: float = 0) -> np.ndarray:
    """What a cut-out shows, (size, size) float32: 1 inside a closed polygon (m, 2), 0 outside.

    Args:
        edge: pixels over which it fades, inwards, so that what lies outside the outline never shows; 0 is a hard edge.
    """
    inside = _inside(outline, size)
    shown = inside.astype(np.float32)
    if edge > 0:
        reach = int(np.ceil(edge)) + 1  # to a pixel's centre beyond the outline
        rim = inside & ~minimum_filter(inside, 2 * reach + 1, mode="constant", cval=False)
        rows, columns = np.nonzero(rim)
        shown[rim] = np.minimum(_distance(columns, rows, outline) / edge, 1)
    return shown


def _inside(outline: np.ndarray, size: int) -> np.ndarray:
    """Whether pixel centres lie inside: on each row, between an odd and the next even crossing of the edges."""
    start, end = outline, np.roll(outline, -1, 0)
    rows = np.arange(size)
    crossed, edge = np.nonzero((start[:, 1] <= rows[:, None]) != (end[:, 1] <= rows[:, None]))
    (x0, y0), (x1, y1) = start[edge].T, end[edge].T
    column = np.ceil(x0 + (crossed - y0) / (y1 - y0) * (x1 - x0)).clip(0, size).astype(int)
    turns = np.zeros((size, size + 1), np.int32)
    np.add.at(turns, (crossed, column), 1)
    return np.cumsum(turns, 1)[:, :-1] % 2 == 1


def _distance(x: np.ndarray, y: np.ndarray, outline: np.ndarray) -> np.ndarray:
    """From points, (n,) each, to the nearest edge of a polygon."""
    start = outline.astype(np.float32)  # twice as fast, and exact to a thousandth of a pixel
    along = (np.roll(start, -1, 0) - start).T[:, :, None]
    from_x, from_y = x.astype(np.float32) - start[:, :1], y.astype(np.float32) - start[:, 1:]
    nearest = ((from_x * along[0] + from_y * along[1]) / np.maximum((along**2).sum(0), np.finfo(np.float32).tiny)).clip(
        0, 1
    )
    return np.sqrt(((from_x - nearest * along[0]) ** 2 + (from_y - nearest * along[1]) ** 2).min(0))


def cut_out(picture: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """A grey picture (rows, columns) from 0 to 255 on black, rounded to uint8."""
    return (np.clip(picture, 0, 255) * mask + np.float32(0.5)).astype(np.uint8)
