"""Kinds, tuning, counts and control groups of units with a planted truth."""

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact
from sklearn.metrics import cohen_kappa_score

from mien.anova import anova, null_counts, sums_of, vanishing
from mien.criteria import ALPHAS as GRID
from mien.expressions import EXPRESSIONS
from mien.selectivity import draw_groups, omega2_expression, select_units, sensitivity, summarise_selection
from tests.planted import design, noise, sums_over

KINDS = ["selective"] * 30 + ["mixed"] * 20 + ["identity"] * 25 + ["neither"] * 400 + ["constant"] * 5
ALPHAS = {"alpha_expression": 0.01, "alpha_identity": 0.01}


@pytest.fixture(scope="module")
def planted():
    """Twenty identities seen by 480 units of known kinds; unit i prefers expression i mod 6."""
    stimuli, kinds = design(20), np.array(KINDS)
    responses = noise(20, len(kinds))
    prefers = np.arange(len(kinds)) % 6
    shown = stimuli["expression"].map(EXPRESSIONS.index).to_numpy()
    responses += 4 * (shown[:, None] == prefers) * np.isin(kinds, ["selective", "mixed"])
    person = np.repeat(np.random.default_rng(5).standard_normal((20, len(kinds))), 6, axis=0)
    responses += 4 * person * np.isin(kinds, ["mixed", "identity"])
    responses[:, kinds == "constant"] = 0.7
    moments, permuted, units = sums_over(stimuli, responses, permutations=40)
    null = null_counts(sums_of(moments), permuted, units)
    return responses, select_units(moments, **ALPHAS), null, moments


def test_planted_kinds_are_found(planted):
    _, units, _, _ = planted
    found = pd.crosstab(np.array(KINDS), units["kind"].to_numpy())
    assert found.loc["mixed", "mixed"] == 20
    assert found.loc["identity", "identity"] >= 23  # a p(expression) below .01 by chance makes one `mixed`
    assert found.loc["constant", "constant"] == 5
    assert found.loc["selective", "selective"] >= 28  # a p(identity) below .01 by chance makes one `mixed`
    assert found.loc["neither", "selective"] <= 12  # 400 x .01, and three standard deviations
    assert units["selective"].sum() == (units["kind"] == "selective").sum()


def test_preferred_expressions_are_the_planted_ones(planted):
    _, units, _, _ = planted
    selective = units[:30]
    assert selective["preferred"].tolist() == [EXPRESSIONS[unit % 6] for unit in range(30)]


def test_tuning_is_the_z_scored_mean_minus_that_of_the_other_five(planted):
    responses, units, _, _ = planted
    scores = (responses[:, 3] - responses[:, 3].mean()) / responses[:, 3].std(ddof=1)
    means = scores.reshape(20, 6).mean(0)
    expected = [means[k] - np.delete(means, k).mean() for k in range(6)]
    np.testing.assert_allclose(units.loc[3, [f"tuning_{e}" for e in EXPRESSIONS]].astype(float), expected, rtol=1e-9)
    assert units.loc[3, "mean"] == pytest.approx(responses[:, 3].mean())
    assert units.loc[3, "sd"] == pytest.approx(responses[:, 3].std(ddof=1))


def test_a_constant_unit_has_its_row_and_nulls(planted):
    _, units, _, _ = planted
    constant = units[units["kind"] == "constant"]
    statistics = ["f_expression", "p_expression", "f_identity", "p_identity", "eta2_expression", "eta2_identity"]
    assert constant[statistics + [f"tuning_{e}" for e in EXPRESSIONS] + ["preferred"]].isna().all(axis=None)
    assert (constant["mean"] == 0.7).all() and (constant["sd"] == 0).all() and not constant["selective"].any()


def test_halves_find_the_strong_units_again(planted):
    _, units, _, _ = planted
    both = units["selective_half_a"] & units["selective_half_b"]
    assert both[:30].sum() >= 26 and both[75:].sum() <= 1


