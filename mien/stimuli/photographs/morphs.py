"""Morphs between two photographs of one person: from landmarks to displacements, from these to pictures.

At level t the points lie at P = (1 - t) A + t B. The displacement D = B - A is interpolated linearly over P's
triangles; the first picture is sampled at y - t D, the second at y + (1 - t) D, and both are mixed. So both ends are
the pictures themselves, whatever the triangles do. Faces are cut out afterwards, with the outline of the level.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

import numpy as np
import torch
from scipy.spatial import Delaunay
from torch.nn import functional

from mien.errors import InputError
from mien.stimuli.photographs.cutouts import cut_out, mask
from mien.stimuli.photographs.schemes import Landmarks, eyes_apart, lips

MOUTHS = ("plain", "weighted")
_CLOSEST = 0.5  # pixels: of points nearer to each other on the mean shape, one makes the mesh
_FRAME = 1.0  # pixels by which the frame lies beyond the outermost pixel centres; it moves nowhere
_SHUT = (
    0.01  # added to how open a mouth is, in squared distances of the eyes: between two shut mouths weights are plain
)
_LIP = 0.03  # width, in distances of the eyes, over which the mouth's weights fade into the face's


class End(NamedTuple):
    """One end of a continuum: an aligned picture, not cut out yet."""

    picture: np.ndarray  #: (size, size), grey, 0 to 255
    landmarks: Landmarks
    outline: np.ndarray | None  #: (m, 2), of the cut-out, in the order of the other end's; None: no cut-out


class Mesh(NamedTuple):
    """Points of both ends and the triangles over them."""

    first: np.ndarray  #: (n, 2)
    second: np.ndarray  #: (n, 2)
    triangles: np.ndarray  #: (t, 3)


def morphs(
    first: End, second: End, levels: Iterable[float], edge: float = 0, mouth: str = "plain"
) -> Iterator[np.ndarray]:
    """The pictures of a continuum, (size, size) uint8 on black, one a level.

    Levels 0 and 1 are the ends' own cut-outs to the byte. A picture depends on its level alone.

    Args:
        levels: shares of the second end, 0 to 1.
        edge: of the cut-out, as in `cutouts.mask`.
        mouth: `plain`, or `weighted`: inside the lips an end also counts by how open its mouth is, so that teeth don't
            shine through lips that are closed at the other end.
    """
    mesh = triangulate(first, second)
    size = len(first.picture)
    pictures = [torch.from_numpy(np.ascontiguousarray(end.picture, np.float32)) for end in (first, second)]
    for level in levels:
        picture = _blend(first, second, pictures, mesh, float(level), mouth).numpy()
        if first.outline is None:
            yield cut_out(picture, np.float32(1))
        else:
            outline = (1 - level) * first.outline + level * second.outline
            yield cut_out(picture, mask(outline, size, edge))


def triangulate(first: End, second: End) -> Mesh:
    """One mesh for all levels: the Delaunay triangles of the mean shape, of landmarks, outline and the picture's frame.

    Raises:
        InputError: the ends have landmarks of different schemes.
    """
    if first.landmarks.scheme != second.landmarks.scheme:
        raise InputError(
            f"a morph needs the same landmarks at both ends, not {first.landmarks.scheme} and {second.landmarks.scheme}"
        )
    low, high = -_FRAME, len(first.picture) - 1 + _FRAME
    half = (low + high) / 2
    frame = np.array([(x, y) for y in (low, half, high) for x in (low, half, high) if (x, y) != (half, half)])
    a, b = (
        np.concatenate([frame, end.landmarks.points, *([] if end.outline is None else [end.outline])])
        for end in (first, second)
    )
    mean = (a + b) / 2
    kept: list[int] = []
    for k, point in enumerate(mean):
        inside = k < len(frame) or (low < point).all() and (point < high).all()
        if inside and not (np.hypot(*(mean[kept] - point).T) < _CLOSEST).any():
            kept.append(k)
    return Mesh(a[kept], b[kept], Delaunay(mean[kept]).simplices)


def _blend(first: End, second: End, pictures: list[torch.Tensor], mesh: Mesh, level: float, mouth: str) -> torch.Tensor:
    """The picture (size, size) float32 at a level, not cut out."""
    if level in (0, 1):  # sampling at whole pixels would give the same but for rounding
        return pictures[int(level)]
    size = len(first.picture)
    points = (1 - level) * mesh.first + level * mesh.second
    moved = torch.from_numpy(interpolate(points, mesh.triangles, mesh.second - mesh.first, size))
    share = level
    if mouth == "weighted":
        share = torch.from_numpy(_shares(first, second, level, size))
    return (1 - share) * _sample(pictures[0], -level * moved) + share * _sample(pictures[1], (1 - level) * moved)


def interpolate(points: np.ndarray, triangles: np.ndarray, values: np.ndarray, size: int) -> np.ndarray:
    """Values of points, linear over each triangle, at all pixels: (size, size, 2) float32.

    Each row of a triangle is a span of pixels between two of its edges. A pixel on an edge belongs to the triangle on
    its right, and an edge's place is computed in the same steps for both, so that no pixel falls between. Where
    triangles lie over each other, the later one counts.

    Args:
        points: (n, 2), x and y; together the triangles (t, 3) cover the picture.
        values: (n, 2).
    """
    corners = points[triangles]
    order = np.argsort(corners[:, :, 1], axis=1, kind="stable")
    sorted_corners = np.take_along_axis(corners, order[:, :, None], 1)
    (x0, y0), (x1, y1), (x2, y2) = (sorted_corners[:, k].T for k in range(3))
    top = np.ceil(y0).clip(0, size).astype(int)
    triangle, place = _unroll(np.ceil(y2).clip(0, size).astype(int) - top)
    row = top[triangle] + place
    with np.errstate(divide="ignore", invalid="ignore"):  # of edges along a row, which no row crosses
        steep, upper, lower = (x2 - x0) / (y2 - y0), (x1 - x0) / (y1 - y0), (x2 - x1) / (y2 - y1)
        long = x0[triangle] + (row - y0[triangle]) * steep[triangle]
        above = row < y1[triangle]
        short = np.where(
            above,
            x0[triangle] + (row - y0[triangle]) * upper[triangle],
            x1[triangle] + (row - y1[triangle]) * lower[triangle],
        )
    start = np.ceil(np.minimum(long, short)).clip(0, size).astype(int)
    length = np.ceil(np.maximum(long, short)).clip(0, size).astype(int) - start
    base, slope = _planes(corners, values[triangles])
    left = base[triangle] + start[:, None] * slope[triangle, 0] + row[:, None] * slope[triangle, 1]
    span, place = _unroll(length)
    field = np.zeros((size * size, 2), np.float32)
    by_x = slope[triangle, 0].astype(np.float32)
    field[(row * size + start)[span] + place] = (
        left.astype(np.float32)[span] + place.astype(np.float32)[:, None] * by_x[span]
    )
    return field.reshape(size, size, 2)


def _unroll(lengths: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """For runs of these lengths, one after the other: which run each element is of, and its place in it."""
    run = np.repeat(np.arange(len(lengths)), lengths)
    return run, np.arange(len(run)) - (np.cumsum(lengths) - lengths)[run]


def _planes(corners: np.ndarray, values: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Values as planes over triangles: at the origin (t, 2), and their change (t, 2, 2) by x and by y; 0 on slivers."""
    ab, ac = corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0]
    up, vp = values[:, 1] - values[:, 0], values[:, 2] - values[:, 0]
    area = ab[:, 0] * ac[:, 1] - ab[:, 1] * ac[:, 0]
    scale = np.divide(1, area, out=np.zeros_like(area), where=np.abs(area) > 1e-9)[:, None]
    by_x = (up * ac[:, 1:] - vp * ab[:, 1:]) * scale
    by_y = (vp * ab[:, :1] - up * ac[:, :1]) * scale
    base = values[:, 0] - by_x * corners[:, 0, :1] - by_y * corners[:, 0, 1:]
    return base, np.stack([by_x, by_y], 1)


