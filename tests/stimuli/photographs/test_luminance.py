"""Luminance matched over a set, inside the masks."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter

from mien.errors import InputError
from mien.stimuli.photographs.luminance import MATCHING, match_histogram, match_mean_sd

N, SIDE = 5, 60
NAMES = [f"picture {k}" for k in range(N)]


@pytest.fixture
def pictures() -> np.ndarray:
    draw = np.random.default_rng(1)
    smooth = gaussian_filter(draw.standard_normal((N, SIDE, SIDE)), (0, 3, 3))
    smooth /= smooth.std((1, 2), keepdims=True)
    return (
        np.array([60, 90, 120, 150, 110])[:, None, None] + np.array([8, 16, 24, 20, 12])[:, None, None] * smooth
    ).astype(np.float32)


@pytest.fixture
def masks() -> np.ndarray:
    rows, columns = np.mgrid[:SIDE, :SIDE] - SIDE / 2
    return np.stack([np.clip(r - np.hypot(rows, columns * 1.2), 0, 1) for r in (20, 22, 25, 21, 24)]).astype(np.float32)


def inside(values: np.ndarray, masks: np.ndarray) -> list[np.ndarray]:
    return [picture[mask >= 0.5].astype(float) for picture, mask in zip(values, masks, strict=True)]


def test_mean_and_sd_are_the_sets_means(pictures, masks):
    before = inside(pictures, masks)
    matched, clipped = match_mean_sd(pictures, masks, NAMES)
    assert matched.dtype == np.float32 and not clipped.any()
    for values in inside(matched, masks):
        assert values.mean() == pytest.approx(np.mean([v.mean() for v in before]), abs=1e-3)
        assert values.std() == pytest.approx(np.mean([v.std() for v in before]), abs=1e-3)
    for old, new in zip(pictures, matched, strict=True):  # one straight line for the whole picture
        assert np.corrcoef(old.ravel(), new.ravel())[0, 1] > 1 - 1e-6


def test_what_black_and_white_cut_short_is_counted(pictures, masks):
    wide = np.clip(128 + 4 * (pictures - pictures.mean((1, 2), keepdims=True)), 0, 255)
    wide[1] = 128 + (wide[1] - 128) / 50
    wide[1, 30, 30] = 255  # far out by its own sd, and far beyond white by the set's
    matched, clipped = match_mean_sd(wide, masks, NAMES)
    assert matched.min() >= 0 and matched.max() <= 255
    counted = [((values == 0) | (values == 255)).mean() for values in inside(matched, masks)]
    assert clipped[1] > 0
    np.testing.assert_allclose(clipped, counted)


def test_every_histogram_is_the_mean_histogram_exactly(pictures, masks):
    matched, clipped = match_histogram(pictures, masks, NAMES)
    assert not clipped.any()
    target = np.mean([np.bincount(np.rint(v).astype(int), minlength=256) / len(v) for v in inside(pictures, masks)], 0)
    for values in inside(matched, masks):
        found = np.bincount(values.astype(int), minlength=256)
        assert (values == values.astype(int)).all()
        assert np.abs(np.cumsum(found) - np.cumsum(target) * len(values)).max() <= 0.5 + 1e-6
    same = match_histogram(pictures, np.broadcast_to(masks[:1], masks.shape), NAMES).pictures
    first, *others = [np.sort(values) for values in inside(same, masks[:1].repeat(N, 0))]
    assert all(np.array_equal(first, other) for other in others)


def test_a_histogram_keeps_the_order_of_pixels_everywhere(pictures, masks):
    matched = match_histogram(pictures, masks, NAMES).pictures
    for old, new in zip(pictures, matched, strict=True):
        assert (np.diff(new.ravel()[np.argsort(old.ravel(), kind="stable")]) >= -1).all()


def test_pixels_of_one_value_are_ordered_by_what_is_about_them(pictures, masks):
    """A posterised picture spreads over all of the set's levels, the brighter the brighter its surroundings."""
    coarse = np.rint(pictures / 12).astype(np.float32) * 12
    coarse[1:] = pictures[1:]
    matched = match_histogram(coarse, masks, NAMES).pictures
    shown = masks[0] >= 0.5
    assert len(np.unique(matched[0][shown])) > 4 * len(np.unique(coarse[0][shown]))
    assert (
        np.corrcoef(pictures[0][shown], matched[0][shown])[0, 1]
        > np.corrcoef(pictures[0][shown], coarse[0][shown])[0, 1]
    )


@pytest.mark.parametrize("how", MATCHING)
def test_the_order_of_pictures_and_what_lies_outside_make_no_difference(pictures, masks, how):
    matched = MATCHING[how](pictures, masks, NAMES).pictures
    again = MATCHING[how](pictures[::-1], masks[::-1], NAMES[::-1]).pictures[::-1]
    np.testing.assert_allclose(matched, again, atol=1e-3)
    elsewhere = np.where(masks >= 0.5, pictures, 0)
    if how == "mean_sd":
        found = MATCHING[how](elsewhere, masks, NAMES).pictures
        np.testing.assert_allclose(found[masks >= 0.5], matched[masks >= 0.5])


@pytest.mark.parametrize("how", MATCHING)
def test_a_flat_picture_is_named(pictures, masks, how):
    pictures[3][masks[3] >= 0.5] = 7
    with pytest.raises(InputError, match="picture 3: has the one value 7"):
        MATCHING[how](pictures, masks, NAMES)
    masks[2] = 0
    with pytest.raises(InputError, match="picture 2: has an empty cut-out"):
        MATCHING[how](pictures, masks, NAMES)
