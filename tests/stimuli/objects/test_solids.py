import numpy as np
import pytest

from mien.draws import generator
from mien.stimuli.objects import solids
from mien.stimuli.objects.catalogue import CATALOGUE
from mien.stimuli.objects.rays import cast
from mien.stimuli.objects.solids import (
    ball,
    box,
    extent,
    frustum,
    lathe,
    mirrored,
    moved,
    polygon,
    prism,
    smooth,
    stretched,
    transformed,
    tube,
)


@pytest.mark.parametrize(
    "shape",
    [
        ball(0.3, 0.1, 0.2),
        moved(box(0.2, 0.4, 0.3), y=-0.2),
        moved(frustum(0.3, 0.05, 0.4), y=-0.2),
        prism(polygon(5, 0.3), 0.4, taper=0.3),
    ],
)
def test_extent_is_that_of_the_picture(shape):
    turn = np.linalg.qr(generator("extent").standard_normal((3, 3)))[0]
    turned = transformed(shape, turn, [0.02, -0.03, 0])
    rows, columns = np.nonzero(cast(turned, 400).tone >= 0)
    low, high = extent(turned)
    assert columns.min() / 400 - 0.5 == pytest.approx(low[0], abs=0.006)
    assert (columns.max() + 1) / 400 - 0.5 == pytest.approx(high[0], abs=0.006)
    assert 0.5 - (rows.max() + 1) / 400 == pytest.approx(low[1], abs=0.006)
    assert 0.5 - rows.min() / 400 == pytest.approx(high[1], abs=0.006)


def test_smooth_keeps_the_points_and_never_overshoots():
    points = np.array([(0, 1), (0.1, 2), (0.2, 2), (3, 1.5), (3.1, 0)])
    curve = smooth(points, 5)
    np.testing.assert_allclose(curve[::5], points)
    assert (np.diff(curve[:, 0]) > 0).all()
    assert curve[:, 1].max() <= 2


def test_lathe_hollows_out_what_lies_above_the_floor():
    cup = stretched(lathe([(0, 0.3), (0.2, 0.35), (0.4, 0.3)], wall=0.05, floor=0.1), z=1)
    down = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])  # y towards the viewer
    depth = cast(transformed(cup, down), 101).depth
    assert depth[50, 50] == pytest.approx(0.1)
    assert depth[50, 50 + 27] == pytest.approx(0.4, abs=1e-6)  # in the rim


def test_tube_has_no_gap_at_its_bends():
    bent = tube([(-0.3, -0.2, 0), (0, 0.2, 0), (0.3, -0.2, 0)], 0.05)
    tones = cast(bent, 200).tone >= 0
    assert tones[60:140].any(1).all()
    assert tones[int(200 * 0.3), 100]  # the mitred corner


def test_mirrored_is_symmetrical():
    picture = cast(mirrored(moved(box(0.1, 0.3, 0.1), 0.2)), 60).tone
    np.testing.assert_array_equal(picture, picture[:, ::-1])


@pytest.mark.parametrize("category", CATALOGUE)
def test_every_part_of_every_shape_has_a_volume(category, monkeypatch):
    heights = []
    revolved = solids.revolved

    def watched(square, bottom, top):
        heights.append(top - bottom)
        return revolved(square, bottom, top)

    monkeypatch.setattr(solids, "revolved", watched)
    for exemplar in range(5):
        for solid in CATALOGUE[category].shape(generator("volume", exemplar)):
            assert np.isfinite(solid.planes).all() and np.isfinite(solid.centres).all()
            assert 0 <= solid.tone < 3
    assert all(height > 0 for height in heights)
