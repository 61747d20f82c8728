"""Orthographic ray casting: which surface each sample of a picture sees, how near it is and where it faces.

Rays run along z, one through the middle of each sample of a square picture with sides of length 1 about the origin;
x is right, y up, z towards the viewer. A convex solid meets a ray in one interval, and of all solids the one whose
interval begins nearest is seen.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from mien.stimuli.objects.solids import Solid

_PARALLEL = 1e-9  # a surface this nearly parallel to the rays, in parts of its coefficients, counts as parallel
_MARGIN = 0.01  # a solid's extent is that of its hull's rings, which a bulge between them may exceed by so much


class Surfaces(NamedTuple):
    """What a picture of s x s samples shows.

    `depth` (s, s): z, minus infinity where there is nothing. `normals` (3, s, s): unit normals, 0 where there is
    nothing. `tone` (s, s): of the solid that is seen, -1 where there is none.
    """

    depth: np.ndarray
    normals: np.ndarray
    tone: np.ndarray


class _Interval(NamedTuple):
    """The part of each ray that lies within a convex solid: empty where near < far. Of the faces the quadric is 0."""

    near: np.ndarray
    near_face: np.ndarray
    far: np.ndarray
    far_face: np.ndarray


def cast(solids: Sequence[Solid], samples: int) -> Surfaces:
    """See solids, which are in the picture's coordinates, through `samples` x `samples` rays."""
    middles = (np.arange(samples) + 0.5) / samples - 0.5
    depth = np.full((samples, samples), -np.inf)
    face = np.zeros((samples, samples), np.int32)
    gradients, tones = [np.zeros((1, 3, 4))], [np.array([-1])]
    count = 1
    for solid in solids:
        window = _window(solid, samples)
        near, seen = _nearest(solid, middles[None, window[1]], -middles[window[0], None])
        nearer = near > depth[window]
        np.copyto(depth[window], near, where=nearer)
        np.copyto(face[window], seen + count, where=nearer)
        gradients.append(_gradients(solid))
        tones.append(np.full(len(gradients[-1]), solid.tone))
        count += len(gradients[-1])
    normals = _normals(np.concatenate(gradients), face, depth, middles)
    return Surfaces(depth, normals, np.concatenate(tones)[face])


def _nearest(solid: Solid, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Nearest z of the solid on each ray, minus infinity where it misses, and the face seen, as `_gradients` counts."""
    body = _interval(solid, x, y)
    near, face = body.near, body.near_face
    first = 1 + len(solid.planes)
    for cavity in solid.cavities:
        hole = _interval(cavity, x, y)
        within = (near <= hole.near) & (near > hole.far)
        near = np.where(within, hole.far, near)
        face = np.where(within, first + hole.far_face, face)
        first += 1 + len(cavity.planes)
    return np.where(near >= body.far, near, -np.inf), face


def _interval(solid: Solid, x: np.ndarray, y: np.ndarray) -> _Interval:
    shape = np.broadcast_shapes(x.shape, y.shape)
    near_face, far_face = np.zeros(shape, np.int16), np.zeros(shape, np.int16)
    if solid.quadric is None:
        near, far = np.full(shape, np.inf), np.full(shape, -np.inf)
    else:
        near, far = _roots(solid, x, y)
    for number, (a, b, c, d) in enumerate(solid.planes, 1):
        if abs(c) <= _PARALLEL * (abs(a) + abs(b)):
            near[a * x + b * y + d > _PARALLEL * (abs(a) + abs(b))] = -np.inf  # no slit between two solids that meet
            continue
        bound = (-a / c) * x + (-b * y - d) / c
        cut = bound < near if c > 0 else bound > far
        np.copyto(near if c > 0 else far, bound, where=cut)
        np.copyto(near_face if c > 0 else far_face, number, where=cut)
    return _Interval(near, near_face, far, far_face)


def _roots(solid: Solid, x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Near and far z of the quadric: the roots of a z^2 + 2 b z + c."""
    q = solid.quadric
    a = q[2, 2]
    if abs(a) < _PARALLEL * np.abs(q).max():
        a = _PARALLEL * np.abs(q).max()
    b = q[2, 0] * x + (q[2, 1] * y + q[2, 3])
    c = (q[0, 0] * x + 2 * q[0, 3]) * x + ((q[1, 1] * y + 2 * q[1, 3]) * y + q[3, 3]) + (2 * q[0, 1] * x) * y
    square = b * b - a * c
    root = np.sqrt(np.maximum(square, 0)) / abs(a)
    middle = b / -a
    if a > 0:
        return np.where(square < 0, -np.inf, middle + root), middle - root
    # The rays run within a cone: in one nappe, out and into the other. The solid is part of only one of them.
    inside = solid.centres.mean(0)
    if inside[2] > -(q[2, :2] @ inside[:2] + q[2, 3]) / a:
        return np.full(root.shape, np.inf), middle + root
    return middle - root, np.full(root.shape, -np.inf)


def _gradients(solid: Solid) -> np.ndarray:
    """Matrices (faces, 3, 4) that take a point (x, y, z, 1) of each face to an outward normal."""
    planes = np.zeros((1 + len(solid.planes), 3, 4))
    planes[1:, :, 3] = solid.planes[:, :3]
    if solid.quadric is not None:
        planes[0] = solid.quadric[:3]
    return np.concatenate([planes, *(-_gradients(cavity) for cavity in solid.cavities)])


def _normals(gradients: np.ndarray, face: np.ndarray, depth: np.ndarray, middles: np.ndarray) -> np.ndarray:
    """Unit normals (3, s, s) of the faces seen."""
    normals = np.zeros((3, *face.shape), np.float32)
    rows, columns = np.nonzero(face)
    points = np.stack([middles[columns], -middles[rows], depth[rows, columns], np.ones(len(rows))], 1)
    normal = (gradients[face[rows, columns]] @ points[:, :, None])[:, :, 0]
    normals[:, rows, columns] = (normal / np.linalg.norm(normal, axis=1, keepdims=True)).T
    return normals


def _window(solid: Solid, samples: int) -> tuple[slice, slice]:
    """Rows and columns of the samples that the solid can cover."""
    reach = np.linalg.norm(solid.radii[:, :2], axis=2)
    low, high = (solid.centres[:, :2] - reach).min(0), (solid.centres[:, :2] + reach).max(0)
    margin = _MARGIN * (high - low)
    low, high = (np.array([low - margin, high + margin]) + 0.5) * samples
    left, bottom = np.clip(np.floor(low), 0, samples).astype(int)
    right, top = np.clip(np.ceil(high), 0, samples).astype(int)
    return slice(samples - top, samples - bottom), slice(left, right)
