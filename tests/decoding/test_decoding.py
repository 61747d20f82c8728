"""Decisions read from units: the protocol, its controls, and cells without units."""

import time

import numpy as np
import pandas as pd
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from mien.decoding.decoding import Responses, converged, decode, fit_linear, identify, shuffle_within
from mien.expressions import EXPRESSIONS
from tests.helpers.planted import design, noise

SETTINGS = {
    "C": 1.0, "multiclass": "one_vs_one", "shuffles": 3, "identification": "two_way", "max_iter": 10_000,
}  # fmt: skip
UNITS = np.arange(100, 112)


def seen(name, identities, seed, signal=3.0):
    """A set whose first six units each respond to one expression; the other six to nothing."""
    stimuli = design(identities)
    stimuli["identity"] = name + stimuli["identity"]
    values = noise(identities, len(UNITS), seed)
    values[:, :6] += signal * np.eye(6)[stimuli["expression"].map(EXPRESSIONS.index)]
    stimuli = stimuli.assign(stimulus=stimuli["identity"] + stimuli["expression"], set=name)
    return Responses(stimuli, values.astype(np.float32), UNITS)


def groups_of(selective, half_a, half_b):
    named = {"selective": selective, "selective_half_a": half_a, "selective_half_b": half_b,
             "random": UNITS[6:], "nonselective": UNITS[8:]}  # fmt: skip
    return pd.concat([pd.DataFrame({"group": g, "draw": 0, "unit": u}) for g, u in named.items()], ignore_index=True)


GROUPS = groups_of(UNITS[:6], UNITS[:6], UNITS[:5])


@pytest.fixture(scope="module")
def trials():
    return decode(seen("localizer", 20, 1), [seen("controlled", 12, 2), seen("wild", 8, 3, 1.0)], GROUPS, SETTINGS, ())


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
    within = trials[(trials["classifier"] == "within") & (trials["labels"] == "true")]
    assert sorted(within["stimulus"]) == sorted(seen("localizer", 20, 1).stimuli["stimulus"])  # each tested once


def test_within_fits_on_one_half_of_the_identities_and_reads_the_units_of_that_half(trials):
    within = trials[(trials["classifier"] == "within") & (trials["labels"] == "true")]
    first = within["identity"] == "localizerid000"  # in half a: tested by the classifier and the units of half b
    assert (within.loc[first, "n_units"] == 5).all()
    assert (within.loc[within["identity"] == "localizerid001", "n_units"] == 6).all()
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


def test_every_draw_of_a_control_is_read_on_its_own():
    draws = [
        pd.DataFrame({"group": "random", "draw": d, "unit": units}) for d, units in enumerate((UNITS[:6], UNITS[6:]))
    ]
    groups = pd.concat([GROUPS[GROUPS["group"] != "random"], *draws], ignore_index=True)
    trials = decode(seen("localizer", 20, 1), [seen("controlled", 12, 2)], groups, SETTINGS, ())
    found = [accuracy(trials, set="controlled", group="random", draw=draw) for draw in (0, 1)]
    assert [n for _, n in found] == [72, 72] and found[0][0] > 0.9 and found[1][0] < 0.35
    morphed = identify(seen("localizer", 20, 1), morphs(), groups, SETTINGS).query("group == 'random'")
    assert morphed.groupby("draw").size().to_dict() == {0: 45, 1: 45}


def test_nothing_of_the_test_set_reaches_the_classifier():
    localizer, test = seen("localizer", 10, 1), seen("controlled", 6, 2)
    half = Responses(test.stimuli[:18], test.values[:18], UNITS)
    whole, part = (decode(localizer, [t], GROUPS, SETTINGS, ()).query("set == 'controlled'") for t in (test, half))
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
    trials = decode(localizer, [controlled], empty, SETTINGS, ())
    assert trials["response_expression"].isna().all() and (trials["n_units"] == 0).all()
    assert trials["converged"].isna().all()
    assert len(trials.query("set == 'controlled' and labels == 'true' and group == 'selective'")) == 18


def morphs(identities=5):
    """Morphs of happiness to anger, whose units' responses move with the level."""
    levels = np.arange(1, 10) / 10
    rows = [(f"m{i}", "happiness-anger", level) for i in range(identities) for level in levels]
    stimuli = pd.DataFrame(rows, columns=["identity", "continuum", "level"])
    values = np.random.default_rng(4).standard_normal((len(rows), len(UNITS))) * 0.1
    values[:, EXPRESSIONS.index("happiness")] += 3 * (1 - stimuli["level"])
    values[:, EXPRESSIONS.index("anger")] += 3 * stimuli["level"]
    stimuli["stimulus"] = [f"s{i}" for i in range(len(rows))]
    return Responses(stimuli, values.astype(np.float32), UNITS)


