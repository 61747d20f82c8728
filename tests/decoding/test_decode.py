"""Decisions read from units: the protocol, its controls, and cells without units."""

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mien.decoding.decode import shuffle_within
from mien.decoding.readings import Responses
from mien.expressions import EXPRESSIONS
from tests.helpers.read_out import GROUPS, SETTINGS, UNITS, decoded, groups_of, seen


@pytest.fixture(scope="module")
def trials():
    return decoded(seen("localizer", 20, 1), [seen("controlled", 12, 2), seen("wild", 8, 3, 1.0)], GROUPS, SETTINGS)


def accuracy(trials, **which):
    chosen = trials[(trials[list(which)] == pd.Series(which)).all(axis=1)]
    return (chosen["true_expression"] == chosen["response_expression"]).mean(), len(chosen)


def test_selective_units_decode_and_controls_do_not(trials):
    assert accuracy(trials, set="controlled", group="selective", labels="true")[0] > 0.9
    for group in ("random", "nonselective"):
        assert accuracy(trials, set="controlled", group=group, labels="true")[0] < 0.35
    assert accuracy(trials, set="controlled", labels="shuffled")[0] < 0.4


def test_every_decision_has_its_row(trials):
    assert accuracy(trials, set="wild", group="selective", labels="true", classifier="six_way")[1] == 8 * 6
    assert accuracy(trials, set="wild", labels="shuffled")[1] == 3 * 8 * 6
    within = trials.query("group == 'selective' and classifier == 'within' and labels == 'true'")
    assert sorted(within["stimulus"]) == sorted(seen("localizer", 20, 1).stimuli["stimulus"])  # each tested once


def test_within_fits_on_one_half_of_the_identities_and_reads_the_units_of_that_half(trials):
    within = trials.query("group == 'selective' and classifier == 'within' and labels == 'true'")
    first = within["identity"] == "localizer-000"  # in half a: tested by the classifier and the units of half b
    assert (within.loc[first, "n_units"] == 5).all()
    assert (within.loc[within["identity"] == "localizer-001", "n_units"] == 6).all()
    assert (within["true_expression"] == within["response_expression"]).mean() > 0.8


def test_every_decision_is_that_of_a_classifier_fitted_on_the_protocols_pictures(trials):
    localizer, controlled = seen("localizer", 20, 1), seen("controlled", 12, 2)
    identity = localizer.stimuli["identity"].to_numpy(str)
    labels = localizer.stimuli["expression"].to_numpy(str)
    half = np.arange(len(labels)) // 6 % 2
    every, six, five, others = half >= 0, UNITS[:6], UNITS[:5], UNITS[6:]

    def expected(tested, test, fit, units, draws=None):
        told = labels[fit] if draws is None else shuffle_within(labels[fit], identity[fit], draws)
        svc = make_pipeline(StandardScaler(), SVC(kernel="linear", C=1.0)).fit(localizer.of(units)[fit], told)
        return tested.stimuli["stimulus"][test].tolist(), svc.predict(tested.of(units)[test]).tolist()

    all_of = np.ones(len(controlled.stimuli), bool)
    for which, wanted in (
        (("controlled", "selective", 0, "six_way", "true"), [expected(controlled, all_of, every, six)]),
        (("controlled", "random", 0, "six_way", "true"), [expected(controlled, all_of, every, others)]),
        (
            ("controlled", "selective", 2, "six_way", "shuffled"),
            [expected(controlled, all_of, every, six, ("shuffle", 2))],
        ),
        (
            ("localizer", "selective", 0, "within", "true"),
            [expected(localizer, half == 1, half == 0, six), expected(localizer, half == 0, half == 1, five)],
        ),
        (
            ("localizer", "selective", 1, "within", "shuffled"),
            [
                expected(localizer, half == 1, half == 0, six, ("within", "a", 1)),
                expected(localizer, half == 0, half == 1, five, ("within", "b", 1)),
            ],
        ),
    ):
        names = ["set", "group", "draw", "classifier", "labels"]
        rows = trials[(trials[names] == pd.Series(which, names)).all(axis=1)]
        assert rows["stimulus"].tolist() == [name for part in wanted for name in part[0]], which
        assert rows["response_expression"].tolist() == [answer for part in wanted for answer in part[1]], which


def test_the_whole_layer_decides_as_a_group_of_all_its_units_does():
    localizer, tests = seen("localizer", 20, 1), [seen("controlled", 12, 2), seen("wild", 8, 3, 1.0)]
    trials = decoded(localizer, tests, groups_of(UNITS, UNITS, UNITS), SETTINGS).query("labels == 'true'")
    same = ["set", "classifier", "stimulus", "n_units", "converged", "response_expression"]
    layer, group = (trials.query(f"group == '{name}'")[same].reset_index(drop=True) for name in ("all", "selective"))
    assert set(layer["classifier"]) == {"six_way", "within"}
    pd.testing.assert_frame_equal(layer, group)


def test_every_draw_of_a_control_is_read_on_its_own():
    draws = [
        pd.DataFrame({"group": "random", "draw": d, "unit": units}) for d, units in enumerate((UNITS[:6], UNITS[6:]))
    ]
    groups = pd.concat([GROUPS[GROUPS["group"] != "random"], *draws], ignore_index=True)
    trials = decoded(seen("localizer", 20, 1), [seen("controlled", 12, 2)], groups, SETTINGS)
    found = [accuracy(trials, set="controlled", group="random", draw=draw) for draw in (0, 1)]
    assert [n for _, n in found] == [72, 72] and found[0][0] > 0.9 and found[1][0] < 0.35


def test_nothing_of_the_test_set_reaches_the_classifier():
    localizer, test = seen("localizer", 10, 1), seen("controlled", 6, 2)
    half = Responses(test.stimuli[:18], test.values[:18], UNITS)
    whole, part = (decoded(localizer, [t], GROUPS, SETTINGS).query("set == 'controlled'") for t in (test, half))
    merged = part.merge(whole, on=["stimulus", "group", "draw", "classifier", "labels"])
    assert len(merged) == len(part) and (merged["response_expression_x"] == merged["response_expression_y"]).all()


def test_shuffles_stay_within_an_identity():
    labels, people = np.array(EXPRESSIONS * 20), [f"p{i:02d}" for i in range(20)]
    identity = np.repeat(people, 6)
    shuffled = shuffle_within(labels, identity, ("s",))
    assert all(sorted(shuffled[identity == name]) == sorted(EXPRESSIONS) for name in people)
    assert (shuffled == shuffle_within(labels, identity, ("s",))).all()
    assert (shuffled != shuffle_within(labels, identity, ("t",))).any()
    assert len({tuple(shuffled[identity == name]) for name in people}) > 15  # each person has a shuffle of their own
    assert (shuffled == labels).mean() < 0.35  # 1/6, and five standard deviations


def test_a_cell_without_units_has_its_rows_with_nulls():
    empty = GROUPS[GROUPS["group"] == "none"]
    localizer = Responses(seen("localizer", 4, 1).stimuli, np.empty((24, 0), np.float32), UNITS[:0])
    controlled = Responses(seen("controlled", 3, 1).stimuli, np.empty((18, 0), np.float32), UNITS[:0])
    trials = decoded(localizer, [controlled], empty, SETTINGS)
    assert trials["response_expression"].isna().all() and (trials["n_units"] == 0).all()
    assert trials["converged"].isna().all()
    assert len(trials.query("set == 'controlled' and labels == 'true' and group == 'selective'")) == 18
