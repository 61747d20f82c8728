"""A cell's selection in one table: chance, effect sizes, halves, and what is wrong."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.stats import fisher_exact
from sklearn.metrics import cohen_kappa_score

from mien.units.anova import omega_squared, squares_of, sums_of, vanishing
from mien.units.selection import select_units
from tests.helpers.planted.responses import UNITS, noise, sums_over
from tests.helpers.planted.truth import CHOICE, design
from tests.helpers.selected import selection_of


def test_the_effect_in_the_other_half_is_free_of_selection(planted):
    """Each half selects, of units without an effect, those that seem to have the largest in it."""
    _, units, null, moments = planted
    omega2 = {half: omega_squared(squares_of(sums_of(moments, half)))[0] for half in "ab"}
    neither = UNITS.kind == "neither"
    best = {half: neither & (effect > np.quantile(effect[neither], 0.9)) for half, effect in omega2.items()}
    chosen = units.assign(selective_half_a=best["a"], selective_half_b=best["b"])
    row = selection_of(chosen, moments, null, CHOICE).iloc[0]
    assert row["omega2_other_half"] == np.median([*omega2["b"][best["a"]], *omega2["a"][best["b"]]])
    assert abs(row["omega2_other_half"]) < 0.03 and min(omega2[half][best[half]].min() for half in "ab") > 0.05


def test_the_count_is_far_beyond_its_null(planted):
    _, units, null, moments = planted
    selection = selection_of(units, moments, null, CHOICE)
    assert selection["scheme"].tolist() == ["fixed", "recomputed"]
    fixed = selection.iloc[0]
    assert fixed["n_selective"] >= 55 and fixed["p_count"] == pytest.approx(1 / 41)
    assert fixed["null_low"] <= fixed["null_mean"] <= fixed["null_high"] < fixed["n_selective"]
    kinds = ["n_selective", "n_mixed", "n_identity", "n_neither", "n_constant"]
    assert fixed[kinds].sum() == len(units) == fixed["n_units"]


def test_effect_sizes_are_medians_of_the_selective_and_of_all_that_vary(planted):
    _, units, null, moments = planted
    row = selection_of(units, moments, null, CHOICE).iloc[0]
    selective, varying = units[units["kind"] == "selective"], units[units["kind"] != "constant"]
    assert row["eta2_expression_selective"] == selective["eta2_expression"].median()
    assert row["eta2_identity_selective"] == selective["eta2_identity"].median()
    assert row["eta2_expression_varying"] == varying["eta2_expression"].median()
    assert row["eta2_identity_varying"] == varying["eta2_identity"].median()
    # F = f^2 df_residual / df_expression, with 5 and 95 degrees of freedom
    assert row["cohens_f_selective"] == pytest.approx((np.sqrt(selective["f_expression"] * 5 / 95)).median())


def test_agreement_of_halves_is_cohens_kappa_and_the_hypergeometric_tail(planted):
    _, units, null, moments = planted
    row = selection_of(units, moments, null, CHOICE).iloc[0]
    varying = units[units["kind"] != "constant"]
    a, b = varying["selective_half_a"].astype(bool), varying["selective_half_b"].astype(bool)
    assert row["n_both_expected"] == pytest.approx(a.sum() * b.sum() / 1000)
    assert row["kappa_halves"] == pytest.approx(cohen_kappa_score(a, b), abs=1e-12)
    assert row["p_both"] == pytest.approx(fisher_exact(pd.crosstab(a, b), "greater").pvalue)
    assert row["log10_p_both"] == pytest.approx(np.log10(row["p_both"]))


def test_halves_that_share_nothing_but_chance_have_kappa_about_zero(planted):
    _, units, null, moments = planted
    draws = np.random.default_rng(4)
    halves = {f"selective_half_{half}": draws.random(len(units)) < 0.3 for half in "ab"}
    row = selection_of(units.assign(**halves), moments, null, CHOICE).iloc[0]
    assert abs(row["kappa_halves"]) < 0.095 and row["p_both"] > 0.01  # three standard errors, 1 / sqrt(1000)


def test_the_selection_says_where_responses_vanish(planted):
    responses, _, null, _ = planted
    largest = 1e-9 * responses.std(axis=0, ddof=1).max()
    reason = f"responses vanish: the largest standard deviation of a unit is {largest:.1g}"
    for scale, said, code in ((1e-6, "", "ok"), (1e-9, reason, "responses_vanish")):
        moments, _, _ = sums_over(design(20), responses * scale, permutations=2)
        selection = selection_of(select_units(moments, CHOICE), moments, null, CHOICE)
        assert (selection["status"] == code).all()
        assert vanishing(sums_of(moments)) == said


def test_the_selection_says_where_no_unit_is_selective(planted):
    """Units that identity moves as much as expression does."""
    _, _, null, _ = planted
    responses = noise(20, 50) + 20 * np.repeat(np.random.default_rng(5).standard_normal((20, 50)), 6, axis=0)
    moments, _, _ = sums_over(design(20), responses)
    selection = selection_of(select_units(moments, CHOICE), moments, null, CHOICE)
    assert (selection["status"] == "no_selective_units;no_unit_selective_in_either_half").all()
    assert (selection[["n_selective", "n_half_a", "n_both_expected", "share_of_varying"]] == 0).all(axis=None)
    undefined = ["eta2_expression_selective", "cohens_f_selective", "kappa_halves", "p_both", "log10_p_both",
                 "omega2_other_half"]  # fmt: skip
    assert selection[undefined].isna().all(axis=None) and selection["eta2_expression_varying"].notna().all()


def log10_tail(both, varying, a, b):
    """log10 of the probability of at least `both` of `a` among `b` of `varying`, from whole numbers."""
    ways = sum(math.comb(a, i) * math.comb(varying - a, b - i) for i in range(both, min(a, b) + 1))
    return math.log10(ways) - math.log10(math.comb(varying, b))


def test_the_logarithm_of_a_tail_that_is_too_small_for_a_number_is_exact(planted):
    """Halves that agree on 652 of 1,585 and 1,287 units of 22,716, as in a real layer."""
    _, _, null, _ = planted
    a, b = np.arange(22716) < 1585, np.arange(22716) >= 1585 - 652
    b &= np.arange(22716) < 1585 - 652 + 1287
    kinds = np.where(a, "selective", "neither")
    moments, _, _ = sums_over(design(4), noise(4, len(a)), batch_size=24)
    units = select_units(moments, CHOICE).assign(kind=kinds, selective=a, selective_half_a=a, selective_half_b=b)
    row = selection_of(units, moments, null.assign(n_units=len(a)), CHOICE).iloc[0]
    assert (row["n_half_a"], row["n_half_b"], row["n_both_halves"]) == (1585, 1287, 652)
    assert row["p_both"] == 0
    assert row["log10_p_both"] == pytest.approx(log10_tail(652, 22716, 1585, 1287), abs=1e-9)
    assert row["log10_p_both"] == pytest.approx(-1023.45 / np.log(10), abs=0.01)


@pytest.mark.parametrize(("varying", "a", "b"), [(60, 20, 30), (2000, 900, 1500), (3000, 40, 2999), (10, 10, 10)])
def test_scipys_logarithm_of_the_tail_is_that_of_whole_numbers(varying, a, b):
    for both in sorted({max(0, a + b - varying), a * b // varying, (a * b // varying + min(a, b)) // 2, min(a, b)}):
        found = stats.hypergeom.logsf(both - 1, varying, a, b) / np.log(10)
        assert found == pytest.approx(log10_tail(both, varying, a, b), rel=1e-9, abs=1e-9), both
