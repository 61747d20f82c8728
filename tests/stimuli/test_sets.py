"""The default study's stimuli are neither trivial nor hopeless, and complete designs."""

from functools import partial
from types import SimpleNamespace

import numpy as np
import pytest
import yaml
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import LinearSVC

from mien.expressions import EXPRESSIONS
from mien.provenance import ROOT
from mien.stimuli import sets
from mien.stimuli.faces import parametric
from mien.stimuli.levels import LEAST_STEP, LEVEL_DECIMALS, morph_levels
from mien.stimuli.pictures import decode_png

STUDY = yaml.safe_load((ROOT / "config/config.yaml").read_text())
VIEW = {"yaw": 5, "intensity_low": 0.5, "intensity_high": 1, "jitter": 0.1}


expression_set = partial(sets.expression_set, parametric, "parametric")


def pixels(name):
    design = STUDY["stimuli"]["sets"][name]
    variation = STUDY["variations"][design["variation"]]
    frame = expression_set(name, design["identities"], EXPRESSIONS, variation, STUDY["stimuli"]["size"], seed=1)
    return decode_png(frame["image"]).reshape(len(frame), -1) / 255, frame["expression"]


@pytest.fixture(scope="module")
def accuracy():
    """Of a linear classifier of pixels that is fitted on the localizer."""
    classifier = make_pipeline(StandardScaler(), LinearSVC(C=1e-3, max_iter=5000)).fit(*pixels("localizer"))
    return {name: classifier.score(*pixels(name)) for name in ("controlled", "wild")}


def test_pixels_tell_most_expressions_of_the_controlled_set_but_not_all(accuracy):
    assert 0.5 < accuracy["controlled"] < 0.85


def test_pixels_tell_some_expressions_of_the_wild_set_and_fewer_than_of_the_controlled_one(accuracy):
    assert 1 / 6 + 0.08 < accuracy["wild"] < accuracy["controlled"] - 0.1  # .08: over 3 binomial sd at 240 pictures


def test_an_expression_set_is_the_complete_design_with_the_same_bytes_each_time():
    frame = expression_set("wild", 3, EXPRESSIONS, VIEW, 32, seed=1)
    assert len(frame) == 18 and frame["stimulus"].is_unique
    assert frame.groupby("identity")["expression"].apply(list).tolist() == [list(EXPRESSIONS)] * 3
    assert frame["sha256"].is_unique
    assert frame["sha256"].tolist() == expression_set("wild", 3, EXPRESSIONS, VIEW, 32, seed=1)["sha256"].tolist()
    assert set(frame["sha256"]).isdisjoint(expression_set("controlled", 3, EXPRESSIONS, VIEW, 32, seed=1)["sha256"])
    assert set(frame["sha256"]).isdisjoint(expression_set("wild", 3, EXPRESSIONS, VIEW, 32, seed=2)["sha256"])


def test_a_set_shows_the_studys_expressions_in_its_order_and_the_same_picture_of_each_whatever_the_others():
    chosen = ("surprise", "neutral", "contempt", "anger")
    some, six = (expression_set("wild", 3, shown, VIEW, 32, seed=1) for shown in (chosen, EXPRESSIONS))
    assert some.groupby("identity")["expression"].apply(tuple).tolist() == [chosen] * 3
    both = some.merge(six, on="stimulus")
    assert len(both) == 6 and (both["sha256_x"] == both["sha256_y"]).all()


def test_morphs_run_evenly_from_one_expression_to_the_other():
    continua = ["happiness-anger", "disgust-fear"]
    frame = sets.morph_set(
        parametric, "parametric", "morphs", 2, continua, 9, {"intensity_low": 1, "intensity_high": 1}, 32, seed=1
    )
    assert len(frame) == 2 * 2 * 9 and frame["stimulus"].is_unique
    assert frame["level"][:9].round(3).tolist() == [0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9]
    one = decode_png(frame["image"][:9]).astype(float)
    steps = np.abs(np.diff(one, axis=0)).mean((1, 2))
    assert (steps > 0).all() and np.abs(one[-1] - one[0]).mean() > 3 * steps.max()


def test_levels_of_the_workflow_never_collide_where_levels_of_ones_own_are_made_equal():
    for n in range(5, 1000):  # as the schema allows
        levels = morph_levels(n)
        assert np.diff(levels.round(LEVEL_DECIMALS)).min() >= LEAST_STEP - 1e-9
        assert len({f"{level:.3f}" for level in levels}) == n  # as in the pictures' names


def test_no_more_than_a_few_pictures_are_held_as_arrays():
    asked = []

    def render(people, actions, views, size):
        asked.append(len(actions))
        return parametric.render(people, actions, views, size)

    maker = SimpleNamespace(**{name: getattr(parametric, name) for name in parametric.__all__} | {"render": render})
    variation = {"jitter": 0.2}
    frame = sets.morph_set(maker, "mine", "morphs", 3, ["happiness-anger", "disgust-fear"], 40, variation, 16, 1)
    assert asked == [80, 80, 80] and set(frame["source"]) == {"mine"}
    asked.clear()
    sets.expression_set(maker, "mine", "wild", 23, EXPRESSIONS, variation, 16, 1)
    assert asked == [60, 60, 18]