def test_the_count_is_far_beyond_its_null(planted):
    _, units, null, moments = planted
    selection = summarise_selection(units, moments, null, **ALPHAS)
    assert selection["scheme"].tolist() == ["fixed", "recomputed"]
    fixed = selection.iloc[0]
    assert fixed["n_selective"] >= 28 and fixed["p_count"] == pytest.approx(1 / 41)
    assert fixed["null_low"] <= fixed["null_mean"] <= fixed["null_high"] < fixed["n_selective"]
    kinds = ["n_selective", "n_mixed", "n_identity", "n_neither", "n_constant"]
    assert fixed[kinds].sum() == len(units) == fixed["n_units"]


def test_a_null_of_a_subset_is_scaled_to_all_units(planted):
    _, units, null, moments = planted
    half = null.assign(n_units=len(units) // 2)
    scaled, plain = (summarise_selection(units, moments, n, **ALPHAS)["null_mean"] for n in (half, null))
    np.testing.assert_allclose(scaled, 2 * plain)


def test_the_sensitivity_counts_again_at_every_criterion(planted):
    _, units, null, moments = planted
    table = sensitivity(units, null)
    assert len(table) == 2 * len(GRID) ** 2 and (table["n_units"] == len(units)).all()
    for row in table.itertuples():
        again = select_units(moments, row.alpha_expression, row.alpha_identity)
        assert row.n_selective == again["selective"].sum()
        key = ["alpha_expression", "alpha_identity", "scheme"]
        drawn = null.loc[(null[key] == [getattr(row, name) for name in key]).all(axis=1), "count"]
        assert row.null_mean == pytest.approx(drawn.mean())
        assert row.p_count == pytest.approx((1 + (drawn >= row.n_selective).sum()) / 41)
    same = table.query("alpha_expression == .01 and alpha_identity == .01").reset_index(drop=True)
    selection = summarise_selection(units, moments, null, **ALPHAS)
    pd.testing.assert_frame_equal(selection[list(table)], same)
    assert (selection["n_permutations"] == 40).all() and (selection["n_identities"] == 20).all()


def test_the_count_rises_with_alpha_expression_and_falls_with_alpha_identity(planted):
    _, units, null, _ = planted
    for column in ("n_selective", "null_mean"):
        grid = sensitivity(units, null).query("scheme == 'fixed'").pivot(
            index="alpha_expression", columns="alpha_identity", values=column
        )  # fmt: skip
        assert (grid.diff().iloc[1:] >= 0).all(axis=None) and (grid.diff(axis=1).iloc[:, 1:] <= 0).all(axis=None)


def test_effect_sizes_are_medians_of_the_selective_and_of_all_that_vary(planted):
    _, units, null, moments = planted
    row = summarise_selection(units, moments, null, **ALPHAS).iloc[0]
    selective, varying = units[units["kind"] == "selective"], units[units["kind"] != "constant"]
    assert row["eta2_expression_selective"] == selective["eta2_expression"].median()
    assert row["eta2_identity_selective"] == selective["eta2_identity"].median()
    assert row["eta2_expression_varying"] == varying["eta2_expression"].median()
    assert row["eta2_identity_varying"] == varying["eta2_identity"].median()
    # F = f^2 df_residual / df_expression, with 5 and 95 degrees of freedom
    assert row["cohens_f_selective"] == pytest.approx((np.sqrt(selective["f_expression"] * 5 / 95)).median())


def test_agreement_of_halves_is_cohens_kappa_and_the_hypergeometric_tail(planted):
    _, units, null, moments = planted
    row = summarise_selection(units, moments, null, **ALPHAS).iloc[0]
    varying = units[units["kind"] != "constant"]
    a, b = varying["selective_half_a"].astype(bool), varying["selective_half_b"].astype(bool)
    assert row["n_both_expected"] == pytest.approx(a.sum() * b.sum() / 475)
    assert row["kappa_halves"] == pytest.approx(cohen_kappa_score(a, b), abs=1e-12)
    assert row["p_both"] == pytest.approx(fisher_exact(pd.crosstab(a, b), "greater").pvalue)


def test_halves_that_share_nothing_but_chance_have_kappa_about_zero(planted):
    _, units, null, moments = planted
    draws = np.random.default_rng(4)
    halves = {f"selective_half_{half}": draws.random(len(units)) < 0.3 for half in "ab"}
    row = summarise_selection(units.assign(**halves), moments, null, **ALPHAS).iloc[0]
    assert abs(row["kappa_halves"]) < 0.13 and row["p_both"] > 0.01  # three standard errors, 1 / sqrt(475)


def test_omega_squared_is_zero_by_chance_and_does_not_shrink_a_real_effect(planted):
    _, units, null, moments = planted
    omega2 = omega2_expression(sums_of(moments))
    kinds = np.array(KINDS)
    assert abs(omega2[kinds == "neither"].mean()) < 0.006  # 3 x .04 / sqrt(400)
    assert (anova(sums_of(moments))["eta2_expression"][kinds == "neither"].mean()) > 0.035  # 5 / 119 on average
    # a step of 4 in one of six expressions beside noise of variance 1: 16 x 5/36 of the variance, over that and 1
    truth = 16 * 5 / 36 / (16 * 5 / 36 + 1)
    assert omega2[kinds == "selective"].mean() == pytest.approx(truth, abs=0.02)
    assert (omega2[kinds == "constant"] == 0).all()
    row = summarise_selection(units, moments, null, **ALPHAS).iloc[0]
    assert row["omega2_other_half"] == pytest.approx(truth, abs=0.05)


def test_controls_are_count_matched_and_drawn_from_their_pools(planted):
    _, units, _, _ = planted
    groups = draw_groups(units, 3, ("cell",))
    n = int(units["selective"].sum())
    sizes = groups.groupby(["group", "draw"]).size()
    assert (sizes[["random", "nonselective", "selective"]] == n).all() and len(sizes["random"]) == 3
    kinds = units.set_index("unit")["kind"]
    drawn = groups.assign(kind=kinds[groups["unit"]].to_numpy())
    assert "constant" not in set(drawn["kind"])
    assert "selective" not in set(drawn.loc[drawn["group"] == "nonselective", "kind"])
    draws = [set(drawn.query("group == 'random' and draw == @d")["unit"]) for d in range(3)]
    assert draws[0] != draws[1] != draws[2]
    pd.testing.assert_frame_equal(groups, draw_groups(units, 3, ("cell",)))


def test_the_selection_says_where_responses_vanish(planted):
    responses, _, null, _ = planted
    largest = 1e-9 * responses.std(axis=0, ddof=1).max()
    reason = f"responses vanish: the largest standard deviation of a unit is {largest:.1g}"
    for scale, said in ((1e-6, ""), (1e-9, reason)):
        moments, _, _ = sums_over(design(20), responses * scale, permutations=2)
        selection = summarise_selection(select_units(moments, **ALPHAS), moments, null, **ALPHAS)
        assert (selection["status"] == (said or "ok")).all()
        assert vanishing(sums_of(moments)) == said


def test_without_selective_units_there_are_no_groups_and_the_selection_says_so(planted):
    _, units, null, moments = planted
    none = units.assign(selective=False, selective_half_a=False, selective_half_b=False,
                        kind=units["kind"].replace("selective", "neither"))  # fmt: skip
    groups = draw_groups(none, 2, ("cell",))
    assert groups.empty and list(groups.columns) == ["group", "draw", "unit"]
    none = none.assign(p_expression=1.0)
    selection = summarise_selection(none, moments, null, **ALPHAS)
    assert (selection["status"] == "no selective units; no unit is selective in either half").all()
    assert (selection[["n_selective", "n_half_a", "n_both_expected"]] == 0).all(axis=None)
    undefined = ["eta2_expression_selective", "cohens_f_selective", "kappa_halves", "p_both", "omega2_other_half"]
    assert selection[undefined].isna().all(axis=None) and selection["eta2_expression_varying"].notna().all()
