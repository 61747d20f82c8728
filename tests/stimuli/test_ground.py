import numpy as np
import pytest

from mien.stimuli.ground import inside


def test_the_black_around_is_outside_and_a_black_pupil_is_not():
    picture = np.zeros((40, 40), np.uint8)
    picture[5:35, 8:32] = 90
    picture[15:18, 14:17] = 0
    expected = np.zeros((40, 40), bool)
    expected[5:35, 8:32] = True
    assert (inside(picture) == expected).all()


@pytest.mark.parametrize("ground", [0, 1, 200])
def test_another_ground_or_nothing_but_black_counts_as_a_whole(ground):
    assert inside(np.full((10, 12), ground)).all()


def test_black_that_touches_the_border_at_one_place_is_outside():
    picture = np.full((10, 10), 50)
    picture[4, :3] = 0
    assert inside(picture).sum() == 97
