"""Depth and normals against truth that needs no quadric: whether a point is inside, and the normals of plain shapes."""

import numpy as np
import pytest

from mien.stimuli.objects.rays import cast
from mien.stimuli.objects.solids import (
    ball,
    box,
    cylinder,
    frustum,
    hollowed,
    leant,
    moved,
    ring,
    rolled,
    toned,
    transformed,
    yawed,
)

SAMPLES = 40
MIDDLES = (np.arange(SAMPLES) + 0.5) / SAMPLES - 0.5

#: Ways to look at a solid: from everywhere, along its axis from either end, and from exactly across.
POSES = [(0, 0, 0), (90, 0, 0), (-90, 0, 0), (25, 40, -70), (-130, 15, 35), (80, -100, 160)]


def pose(angles):
    """Rotation matrix of a lean, a yaw and a roll, made of the textbook matrices."""
    (ca, cb, cc), (sa, sb, sc) = np.cos(np.radians(angles)), np.sin(np.radians(angles))
    lean = np.array([[1, 0, 0], [0, ca, -sa], [0, sa, ca]])
    yaw = np.array([[cb, 0, sb], [0, 1, 0], [-sb, 0, cb]])
    roll = np.array([[cc, -sc, 0], [sc, cc, 0], [0, 0, 1]])
    return roll @ yaw @ lean


def own_points(x, y, z, rotation, offset):
    """Points of the picture, (3, ...), in the solid's own coordinates."""
    return np.tensordot(rotation.T, np.stack(np.broadcast_arrays(x, y, z)) - np.reshape(offset, (3, *[1] * z.ndim)), 1)


def unit(*components):
    vectors = np.stack(np.broadcast_arrays(*components)).astype(float)
    return vectors / np.linalg.norm(vectors, axis=0)


def box_normals(x, y, z):
    nearest = np.argmax(np.abs([x / 0.2, (y - 0.15) / 0.15, z / 0.1]), 0)
    signs = np.sign([x, y - 0.15, z])
    return np.where(np.arange(3)[:, None] == nearest, signs, 0)


def cylinder_normals(x, y, z):
    top, bottom = np.abs(y - 0.4) < 1e-6, np.abs(y) < 1e-6
    return np.where(top, [[0], [1], [0]], np.where(bottom, [[0], [-1], [0]], unit(x, 0 * y, z)))


def cone_normals(x, y, z):
    side = unit(x, 0.6 * np.hypot(x, z), z)  # the radius falls by 0.6 a unit of height
    return np.where(np.abs(y) < 1e-6, [[0], [-1], [0]], side)


def cup_normals(x, y, z):
    radius = np.hypot(x, z)
    inner = (np.abs(radius - 0.15) < 1e-6) & (y > 0.05)
    upward = (np.abs(y - 0.4) < 1e-6) | ((np.abs(y - 0.05) < 1e-6) & (radius < 0.15))
    side = np.where(inner, -1, 1) * unit(x, 0 * y, z)
    return np.where(upward, [[0], [1], [0]], np.where(np.abs(y) < 1e-6, [[0], [-1], [0]], side))


TRUTH = {
    "ellipsoid": (
        ball(0.3, 0.2, 0.1),
        lambda x, y, z: (x / 0.3) ** 2 + (y / 0.2) ** 2 + (z / 0.1) ** 2 <= 1,
        lambda x, y, z: unit(x / 0.09, y / 0.04, z / 0.01),
    ),
    "box": (
        box(0.4, 0.3, 0.2),
        lambda x, y, z: (abs(x) <= 0.2) & (y >= 0) & (y <= 0.3) & (abs(z) <= 0.1),
        box_normals,
    ),
    "cylinder": (
        cylinder(0.2, 0.4),
        lambda x, y, z: (x**2 + z**2 <= 0.04) & (y >= 0) & (y <= 0.4),
        cylinder_normals,
    ),
    "cone": (
        frustum(0.24, 0, 0.4),
        lambda x, y, z: (np.hypot(x, z) <= 0.24 - 0.6 * y) & (y >= 0) & (y <= 0.4),
        cone_normals,
    ),
    "cup": (
        hollowed(cylinder(0.2, 0.4), moved(cylinder(0.15, 1), y=0.05)),
        lambda x, y, z: (x**2 + z**2 <= 0.04) & (y >= 0) & (y <= 0.4) & ((x**2 + z**2 > 0.0225) | (y < 0.05)),
        cup_normals,
    ),
}


@pytest.mark.parametrize("angles", POSES)
@pytest.mark.parametrize("shape", TRUTH)
def test_depth_and_normals(shape, angles):
    solids, inside, normals = TRUTH[shape]
    rotation, offset = pose(angles), np.array([0.0312, -0.0517, 0.0203])
    seen = cast(transformed(solids, rotation, offset), SAMPLES)
    hit = np.isfinite(seen.depth)
    x, y = np.meshgrid(MIDDLES, -MIDDLES)
    assert hit.sum() > 30

    def within(depth):
        return inside(*own_points(x, y, depth, rotation, offset))

    surface = np.where(hit, seen.depth, 0)
    steps = np.linspace(0.75, -0.75, 751)[:, None, None]
    before = np.where(hit, np.maximum(steps, surface + 1e-6), steps)
    assert not within(before).any()
    grazed = hit & ~within(surface - 1e-6)
    assert grazed.sum() <= 2

    x, y = x[hit], y[hit]
    truth = rotation @ normals(*own_points(x, y, seen.depth[hit], rotation, offset))
    agrees = np.sum(seen.normals[:, hit] * truth, 0) > 1 - 1e-6
    assert agrees.mean() > 0.995  # on an edge either face's normal is right


def test_the_nearest_of_several_solids_is_seen_with_its_tone():
    far, near = toned(ball(0.3), 1), toned(moved(ball(0.1), z=0.4), 2)
    for order in (far + near, near + far):
        seen = cast(order, 41)
        assert seen.tone[20, 20] == 2 and seen.depth[20, 20] == pytest.approx(0.5)
        assert seen.tone[20, 30] == 1
        assert seen.tone[0, 0] == -1 and np.isneginf(seen.depth[0, 0])
        assert not seen.normals[:, 0, 0].any()


def test_what_lies_outside_the_picture_is_not_seen():
    assert (cast(moved(ball(0.1), x=2), 16).tone == -1).all()
    assert (cast(moved(ball(0.2), x=0.5, y=0.5), 16).tone >= 0).sum() > 3


def test_ring_is_a_torus():
    seen = cast(ring(0.3, 0.08, 48), 101)
    x, y = np.meshgrid((np.arange(101) + 0.5) / 101 - 0.5, 0.5 - (np.arange(101) + 0.5) / 101)
    height = 0.08**2 - (np.hypot(x, y) - 0.3) ** 2
    inside = height > 3e-4
    assert np.abs(seen.depth[inside] - np.sqrt(height[inside])).max() < 3e-3
    assert np.isneginf(seen.depth[height < -3e-4]).all()


def test_turns_are_about_the_axes_they_name():
    up = [solid.centres[1] for solid in (*leant(_post(), 90), *yawed(_post(), 90), *rolled(_post(), 90))]
    np.testing.assert_allclose(up, [[0, 0, 1], [0, 1, 0], [-1, 0, 0]], atol=1e-12)


def _post():
    """A thin upright rod whose second ring is its top."""
    post = cylinder(1e-3, 1)[0]
    return [type(post)(post.quadric, post.planes, post.centres[[0, -1]], post.radii[[0, -1]])]
