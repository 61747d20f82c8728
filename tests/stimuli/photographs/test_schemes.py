"""Which points are what, and points that cannot be a face's."""

import numpy as np
import pytest

from mien.stimuli.photographs.landmark_files import find_landmarks
from mien.stimuli.photographs.rejection import Rejected
from mien.stimuli.photographs.schemes import SCHEMES, Landmarks, check_geometry, eyes, lips
from tests.helpers.made_up import face

WIDTH, HEIGHT = 400, 420


def test_indices_are_of_the_scheme_and_none_is_there_twice():
    for scheme in SCHEMES.values():
        for part in (scheme.left_eye, scheme.right_eye, scheme.corners, scheme.lips, scheme.outline):
            assert len(set(part)) == len(part) and min(part) >= 0 and max(part) < scheme.count


def test_eyes_are_the_mean_of_their_lids():
    np.testing.assert_allclose(eyes(face()), [[170, 180], [230, 180]], atol=1e-9)
    assert lips(face()).shape == (8, 2)


@pytest.mark.parametrize("tilt", [0, 30, -30, 60])
def test_an_upright_face_passes(tilt):
    check_geometry(face(tilt=tilt), WIDTH, HEIGHT)


def changed(change) -> Landmarks:
    return Landmarks("ibug68", change(face().points.copy()))


def exchanged(points: np.ndarray) -> np.ndarray:
    """Eyes and mouth one in place of the other."""
    points[36:48], points[48:60] = points[48:60].copy(), points[36:48].copy()
    return points


def far(points: np.ndarray) -> np.ndarray:
    points[5] = 1000, 50
    return points


@pytest.mark.parametrize(
    "change, reason",
    [
        (far, "landmarks outside the picture"),
        (lambda p: p * 3, "landmarks outside the picture"),  # of the picture at its full size
        (lambda p: p - 150, "landmarks outside the picture"),
        (lambda p: [WIDTH, HEIGHT] - p, "upside down"),  # a turned picture
        (lambda p: [0, HEIGHT] + p * [1, -1], "upside down"),  # y counted from below
        (lambda p: [WIDTH, 0] + p * [-1, 1], "landmarks in another order"),  # a mirrored picture
        (lambda p: p[:, ::-1] + [0, 20], "landmarks in another order"),  # y, x
        (lambda p: p[::-1], "landmarks in another order"),
        (lambda p: np.roll(p, 5, 0), "landmarks in another order"),
        (lambda p: np.random.default_rng(1).permutation(p), "landmarks in another order"),
        (lambda p: 0 * p + 50, "landmarks in another order"),  # all in one place
        (exchanged, "upside down"),
    ],
)
def test_points_that_are_no_upright_face(change, reason):
    with pytest.raises(Rejected) as error:
        check_geometry(changed(change), WIDTH, HEIGHT)
    assert error.value.reason == reason


def test_scrambled_points_never_pass():
    draw = np.random.default_rng(2)
    for _ in range(200):
        with pytest.raises(Rejected):
            check_geometry(changed(draw.permutation), WIDTH, HEIGHT)


def test_real_faces_pass_and_hold_in_their_outline(london):
    files = sorted(path.name for path in london.glob("*_03.jpg"))
    for landmarks in find_landmarks(london, files).values():
        check_geometry(landmarks, 450, 450)
        scheme = SCHEMES[landmarks.scheme]
        outline = landmarks.points[list(scheme.outline)]
        inner = np.concatenate([eyes(landmarks), landmarks.points[list(scheme.corners)], lips(landmarks)])
        assert (inner > outline.min(0)).all() and (inner < outline.max(0)).all()
        assert landmarks.points[scheme.corners[0], 0] < landmarks.points[scheme.corners[1], 0]