def _sample(picture: torch.Tensor, moved: torch.Tensor) -> torch.Tensor:
    """A picture at its pixels moved by (size, size, 2), bicubic; its edge goes on beyond it."""
    size = len(picture)
    pixels = torch.arange(size, dtype=torch.float32)
    places = torch.stack(torch.meshgrid(pixels, pixels, indexing="xy"), 2) + moved
    grid = places * (2 / (size - 1)) - 1
    return functional.grid_sample(
        picture[None, None], grid[None], mode="bicubic", padding_mode="border", align_corners=True
    )[0, 0]


def _shares(first: End, second: End, level: float, size: int) -> np.ndarray:
    """The second end's share at every pixel, (size, size) float32: by level, and inside the lips by opening as well."""
    around = [lips(end.landmarks) for end in (first, second)]
    apart = [eyes_apart(end.landmarks) for end in (first, second)]
    openings = [_area(edge) / distance**2 + _SHUT for edge, distance in zip(around, apart, strict=True)]
    share = level * openings[1] / ((1 - level) * openings[0] + level * openings[1])
    here = (1 - level) * around[0] + level * around[1]
    inside = mask(here, size, _LIP * ((1 - level) * apart[0] + level * apart[1]))
    return (level + inside * (share - level)).astype(np.float32)


def _area(polygon: np.ndarray) -> float:
    """Of a closed polygon (m, 2), by the shoelace formula."""
    x, y = polygon.T
    return abs((x * np.roll(y, -1) - y * np.roll(x, -1)).sum()) / 2
