"""Decisions on morphs: by which classifier, and how far from its boundary."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mien.decoding.readings import Responses
from mien.expressions import EXPRESSIONS
from tests.helpers.read_out import GROUPS, SETTINGS, UNITS, groups_of, identified, morphs, seen


@pytest.mark.parametrize("scheme", ["two_way", "six_way"])
def test_morphs_are_called_the_second_expression_the_more_they_show_it(scheme):
    trials = identified(seen("localizer", 20, 1), morphs(), GROUPS, SETTINGS | {"identification": scheme})
    selective = trials[trials["group"] == "selective"]
    share = selective.groupby("level")["chose_second"].mean()
    assert share[0.1] == 0 and share[0.9] == 1 and (selective["classifier"] == scheme).all()
    decision = selective.groupby("level")["decision"].mean()
    assert decision.is_monotonic_increasing and decision[0.1] < 0 < decision[0.9]
    assert len(trials) == 4 * 45


def test_the_two_way_decision_is_the_distance_to_the_boundary():
    localizer, test = seen("localizer", 8, 1), morphs()
    trials = identified(localizer, test, GROUPS, SETTINGS).query("group == 'selective'")
    shown = localizer.stimuli["expression"].isin(["happiness", "anger"]).to_numpy()
    x = localizer.of(UNITS[:6])[shown]
    mean, sd = x.mean(0), x.std(0)
    svc = SVC(kernel="linear").fit((x - mean) / sd, localizer.stimuli["expression"][shown] == "anger")
    distance = svc.decision_function((test.of(UNITS[:6]) - mean) / sd) / np.linalg.norm(svc.coef_)
    np.testing.assert_allclose(trials["decision"], distance, atol=1e-3)  # libsvm stops at 1e-3


@pytest.mark.parametrize("scheme", ["two_way", "six_way"])
def test_the_decision_of_a_continuum_does_not_depend_on_the_order_of_the_alphabet(scheme):
    there = morphs()
    back = Responses(there.stimuli.assign(continuum="anger-happiness"), there.values, there.units)
    found = [
        identified(seen("localizer", 8, 1), m, GROUPS, SETTINGS | {"identification": scheme}) for m in (there, back)
    ]
    np.testing.assert_allclose(found[0]["decision"], -found[1]["decision"])
    if scheme == "two_way":
        assert (found[0]["chose_second"] != found[1]["chose_second"]).all()


def test_the_six_way_decision_is_the_second_expressions_score_less_the_firsts():
    localizer, test = seen("localizer", 8, 1), morphs()
    trials = identified(localizer, test, GROUPS, SETTINGS | {"identification": "six_way"}).query("group == 'selective'")
    svc = make_pipeline(StandardScaler(), SVC(kernel="linear")).fit(
        localizer.of(UNITS[:6]).astype(float), localizer.stimuli["expression"]
    )
    scores = svc.decision_function(test.of(UNITS[:6]))
    anger, happiness = (EXPRESSIONS.index(name) for name in ("anger", "happiness"))
    np.testing.assert_allclose(trials["decision"], scores[:, anger] - scores[:, happiness], atol=1e-9)
    assert (trials["chose_second"] == (svc.predict(test.of(UNITS[:6])) == "anger")).all()


def test_the_scores_of_all_expressions_are_read_in_the_classifiers_own_order_of_them():
    """Which is that of the alphabet, whatever the study's: contempt comes before happiness."""
    localizer, test = seen("localizer", 8, 1), morphs()
    shown = localizer.stimuli["expression"].replace({"surprise": "contempt"})
    renamed = Responses(localizer.stimuli.assign(expression=shown), localizer.values, UNITS)
    trials = identified(renamed, test, GROUPS, SETTINGS | {"identification": "six_way"}).query("group == 'selective'")
    svc = make_pipeline(StandardScaler(), SVC(kernel="linear")).fit(localizer.of(UNITS[:6]).astype(float), shown)
    scores = pd.DataFrame(svc.decision_function(test.of(UNITS[:6])), columns=svc.classes_)
    assert list(scores) == ["anger", "contempt", "disgust", "fear", "happiness", "sadness"]
    np.testing.assert_allclose(trials["decision"], scores["anger"] - scores["happiness"], atol=1e-9)


def test_every_draw_of_a_control_is_read_on_its_own():
    draws = pd.concat([GROUPS, GROUPS.assign(draw=1).query("group == 'random'")])
    morphed = identified(seen("localizer", 20, 1), morphs(), draws, SETTINGS).query("group == 'random'")
    assert morphed.groupby("draw").size().to_dict() == {0: 45, 1: 45}


@pytest.mark.parametrize("scheme", ["two_way", "six_way"])
def test_the_whole_layer_decides_as_a_group_of_all_its_units_does(scheme):
    groups, settings = groups_of(UNITS, UNITS, UNITS), SETTINGS | {"identification": scheme}
    trials = identified(seen("localizer", 20, 1), morphs(), groups, settings)
    layer, group = (trials.query(f"group == '{name}'").drop(columns="group") for name in ("all", "selective"))
    pd.testing.assert_frame_equal(layer.reset_index(drop=True), group.reset_index(drop=True), atol=1e-9)
