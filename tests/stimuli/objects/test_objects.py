import numpy as np
import pytest

from mien.draws import generator
from mien.errors import InputError
from mien.stimuli.objects.render import CATEGORIES, render
from mien.stimuli.objects.texture import PATTERNS, albedo, draw_material
from mien.stimuli.views import draw_views

VARIATION = {"yaw": 15, "pitch": 8, "roll": 5, "scale": 0.06, "shift": 0.02, "light": 25, "brightness": 0.15}
EXEMPLARS = 12
SIZE = 32


def pictures_of(categories, keys, variation, size=SIZE, supersampling=2):
    return render(categories, keys, draw_views(keys, variation), size, supersampling)


@pytest.fixture(scope="module")
def exemplars():
    """(categories, EXEMPLARS, SIZE, SIZE)."""
    keys = [("exemplars", category, k) for category in CATEGORIES for k in range(EXEMPLARS)]
    pictures = pictures_of([category for _, category, _ in keys], keys, VARIATION)
    return pictures.reshape(len(CATEGORIES), EXEMPLARS, SIZE, SIZE)


def nearest_mean(features):
    """Share of the last four exemplars of each category, (c, e, d), that are nearest to their own category's mean."""
    means = features[:, :-4].mean(1)
    distance = ((features[:, -4:, None] - means) ** 2).sum(-1)
    return (distance.argmin(-1) == np.arange(len(features))[:, None]).mean()


def test_enough_categories_for_a_diet():
    assert len(CATEGORIES) >= 40 and len(set(CATEGORIES)) == len(CATEGORIES)


def test_same_key_same_bytes_in_any_batch():
    categories, keys = list(CATEGORIES[:9]), [("batch", k) for k in range(9)]
    together = pictures_of(categories, keys, VARIATION, 64)
    assert together.dtype == np.uint8 and together.shape == (9, 64, 64)
    backwards = pictures_of(categories[::-1], keys[::-1], VARIATION, 64)[::-1]
    np.testing.assert_array_equal(together, backwards)
    for k in (0, 8):
        np.testing.assert_array_equal(
            pictures_of(categories[k : k + 1], keys[k : k + 1], VARIATION, 64)[0], together[k]
        )


def test_unknown_category():
    with pytest.raises(InputError, match="'giraffe': expected one of mug, "):
        pictures_of(["giraffe"], [("a",)], {})


@pytest.mark.parametrize("category", CATEGORIES)
def test_picture_is_full_and_in_frame(category):
    seen = pictures_of([category] * 4, [("frame", k) for k in range(4)], {"yaw": 15}, 48) > 0
    for picture in seen:
        height, width = (np.ptp(np.nonzero(picture.any(axis))[0]) + 1 for axis in (1, 0))
        assert not (picture[[0, -1]].any() or picture[:, [0, -1]].any())
        assert max(height, width) <= 0.85 * 48 + 2
        assert max(height, width) >= 0.85 * 48 - 4 or height * width >= 0.8 * 0.85 * 0.65 * 48**2
        assert picture.mean() > 0.04


def test_exemplars_differ(exemplars):
    for category, pictures in zip(CATEGORIES, exemplars.astype(float), strict=True):
        difference = np.abs(pictures[:, None] - pictures[None]).mean((2, 3))
        assert difference[np.triu_indices(EXEMPLARS, 1)].min() > 2, category


def test_view_and_light_are_those_given():
    key = [("light",)]
    plain, brighter, larger, moved = (
        pictures_of(["teapot"], key, {})[0].astype(float),
        render(["teapot"], key, _changed(key, key=1.0), SIZE)[0].astype(float),
        render(["teapot"], key, _changed(key, scale=1.1), SIZE)[0].astype(float),
        render(["teapot"], key, _changed(key, shift_x=0.125), SIZE)[0].astype(float),
    )
    assert brighter.sum() > 1.02 * plain.sum()
    assert (larger > 0).sum() > 1.1 * (plain > 0).sum()
    np.testing.assert_allclose(moved[:, 4:] > 0, plain[:, :-4] > 0)


def _changed(keys, **fields):
    views = draw_views(keys, {})
    return type(views)(**(vars(views) | {name: np.float32([value]) for name, value in fields.items()}))


def test_categories_are_told_apart_by_shape_but_not_trivially(exemplars):
    """Pixels tell far above chance (1 in 54), and not perfectly, what brightness hardly tells."""
    pixels = exemplars.reshape(*exemplars.shape[:2], -1) / 255
    assert 0.3 < nearest_mean(pixels) < 0.85
    assert nearest_mean(pixels.mean(-1, keepdims=True)) < 0.15


def test_luminances_overlap(exemplars):
    """The range of each category's mean luminance meets those of most others, and its grey says nothing of it."""
    luminance = exemplars.mean((2, 3))
    low, high = luminance.min(1), luminance.max(1)
    meets = (low[:, None] <= high) & (low <= high[:, None])
    assert meets.mean() > 0.6
    grey = np.array([[picture[picture > 20].mean() for picture in row] for row in exemplars])
    between, within = grey.mean(1).var(), grey.var(1).mean()
    assert between < 0.25 * within


def test_materials_are_within_limits_whatever_the_pattern():
    points = generator("points").uniform(-0.5, 0.5, (3, 500))
    patterns = set()
    for k in range(40):
        material = draw_material(generator("material", k))
        grey = albedo(material, points, np.zeros(500, int))
        patterns.add(material.pattern)
        assert grey.min() > 0 and grey.max() < 1.2
        assert grey.mean() == pytest.approx(material.tones[0], rel=0.25)
        assert grey.std() / grey.mean() < 0.5
    assert patterns == set(PATTERNS)
