from time import process_time

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mien.categorical.fits import FITS, fit_curves, parameters_of, predict
from mien.categorical.identification import fit_identification, identification
from mien.categorical.over_identities import (
    decisions_of,
    draw_folds,
    identification_identities,
    validated,
)
from mien.categorical.sigmoids import SIGMOIDS
from mien.draws import generator
from mien.statistics.intervals import percentile_interval
from mien.statistics.resampling import resample
from mien.status import ALWAYS_SECOND, NEVER_SECOND, NO_INTERVAL, NOT_RISING, ONE_IDENTITY, STEP

LEVELS = np.arange(1, 20) / 20
BY = ["network", "group", "draw", "continuum"]
SEED = ("test", "identification")


def planted(boundary, sd, steepness, people=20, curves=1, name="planted", group="selective"):
    """Trials of people whose boundaries are normal, (curves), one decision a level."""
    draw = generator(name, boundary, sd, steepness)
    own = draw.normal(boundary, sd, (curves, people, 1))
    chose = draw.random((curves, people, 19)) < 1 / (1 + np.exp(-steepness * (LEVELS - own)))
    curve, person, level = (axis.ravel() for axis in np.indices(chose.shape))
    return pd.DataFrame(
        {
            "network": "n",
            "group": group,
            "draw": curve,
            "continuum": "happiness-anger",
            "identity": [f"morphs-{number:03d}" for number in person],
            "level": LEVELS[level],
            "chose_second": pd.array(chose.ravel(), dtype="boolean"),
        }
    )


def fitted(trials, folds=5, resamples=100, groups=("selective",)):
    fits = fit_identification(identification(trials, BY))
    return validated(fits, decisions_of(trials, BY), folds, resamples, SEED, groups)


def test_decisions_are_counted_where_they_were_taken():
    trials = pd.concat([planted(0.5, 0.1, 20, 3), planted(0.4, 0.1, 20, 3, group="random")], ignore_index=True)
    trials.loc[0, "chose_second"] = None
    shuffled = trials.drop(index=5).sample(frac=1, random_state=0)
    counted = decisions_of(shuffled, BY)
    assert counted.curves["group"].tolist() == list(shuffled["group"].unique())
    assert counted.decided.shape == (2, 3, 19) and counted.decided.sum() == 2 * 57 - 2
    assert counted.asked.sum() == 2 * 57 - 1
    for number, group in enumerate(counted.curves["group"]):
        rows = shuffled[shuffled["group"] == group]
        table = rows.pivot_table(index="identity", columns="level", values="chose_second", aggfunc="sum").astype(float)
        assert np.array_equal(counted.chosen[number], table.fillna(0).to_numpy())


def test_boundary_of_a_person_is_spearman_and_kaerbers():
    decisions = {
        "clean": [0] * 12 + [1] * 7,  # between .6 and .65
        "noisy": [0] * 8 + [1, 0, 1, 0] + [1] * 7,
        "always": [1] * 19,
        "never": [0] * 19,
        "falling": [1] * 9 + [0] * 10,
        "silent": [None] * 19,
    }
    trials = pd.DataFrame(
        [
            {"curve": "c", "identity": name, "level": level, "chose_second": value}
            for name, values in decisions.items()
            for level, value in zip(LEVELS, values, strict=True)
        ]
    )
    table = identification_identities(decisions_of(trials, ["curve"])).set_index("identity")
    assert table.loc[["clean", "noisy"], "boundary"].to_list() == pytest.approx([0.625, 0.525])
    assert table.loc[["clean", "noisy"], "reversals"].to_list() == [0, 2]
    words = {"always": ALWAYS_SECOND, "never": NEVER_SECOND, "falling": NOT_RISING, "silent": "no_decisions"}
    assert table.loc[list(words), "status"].to_dict() == words
    assert table.loc[list(words), "boundary"].isna().all()
    assert table.loc["silent", "n"] == 0 and table.loc["silent", ["chose_second", "reversals"]].isna().all()
    assert table.loc["always", "chose_second"] == 19


def test_unequal_levels_weigh_by_their_distance():
    trials = pd.DataFrame(
        {"curve": "c", "identity": "a", "level": [0.1, 0.2, 0.6], "chose_second": [False, False, True]}
    )
    assert identification_identities(decisions_of(trials, ["curve"]))["boundary"].tolist() == [pytest.approx(0.4)]


