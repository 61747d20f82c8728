"""Eyes come to their place, points move with the picture, and shrinking makes no patterns."""

import numpy as np
import pytest

from mien.stimuli.photographs.alignment import covered, move, on_eyes, resample, share_outside
from mien.stimuli.photographs.schemes import Landmarks, eyes
from tests.helpers.made_up import face

SIZE, DISTANCE, HEIGHT = 224, 0.28, 0.4


def spots(points: np.ndarray, shape: tuple[int, int], width: float) -> np.ndarray:
    """Soft bright spots on black."""
    (rows, columns), (x, y) = map(np.arange, shape), points.T
    across, down = (
        np.exp(-0.5 * ((axis - places[:, None]) / width) ** 2) for axis, places in ((columns, x), (rows, y))
    )
    return np.clip(200 * down.T @ across, 0, 255)


def centre(picture: np.ndarray, near: np.ndarray, reach: int) -> np.ndarray:
    """Centre of mass, x and y, of what is about a point."""
    x, y = np.rint(near).astype(int)
    part = picture[y - reach : y + reach + 1, x - reach : x + reach + 1].astype(float)
    offsets = np.arange(-reach, reach + 1)
    return np.array([x, y]) + [(part.sum(0) * offsets).sum() / part.sum(), (part.sum(1) * offsets).sum() / part.sum()]


def test_eyes_lie_where_they_are_asked_for():
    for tilt in (0, 25):
        landmarks = face((517.3, 402.9), 133, tilt)
        left, right = eyes(move(landmarks, on_eyes([landmarks], SIZE, DISTANCE, HEIGHT)))
        half = DISTANCE * SIZE / 2
        np.testing.assert_allclose(left, [SIZE / 2 - 0.5 - half, HEIGHT * SIZE - 0.5], atol=1e-9)
        np.testing.assert_allclose(right, [SIZE / 2 - 0.5 + half, HEIGHT * SIZE - 0.5], atol=1e-9)


@pytest.mark.parametrize("apart, tilt", [(30, 3), (62, -4), (150, 11), (480, -8)])
def test_points_move_with_the_picture(apart, tilt):
    """From twice as large to a seventh of the size."""
    landmarks = face((5.1 * apart, 3.4 * apart), apart, tilt)
    picture = spots(landmarks.points[[0, 8, 30, 39, 42]], (int(7 * apart), int(10 * apart)), apart / 30)
    transform = on_eyes([landmarks], SIZE, DISTANCE, HEIGHT)
    new, moved = resample(picture, transform, SIZE), move(landmarks, transform).points
    assert new.dtype == np.float32 and new.shape == (SIZE, SIZE)
    for point in moved[[0, 8, 30, 39, 42]]:
        assert np.abs(centre(new, point, 9) - point).max() < 0.05


def test_sampling_in_place_changes_nothing():
    """A picture that lies right already, in a larger one."""
    picture = np.random.default_rng(1).uniform(0, 255, (SIZE + 40, SIZE + 30)).astype(np.float32)
    landmarks = face((SIZE / 2 - 0.5 + 10, HEIGHT * SIZE - 0.5 + 15), DISTANCE * SIZE)
    new = resample(picture, on_eyes([landmarks], SIZE, DISTANCE, HEIGHT), SIZE)
    np.testing.assert_allclose(new, picture[15 : SIZE + 15, 10 : SIZE + 10], atol=0.01)


def test_fine_stripes_vanish_and_coarse_ones_stay():
    shrinking = 3
    rows, columns = np.mgrid[:1000, :1000]
    landmarks = face((500, 450), DISTANCE * SIZE * shrinking)
    transform = on_eyes([landmarks], SIZE, DISTANCE, HEIGHT)
    for period, most, least in ((2, 0.5, 0), (4, 1, 0), (30, 128, 60)):
        stripes = 127.5 + 127.5 * np.sign(np.sin(2 * np.pi * (columns + rows + 0.5) / period))
        shown = resample(stripes, transform, SIZE)
        assert abs(shown.mean() - 127.5) < 2 and least <= shown.std() <= most, period


def test_one_transform_a_person_keeps_how_they_moved():
    pictures = [face((200, 180), 60), face((212, 176), 64, 2), face((194, 190), 58, -3)]
    transform = on_eyes(pictures, SIZE, DISTANCE, HEIGHT)
    moved = [eyes(move(picture, transform)) for picture in pictures]
    half = DISTANCE * SIZE / 2
    middle = [SIZE / 2 - 0.5, HEIGHT * SIZE - 0.5]
    np.testing.assert_allclose(np.mean(moved, 0), [[middle[0] - half, middle[1]], [middle[0] + half, middle[1]]])
    shifts = np.array([eye.mean(0) - moved[0].mean(0) for eye in moved[1:]])
    np.testing.assert_allclose(np.hypot(*shifts.T), transform.scale * np.hypot([12, -6], [-4, 10]))


def test_what_the_photograph_does_not_cover_is_black_and_counted():
    picture = np.full((300, 400), 200.0)
    landmarks = face((60, 150), 60)
    transform = on_eyes([landmarks], SIZE, DISTANCE, HEIGHT)
    new, seen = resample(picture, transform, SIZE), covered(transform, picture.shape, SIZE)
    assert np.array_equal(new > 0, seen) and new[seen].min() > 199 and not new[~seen].any()
    edge = move(Landmarks("", np.array([[-0.5, 150]])), transform).points[0, 0]  # the first pixel's outer edge
    assert seen[100].sum() == SIZE - np.ceil(edge)
    mask = np.zeros((SIZE, SIZE), np.float32)
    mask[100, :100] = 1
    assert share_outside(mask, seen) == np.ceil(edge) / 100
    assert share_outside(mask, np.ones((SIZE, SIZE), bool)) == 0


def test_only_the_part_that_is_seen_is_worked_on():
    """A face in a photograph gives the same as in a part of it."""
    draw = np.random.default_rng(3)
    picture = draw.uniform(0, 255, (1700, 2100)).astype(np.float32)
    whole, part = face((1100, 900), 150), face((600, 500), 150)
    crop = picture[400:1600, 500:1700]
    news = [
        resample(image, on_eyes([landmarks], SIZE, DISTANCE, HEIGHT), SIZE)
        for image, landmarks in ((picture, whole), (crop, part))
    ]
    np.testing.assert_allclose(*news, atol=0.01)
