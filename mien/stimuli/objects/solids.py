"""Solids from which objects are composed, and the rays that find their surfaces.

A solid is convex: the points within a quadric and below some planes, perhaps less a few convex cavities. In
homogeneous coordinates p = (x, y, z, 1), inside is `p @ quadric @ p <= 0` and `planes @ p <= 0`, so that any affine
transformation is a matrix product and any intersection with a ray has a closed form (solids as intervals along a ray:
Goldstein & Nagel, Simulation 16, 1971; Roth, Computer Graphics and Image Processing 18, 1982).

An object's own coordinates: x to its left (the viewer's right), y up, z to its front; any unit of length. Every
function below gives or takes a list of solids, so that objects are sums of lists.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

_RINGS = 7  # discs that stand for the extent of a curved profile


@dataclass(frozen=True, eq=False)
class Solid:
    """A convex solid less convex cavities.

    `quadric` (4, 4) or None; `planes` (k, 4). `centres` (m, 3) and `radii` (m, 3, 3): ellipses or points, each
    `centre + radii @ u` with |u| <= 1, whose convex hull the solid fills: its extent in any direction is theirs.
    `tone`: which of the object's shades of grey it has, 0 the main one.
    """

    quadric: np.ndarray | None
    planes: np.ndarray
    centres: np.ndarray
    radii: np.ndarray
    cavities: tuple["Solid", ...] = ()
    tone: int = 0


Solids = list[Solid]


# --- shapes, about the origin or standing on it


def revolved(square: Sequence[float], bottom: float, top: float) -> Solids:
    """A solid of revolution about y whose squared radius is a + b y + c y^2, between two heights.

    Args:
        square: (a, b, c). Ellipsoid, cylinder, cone and paraboloid are of this kind; a hyperboloid is not convex.
    """
    a, b, c = square
    quadric = np.diag([1.0, -c, 1.0, -a])
    quadric[1, 3] = quadric[3, 1] = -b / 2
    heights = (bottom + top) / 2 - (top - bottom) / 2 * np.cos(np.linspace(0, np.pi, _RINGS))
    radius = np.sqrt(np.maximum(a + b * heights + c * heights**2, 0))
    planes = np.array([[0, 1, 0, -top], [0, -1, 0, bottom]], float)
    centres = np.stack([0 * heights, heights, 0 * heights], 1)
    return [Solid(quadric, planes, centres, radius[:, None, None] * np.diag([1.0, 0, 1]))]


def frustum(lower: float, upper: float, height: float) -> Solids:
    """A cone's frustum that stands on the origin, with the radii of its lower and upper end; a cone where one is 0."""
    slope = (upper - lower) / height
    return revolved((lower**2, 2 * lower * slope, slope**2), 0, height)


def cylinder(radius: float, height: float) -> Solids:
    """A cylinder that stands on the origin."""
    return frustum(radius, radius, height)


def ball(x: float, y: float | None = None, z: float | None = None) -> Solids:
    """An ellipsoid about the origin with these half axes; a sphere where only one is given."""
    solid = Solid(np.diag([1.0, 1, 1, -1]), np.empty((0, 4)), np.zeros((1, 3)), np.eye(3)[None])
    return stretched([solid], x, x if y is None else y, x if z is None else z)


def dome(radius: float, height: float) -> Solids:
    """The upper half of an ellipsoid, standing on the origin."""
    return stretched(revolved((1, 0, -1), 0, 1), radius, height, radius)


def prism(outline: Sequence[tuple[float, float]], depth: float, taper: float = 1.0) -> Solids:
    """A convex outline in x and y, anticlockwise, that runs from -depth / 2 to depth / 2 along z.

    Args:
        taper: size of the front outline in parts of the back one; 0 makes a pyramid.
    """
    back = np.array([(x, y, -depth / 2) for x, y in outline])
    front = np.array([(taper * x, taper * y, depth / 2) for x, y in outline])
    along = np.roll(back, -1, 0) - back
    middle = (front + np.roll(front, -1, 0)) / 2 - back  # of the front edge, which is a point in a pyramid
    normals = np.cross(along, middle)
    sides = np.concatenate([normals, -(normals * back).sum(1, keepdims=True)], 1)
    ends = np.array([[0, 0, 1, -depth / 2], [0, 0, -1, -depth / 2]])
    corners = np.concatenate([back, front])
    return [Solid(None, np.concatenate([sides, ends]), corners, np.zeros((len(corners), 3, 3)))]


