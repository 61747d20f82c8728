"""Masks by outline and ellipse, and pictures on black."""

import numpy as np
import pytest

from mien.stimuli.curves import polygon_distance
from mien.stimuli.photographs.alignment import Similarity, move
from mien.stimuli.photographs.cutouts import OUTLINES, POINTS, cut_out, ellipse, face_outline, mask
from mien.stimuli.photographs.landmark_files import find_landmarks
from mien.stimuli.photographs.schemes import SCHEMES, check_geometry, eyes
from tests.helpers.made_up import face

SIZE = 224
AROUND = np.linspace(0, 2 * np.pi, 40, endpoint=False)
STAR = 112.3 + (60 + 25 * np.cos(5 * AROUND))[:, None] * np.stack([np.cos(AROUND), np.sin(AROUND)], 1)


def distances(outline: np.ndarray) -> np.ndarray:
    rows, columns = np.mgrid[:SIZE, :SIZE]
    return polygon_distance(np.stack([columns.ravel(), rows.ravel()], 1), outline).reshape(SIZE, SIZE)


@pytest.mark.parametrize("edge", [0, 0.5, 1, 4, 12.5])
def test_a_mask_is_the_distance_to_its_outline(edge):
    inside = distances(STAR)
    expected = np.clip(inside / edge, 0, 1) if edge else inside > 0
    found = mask(STAR, SIZE, edge)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, atol=1e-4)
    np.testing.assert_allclose(found, mask(STAR[::-1], SIZE, edge), atol=1e-4)


def test_a_mask_holds_pixel_centres_and_may_leave_the_picture():
    square = np.array([[1.5, 2.5], [6.5, 2.5], [6.5, 4.5], [1.5, 4.5]])
    expected = np.zeros((10, 10))
    expected[3:5, 2:7] = 1
    np.testing.assert_array_equal(mask(square, 10), expected)
    assert mask(np.array([[-50, -50], [50, -50], [50, 50], [-50, 50]]), 10).all()
    assert not mask(square + 20, 10).any()
    assert mask(np.array([[-50, -50], [5, -50], [5, 50], [-50, 50]]), 10, 3)[5].tolist() == pytest.approx(
        [1, 1, 1, 2 / 3, 1 / 3, 0, 0, 0, 0, 0]
    )


def test_outside_is_black_and_inside_untouched():
    picture = np.random.default_rng(1).uniform(1, 300, (SIZE, SIZE))
    cut = cut_out(picture, mask(STAR, SIZE))
    inside = mask(STAR, SIZE) > 0
    assert cut.dtype == np.uint8 and not cut[~inside].any()
    np.testing.assert_array_equal(cut[inside], np.floor(np.clip(picture, 0, 255) + 0.5)[inside])
    soft = cut_out(np.full((SIZE, SIZE), 200.0), mask(STAR, SIZE, 10))
    assert not soft[~inside].any() and len(np.unique(soft)) > 50


@pytest.mark.parametrize("kind", OUTLINES)
def test_an_outline_moves_with_its_face(kind):
    landmarks, transform = face(), Similarity(0.7 + 0.2j, 5 - 3j)
    direct = OUTLINES[kind](move(landmarks, transform))
    moved = move(landmarks._replace(points=OUTLINES[kind](landmarks)), transform).points
    assert direct.shape == (POINTS, 2)
    np.testing.assert_allclose(direct, moved, atol=1e-9)


def test_a_scheme_without_a_forehead_gets_a_half_circle():
    landmarks = face()
    jaw = landmarks.points[:17]
    shown = distances(face_outline(landmarks)[:, [0, 1]] * 0.5)
    assert shown[tuple(np.round(landmarks.points[17:, ::-1] / 2).astype(int).T)].min() > 3  # brows, eyes, nose, mouth
    outline = face_outline(landmarks)
    half = (jaw[16, 0] - jaw[0, 0]) / 2
    assert outline[:, 1].min() == pytest.approx(jaw[0, 1] - half, abs=0.02 * half)
    assert np.abs(polygon_distance(jaw, outline)).max() < 1.5
    raised = landmarks.points.copy()
    raised[17:27, 1] -= 8
    np.testing.assert_array_equal(outline, face_outline(landmarks._replace(points=raised)))


def test_an_ellipse_has_one_shape_and_holds_eyes_and_mouth():
    landmarks = face(tilt=20)
    surprised = landmarks.points.copy()
    surprised[5:12] += [-3, 12]
    surprised[60:] += [0, 2]
    np.testing.assert_array_equal(ellipse(landmarks), ellipse(landmarks._replace(points=surprised)))
    assert (polygon_distance(landmarks.points[36:], ellipse(landmarks)) > 0).all()


def test_cut_outs_of_photographs_hold_eyes_and_mouth(london):
    files = sorted(path.name for path in london.glob("*_03.jpg"))
    for file, landmarks in find_landmarks(london, files).items():
        check_geometry(landmarks, 450, 450)
        scheme = SCHEMES[landmarks.scheme]
        inner = np.concatenate([eyes(landmarks), landmarks.points[list(scheme.lips)]])
        for outline in (face_outline(landmarks), ellipse(landmarks)):
            assert (polygon_distance(inner, outline) > 5).all(), file
        on_it = polygon_distance(landmarks.points[list(scheme.outline)], face_outline(landmarks))
        assert np.abs(on_it).max() < 3, file