@pytest.mark.parametrize("fit", FITS)
def test_error_of_cross_validation_is_that_of_leaving_people_out_by_hand(fit):
    trials = planted(0.45, 0.15, 15, 11).drop(index=[3, 40, 41])
    found = fitted(trials, folds=4, resamples=0).set_index("fit").loc[fit, "cv_error"]
    people = sorted(trials["identity"].unique())
    fold = dict(zip(people, draw_folds(11, 4, SEED), strict=True))
    squares = []
    for part in range(4):
        held = trials["identity"].map(fold) == part
        shares = trials[~held].groupby("level")["chose_second"].mean().to_numpy(float)
        parameters = parameters_of(LEVELS, shares[None], fit)[0]
        theirs = trials[held].groupby("level")["chose_second"].agg(["mean", "size"])
        predicted = predict(fit, parameters, theirs.index.to_numpy(float))[0]
        squares.append(theirs["size"].to_numpy() * (theirs["mean"].to_numpy(float) - predicted) ** 2)
    assert found == pytest.approx(np.concatenate(squares).sum() / len(trials), rel=1e-4)


def test_folds_are_even_and_always_the_same():
    assert np.bincount(draw_folds(22, 5, SEED)).tolist() == [5, 5, 4, 4, 4]
    assert np.array_equal(draw_folds(22, 5, SEED), draw_folds(22, 5, SEED))


def test_other_curves_do_not_change_a_curves_validation():
    one, other = planted(0.5, 0.1, 20), planted(0.6, 0.1, 30, group="random")
    alone, together = fitted(one), fitted(pd.concat([other, one], ignore_index=True))
    pd.testing.assert_frame_equal(alone, together[together["group"] == "selective"].reset_index(drop=True))


def test_only_sigmoids_of_the_groups_named_have_intervals():
    rows = fitted(pd.concat([planted(0.5, 0.1, 20), planted(0.6, 0.1, 30, group="random")], ignore_index=True))
    has = rows["boundary_low"].notna() & rows["slope_high"].notna()
    assert has.tolist() == [fit in SIGMOIDS for fit in FITS] + [False] * 4
    assert rows["cv_error"].notna().all() and set(rows["status"]) == {"ok"}
    inside = rows[has]
    assert (inside["boundary_low"] < inside["boundary"]).all() and (inside["boundary"] < inside["boundary_high"]).all()
    assert (inside["slope_low"] < inside["slope"]).all() and (inside["slope"] < inside["slope_high"]).all()


@pytest.mark.parametrize("fit", SIGMOIDS)
def test_intervals_are_those_of_fitting_every_resample_anew(fit):
    trials = pd.concat([planted(0.5, 0.1, steepness) for steepness in (8, 15, 40)])
    trials["draw"] = np.repeat([0, 1, 2], 20 * 19)
    rows = fitted(trials, resamples=100).query("fit == @fit")
    weights = resample(sorted(trials["identity"].unique()), 100, *SEED)
    for number, row in enumerate(rows.itertuples()):
        chose = trials[trials["draw"] == number].pivot(index="identity", columns="level", values="chose_second")
        anew = fit_curves(LEVELS, weights @ chose.to_numpy(float) / 20, fit)
        boundary, slope = (percentile_interval(anew[what].to_numpy(float)[None])[0] for what in ("boundary", "slope"))
        assert [row.boundary_low, row.boundary_high] == pytest.approx(boundary, rel=0.002)
        assert [row.slope_low, row.slope_high] == pytest.approx(slope, rel=0.05)


def test_an_interval_needs_resamples_that_cross_one_half():
    chose = np.zeros((20, 19), bool)
    chose[:11, 10:] = True  # eleven of twenty people ever choose it
    hardly = planted(0.5, 0.1, 20).assign(chose_second=chose.ravel())
    row = fitted(hardly).set_index("fit").loc["logistic"]
    assert 0.5 < row["boundary"] < 0.55 and np.isnan(row["boundary_low"])
    assert row["status"] == f"{STEP};{NO_INTERVAL}"


def test_constant_curves_and_silent_units_have_nulls_and_keep_their_status():
    never, silent = planted(0.5, 0.1, 20, 4), planted(0.5, 0.1, 20, 4, group="random")
    rows = fitted(pd.concat([never.assign(chose_second=False), silent.assign(chose_second=None)]))
    assert len(rows) == 8 and rows[["cv_error", "boundary_low", "slope_low"]].isna().all(axis=None)
    assert rows["status"].tolist() == ["constant_curve"] * 4 + ["no_selective_units"] * 4


def people_who_turn(turns, people=None):
    """Trials of people whose faces turn into the second expression at the levels `turns`, None: the other way about.

    Of `people` the others are called the second expression at every level.
    """
    turns = [*turns, *[0.0] * ((people or len(turns)) - len(turns))]
    chose = np.array([LEVELS < 0.5 if turn is None else turn < LEVELS for turn in turns])
    return planted(0.5, 0.1, 20, len(turns)).assign(chose_second=pd.array(chose.ravel(), dtype="boolean"))