def box(width: float, height: float, depth: float) -> Solids:
    """A box that stands on the origin."""
    x = width / 2
    return prism([(-x, 0), (x, 0), (x, height), (-x, height)], depth)


def polygon(sides: int, radius: float) -> list[tuple[float, float]]:
    """The corners of a regular polygon about the origin, anticlockwise from the right."""
    angles = np.arange(sides) * 2 * np.pi / sides
    return [(radius * np.cos(angle), radius * np.sin(angle)) for angle in angles]


def lathe(profile: Sequence[tuple[float, float]], wall: float = 0.0, floor: float = 0.0) -> Solids:
    """A stack of frustums about y.

    Args:
        profile: (height, radius) from the bottom up, strictly rising.
        wall: thickness of the wall of an open vessel; 0 for a solid body.
        floor: height above which the vessel is hollow.
    """
    solids = []
    for (low, lower), (high, upper) in zip(profile, profile[1:], strict=False):
        piece = moved(frustum(lower, upper, high - low), y=low)
        if wall and high > floor and min(lower, upper) > wall:
            slope = (upper - lower) / (high - low)
            start, end = max(low - 1e-3, floor), high + 1e-3
            inner = frustum(lower - wall + slope * (start - low), upper - wall + slope * (end - high), end - start)
            piece = hollowed(piece, moved(inner, y=start))
        solids += piece
    return solids


def smooth(points: Sequence[Sequence[float]], pieces: int = 4) -> np.ndarray:
    """The points and, between each two, `pieces` - 1 others on a smooth curve: (pieces (n - 1) + 1, d).

    A Catmull-Rom spline whose tangents are limited so that no coordinate overshoots (Fritsch & Carlson, SIAM J. Numer.
    Anal. 17, 1980): heights that rise stay so.
    """
    p = np.asarray(points, float)
    steps = np.diff(p, axis=0)
    before, after = np.concatenate([steps[:1], steps]), np.concatenate([steps, steps[-1:]])
    limit = np.where(before * after > 0, 3 * np.minimum(abs(before), abs(after)), 0)
    tangents = np.clip((before + after) / 2, -limit, limit)
    t = (np.arange(pieces) / pieces)[None, :, None]
    a, b, u, v = p[:-1, None], p[1:, None], tangents[:-1, None], tangents[1:, None]
    between = a + t * u + t**2 * (3 * (b - a) - 2 * u - v) + t**3 * (2 * (a - b) + u + v)
    return np.concatenate([between.reshape(-1, p.shape[1]), p[-1:]])


def tube(path: Sequence[Sequence[float]], radius: float | Sequence[float]) -> Solids:
    """A bent rod along points (n, 3), mitred where they bend and cut off square at the ends.

    Args:
        radius: of the rod, or one at each point.
    """
    path = np.asarray(path, float)
    radius = np.broadcast_to(np.asarray(radius, float), len(path))
    steps = np.diff(path, axis=0)
    lengths = np.linalg.norm(steps, axis=1)
    along = steps / lengths[:, None]
    joints = np.concatenate([along[:1], along[:-1] + along[1:], along[-1:]])
    if np.allclose(path[0], path[-1]):
        joints[0] = joints[-1] = along[0] + along[-1]
    solids = []
    for i, (start, axis, length) in enumerate(zip(path, along, lengths, strict=False)):
        rod = moved(_turned_to(axis, frustum(radius[i], radius[i + 1], length)), *start)[0]
        cuts = [[*-joints[i], joints[i] @ path[i]], [*joints[i + 1], -joints[i + 1] @ path[i + 1]]]
        reach = max(radius[i], radius[i + 1]) * axis  # a mitred end is longer on the outside of the bend
        centres = np.stack([path[i] - reach, path[i + 1] + reach])
        solids.append(replace(rod, planes=np.array(cuts), centres=centres, radii=rod.radii[[0, -1]]))
    return solids


