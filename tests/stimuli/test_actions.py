import numpy as np
import pytest

from mien.errors import InputError
from mien.expressions import EXPRESSIONS
from mien.stimuli.actions import (
    ACTION_UNITS,
    PROTOTYPES,
    TOO_ALIKE,
    expression_actions,
    interpolate,
    likeness,
    mixture_actions,
)

UNITS = list(ACTION_UNITS)
WIDE = {"intensity_low": 0.5, "intensity_high": 1.0, "jitter": 0.4, "extra": 0.2}


def actions(expression, variation, person=("p", 1), image=("image", 1)):
    return expression_actions(person, expression, variation, image)


def test_without_variation_everyone_shows_the_prototype():
    for expression, prototype in zip(EXPRESSIONS, PROTOTYPES, strict=True):
        assert np.array_equal(actions(expression, {}), prototype)
        assert np.array_equal(actions(expression, {}, person=("p", 2)), prototype)
    assert {UNITS[k] for k in np.flatnonzero(actions("happiness", {}))} == {6, 12, 25}
    assert {UNITS[k] for k in np.flatnonzero(actions("surprise", {}))} == {1, 2, 5, 26}


def test_neutral_is_no_action():
    assert not actions("neutral", WIDE).any()


def test_an_unknown_expression_is_refused_with_those_there_are():
    with pytest.raises(InputError, match="'calm'.*anger.*contempt, neutral"):
        actions("calm", {})


def test_contempt_is_a_dimple_that_no_other_face_shows():
    contempt = actions("contempt", {})
    assert {UNITS[k] for k in np.flatnonzero(contempt)} == {12, 14} and contempt.argmax() == UNITS.index(14)
    assert likeness(contempt).max() < 0.2
    styles = np.stack([actions("contempt", {"jitter": 0.3}, person=("p", i)) for i in range(20)])
    assert (styles[:, contempt > 0].std(0) > 0.02).all()
    others = [actions(expression, WIDE, person=("p", i)) for expression in EXPRESSIONS for i in range(20)]
    assert not np.stack(others)[:, UNITS.index(14)].any()
    assert actions("contempt", WIDE)[contempt == 0].any()  # as in every expression, others join in


def test_a_person_has_a_style_and_an_image_an_intensity():
    weak = WIDE | {"intensity_high": 0.6}  # nothing reaches the limit of strength
    first, again = actions("fear", weak), actions("fear", weak, image=("image", 2))
    cosine = first @ again / np.linalg.norm(first) / np.linalg.norm(again)
    assert cosine == pytest.approx(1, abs=1e-6)
    assert np.linalg.norm(first) != np.linalg.norm(again)
    other = actions("fear", weak, person=("p", 2))
    assert first @ other / np.linalg.norm(first) / np.linalg.norm(other) < 0.99
    assert np.array_equal(first, actions("fear", weak))


def test_intensity_scales_within_its_range_and_strengths_stay_in_theirs():
    for i in range(50):
        drawn = actions("anger", {"intensity_low": 0.4, "intensity_high": 0.6}, image=("image", i))
        ratio = drawn[PROTOTYPES[0] > 0] / PROTOTYPES[0][PROTOTYPES[0] > 0]
        assert np.allclose(ratio, ratio[0]) and 0.4 <= ratio[0] <= 0.6
        wild = actions("anger", {"jitter": 2, "extra": 2}, person=("p", i))
        assert wild.min() >= 0 and wild.max() <= 1.25 and wild.dtype == np.float32


def test_jitter_leaves_other_units_alone_and_extra_adds_only_them():
    inside = PROTOTYPES[0] > 0
    assert not actions("anger", {"jitter": 0.5})[~inside].any()
    extra = actions("anger", {"extra": 0.3})
    assert np.array_equal(extra[inside], PROTOTYPES[0][inside]) and extra[~inside].any()


def test_interpolation_is_a_straight_line_between_two_actions():
    first, second = actions("anger", WIDE), actions("fear", WIDE)
    levels = np.linspace(0, 1, 5)
    line = interpolate(first, second, levels)
    assert line.shape == (5, len(UNITS)) and line.dtype == np.float32
    assert np.array_equal(line[0], first) and np.array_equal(line[-1], second)
    assert np.allclose(line[2], (first + second) / 2, atol=1e-6)
    assert np.array_equal(interpolate(first, second, 0.25), line[1])


def test_mixtures_are_never_near_a_prototype():
    mixtures = np.stack([mixture_actions(("diet", i)) for i in range(2000)])
    assert likeness(mixtures).max() <= TOO_ALIKE
    assert likeness(PROTOTYPES).diagonal() == pytest.approx(1, abs=1e-6)
    active = (mixtures > 0).sum(1)
    assert active.min() == 2 and active.max() == 6
    shares = dict(zip(UNITS, (mixtures > 0).mean(0), strict=True))
    assert shares.pop(14) == 0 and min(shares.values()) > 0.15  # 14 is contempt's
    assert np.array_equal(mixtures[7], mixture_actions(("diet", 7)))
    assert len(np.unique(mixtures, axis=0)) == 2000