def test_that_a_curve_rises_is_a_sign_test_over_people():
    trials = people_who_turn([0.3] * 9 + [None] * 2 + [0.0] * 3)  # the last three never turn
    rows = fitted(trials, resamples=0)
    assert rows["p_rise"].to_numpy() == pytest.approx(stats.binomtest(9, 11, alternative="greater").pvalue)
    two = pd.concat([trials, trials.assign(group="random", chose_second=None)])
    both = fitted(two, resamples=0).set_index("group")
    assert both.loc["random", "p_rise"].isna().all() and not both.loc["random", "counts"].any()
    gaps = trials.drop(index=trials.index[[5, 30, 31]])
    assert fitted(gaps, resamples=0)["p_rise"].tolist() == rows["p_rise"].tolist()


@pytest.mark.parametrize(
    ("turns", "people", "counts"),
    [
        ([0.3, 0.5, 0.5, 0.7, 0.6], None, True),
        ([0.3, 0.5, 0.5, 0.7], None, False),  # four people are too few to tell
        ([0.22, 0.3, 0.32, 0.36, 0.4, 0.42, 0.45, 0.5, 0.55, 0.6], 104, False),  # from .90 to 1.00
        ([0.06] * 16 + [0.11] * 3 + [0.16, 0.31], 104, False),  # from .80, and fitted one half below all levels
        ([0.45] * 5 + [None] * 5, None, False),  # about one half: as many the other way
        ([None] * 12, None, False),
        ([0.96] * 12, None, False),  # never
    ],
)
def test_a_curve_counts_that_crosses_one_half_and_rises_by_more_than_chance(turns, people, counts):
    rows = fitted(people_who_turn(turns, people), resamples=0)
    assert rows["counts"].tolist() == [counts] * 4
    hill = rows.set_index("fit").loc["hill"]
    if people:
        assert hill["r2"] > 0.95 and hill["p_rise"] < 0.01  # a fine sigmoid
        assert np.isnan(hill["boundary"]) == (turns[0] > 0.1) and not hill["boundary"] >= LEVELS[0]


def test_one_person_cannot_be_left_out():
    rows = fitted(planted(0.5, 0.1, 10, 1), resamples=20)
    assert rows["r2"].notna().all() and rows[["cv_error", "boundary_low", "slope_high"]].isna().all(axis=None)
    assert rows["status"].str.endswith(ONE_IDENTITY).tolist() == [fit in SIGMOIDS for fit in FITS]


def test_a_fold_whose_training_curve_is_constant_predicts_it():
    chose = np.zeros((2, 19), bool)
    chose[1, 10:] = True
    trials = planted(0.5, 0.1, 10, 2).assign(chose_second=chose.ravel())
    rows = fitted(trials, folds=2, resamples=0).set_index("fit")
    # held out: the one who never chose it, or, by a curve that is never, the one who did in 9 of 19
    assert (rows["cv_error"] > 9 / 38).all()
    step = fit_curves(LEVELS, chose[1:].astype(float), "logistic")[["p0", "p1", "p2", "p3"]].to_numpy(float)
    expected = (9 + (predict("logistic", step, LEVELS) ** 2).sum()) / 38
    assert rows.loc["logistic", "cv_error"] == pytest.approx(expected, abs=1e-6)


@pytest.mark.parametrize("fit", SIGMOIDS)
def test_planted_boundaries_are_found_within_a_level(fit):
    rows = fitted(planted(0.55, 0.08, 25, curves=30), resamples=0).query("fit == @fit")
    assert (rows["boundary"] - 0.55).abs().max() < 0.05


def test_planted_boundaries_of_people_are_found_within_a_level():
    trials = planted(0.55, 0.1, 1000)
    people = identification_identities(decisions_of(trials, BY)).set_index("identity")
    own = generator("planted", 0.55, 0.1, 1000).normal(0.55, 0.1, (1, 20, 1)).ravel()
    assert np.abs(people["boundary"] - own).max() < 0.026


@pytest.mark.slow
def test_intervals_cover_the_planted_boundary_at_the_stated_rate():
    draws = 400
    rows = fitted(planted(0.55, 0.12, 15, curves=draws), resamples=200)
    covered = (rows["boundary_low"] <= 0.55) & (rows["boundary_high"] >= 0.55)
    rates = covered[rows["fit"].isin(SIGMOIDS)].groupby(rows["fit"]).mean()
    print(rates)
    # percentile intervals of 20 people are known to be a little narrow; 3 standard errors of 400 draws are 3.3 %
    assert ((rates > 0.89) & (rates < 0.98)).all()


@pytest.mark.slow
def test_sixty_cells_take_under_25_seconds():
    one = planted(0.5, 0.15, 12, curves=60 * 7)
    controls = pd.concat([one.assign(group="random", draw=one["draw"] + 1000 * number) for number in range(10)])
    trials = pd.concat([one, controls], ignore_index=True)
    start = process_time()
    fitted(trials, folds=5, resamples=200)
    identification_identities(decisions_of(trials, BY))
    print(f"{process_time() - start:.1f} s")
    assert process_time() - start < 25