def ring(radius: float, thickness: float, pieces: int = 20) -> Solids:
    """A torus about z, of rods: the circle of its middle has this radius, the rod's own is `thickness`."""
    angles = np.linspace(0, 2 * np.pi, pieces + 1)
    return tube(np.stack([radius * np.cos(angles), radius * np.sin(angles), 0 * angles], 1), thickness)


# --- what can be done with them


def transformed(solids: Solids, matrix: np.ndarray, offset: np.ndarray | Sequence[float] = (0, 0, 0)) -> Solids:
    """Every point p of the solids moved to `matrix @ p + offset`; the matrix is (3, 3) and not singular."""
    inverse = np.eye(4)
    inverse[:3, :3] = np.linalg.inv(matrix)
    inverse[:3, 3] = -inverse[:3, :3] @ offset

    def move(solid: Solid) -> Solid:
        quadric = None if solid.quadric is None else inverse.T @ solid.quadric @ inverse
        centres = solid.centres @ matrix.T + offset
        cavities = tuple(map(move, solid.cavities))
        return Solid(quadric, solid.planes @ inverse, centres, matrix @ solid.radii, cavities, solid.tone)

    return [move(solid) for solid in solids]


def moved(solids: Solids, x: float = 0.0, y: float = 0.0, z: float = 0.0) -> Solids:
    """The solids elsewhere."""
    return transformed(solids, np.eye(3), np.array([x, y, z]))


def stretched(solids: Solids, x: float = 1.0, y: float = 1.0, z: float = 1.0) -> Solids:
    """The solids stretched about the origin."""
    return transformed(solids, np.diag([x, y, z]).astype(float))


def _turned(plane: tuple[int, int], solids: Solids, degrees: float) -> Solids:
    """The solids turned about the origin, from the first towards the second axis of the plane."""
    first, second = plane
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    matrix = np.eye(3)
    matrix[[first, second], [first, second]] = c
    matrix[second, first], matrix[first, second] = s, -s
    return transformed(solids, matrix)


#: Solids turned by degrees: `leant` from y to z (forwards), `yawed` from z to x (to the viewer's right), `rolled` from
#: x to y (anticlockwise).
leant: Callable[[Solids, float], Solids] = partial(_turned, (1, 2))
yawed: Callable[[Solids, float], Solids] = partial(_turned, (2, 0))
rolled: Callable[[Solids, float], Solids] = partial(_turned, (0, 1))


def hollowed(solids: Solids, cavities: Solids) -> Solids:
    """The solids less the cavities. Cavities that meet must be given in the order in which they are seen."""
    return [replace(solid, cavities=(*solid.cavities, *cavities)) for solid in solids]


def toned(solids: Solids, tone: int) -> Solids:
    """The solids in another of the object's greys."""
    return [replace(solid, tone=tone) for solid in solids]


def joined(parts: Iterable[Solids]) -> Solids:
    """All solids of the parts."""
    return [solid for part in parts for solid in part]


def around(solids: Solids, times: int) -> Solids:
    """Copies of the solids, evenly spaced about y."""
    return joined(yawed(solids, 360 * k / times) for k in range(times))


def mirrored(solids: Solids) -> Solids:
    """The solids and their mirror image, left for right."""
    return solids + stretched(solids, x=-1)


def extent(solids: Solids) -> tuple[np.ndarray, np.ndarray]:
    """Lowest and highest x, y and z of the solids, (3,) each."""
    centres = np.concatenate([solid.centres for solid in solids])
    reach = np.linalg.norm(np.concatenate([solid.radii for solid in solids]), axis=2)
    return (centres - reach).min(0), (centres + reach).max(0)


def _turned_to(axis: np.ndarray, solids: Solids) -> Solids:
    """The solids turned so that what points to y points along the unit vector `axis`."""
    side = np.cross(axis, [0, 0, 1.0] if abs(axis[2]) < 0.9 else [1.0, 0, 0])
    side /= np.linalg.norm(side)
    return transformed(solids, np.stack([side, axis, np.cross(side, axis)], 1))