@pytest.mark.parametrize("scheme", ["two_way", "six_way"])
def test_morphs_are_called_the_second_expression_the_more_they_show_it(scheme):
    trials = identify(seen("localizer", 20, 1), morphs(), GROUPS, SETTINGS | {"identification": scheme})
    selective = trials[trials["group"] == "selective"]
    share = selective.groupby("level")["chose_second"].mean()
    assert share[0.1] == 0 and share[0.9] == 1 and (selective["classifier"] == scheme).all()
    decision = selective.groupby("level")["decision"].mean()
    assert decision.is_monotonic_increasing and decision[0.1] < 0 < decision[0.9]
    assert len(trials) == 3 * 45


def test_the_two_way_decision_is_the_distance_to_the_boundary():
    localizer, test = seen("localizer", 8, 1), morphs()
    trials = identify(localizer, test, GROUPS, SETTINGS).query("group == 'selective'")
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
    found = [identify(seen("localizer", 8, 1), m, GROUPS, SETTINGS | {"identification": scheme}) for m in (there, back)]
    np.testing.assert_allclose(found[0]["decision"], -found[1]["decision"])
    if scheme == "two_way":
        assert (found[0]["chose_second"] != found[1]["chose_second"]).all()


def test_the_six_way_decision_is_the_second_expressions_score_less_the_firsts():
    localizer, test = seen("localizer", 8, 1), morphs()
    trials = identify(localizer, test, GROUPS, SETTINGS | {"identification": "six_way"}).query("group == 'selective'")
    svc = make_pipeline(StandardScaler(), SVC(kernel="linear")).fit(
        localizer.of(UNITS[:6]), localizer.stimuli["expression"]
    )
    scores = svc.decision_function(test.of(UNITS[:6]))
    anger, happiness = (EXPRESSIONS.index(name) for name in ("anger", "happiness"))
    np.testing.assert_allclose(trials["decision"], scores[:, anger] - scores[:, happiness])
    assert (trials["chose_second"] == (svc.predict(test.of(UNITS[:6])) == "anger")).all()


def test_the_scheme_is_a_choice():
    x, y = noise(10, 4), design(10)["expression"]
    assert isinstance(fit_linear(x, y, SETTINGS)[-1], SVC)
    one_vs_rest = fit_linear(x, y, SETTINGS | {"multiclass": "one_vs_rest"})
    assert one_vs_rest[-1].coef_.shape == (6, 4)


@pytest.mark.parametrize("C", [1, 0.01])
@pytest.mark.parametrize("multiclass", ["one_vs_one", "one_vs_rest"])
def test_a_classifier_that_has_to_stop_says_so_and_one_that_has_not_is_as_without_a_limit(multiclass, C):
    x, y = noise(10, 4), design(10)["expression"]
    settings = SETTINGS | {"multiclass": multiclass, "C": C}
    rest = LinearSVC(C=C, dual=True, max_iter=10**6, random_state=0)
    unlimited = SVC(C=C, kernel="linear") if multiclass == "one_vs_one" else rest
    unlimited = make_pipeline(StandardScaler(), unlimited).fit(x, y)
    fitted = fit_linear(x, y, settings)
    assert converged(fitted) and (fitted[-1].coef_ == unlimited[-1].coef_).all()
    stopped = fit_linear(x, y, settings | {"max_iter": 1})
    assert not converged(stopped)
    assert np.max(stopped[-1].n_iter_) == {"one_vs_one": 10, "one_vs_rest": 1}[multiclass]  # ten faces of each
    assert converged(fit_linear(x, y, settings | {"max_iter": 2**31 - 1}))


@pytest.mark.parametrize("multiclass", ["one_vs_one", "one_vs_rest"])
def test_a_penalty_that_no_solver_meets_ends_soon_and_its_decisions_say_so(multiclass):
    settings = SETTINGS | {"C": 100_000, "shuffles": 1, "multiclass": multiclass}
    few = groups_of(UNITS[:3], UNITS[:3], UNITS[:3])
    localizer, began = seen("localizer", 20, 1, 0.3), time.process_time()
    trials = decode(localizer, [seen("controlled", 4, 2)], few, settings, ())
    morphed = identify(localizer, morphs(), few, settings)
    assert time.process_time() - began < 60
    assert not trials["converged"].any() and not morphed.query("group == 'random'")["converged"].all()
    assert trials["response_expression"].notna().all()
    patient = decode(localizer, [seen("controlled", 4, 2)], few, settings | {"C": 1}, ())
    assert patient["converged"].all()
