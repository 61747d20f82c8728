"""Kinds, tuning, counts and control groups of units with a planted truth."""

import math

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from scipy.stats import fisher_exact
from sklearn.metrics import cohen_kappa_score

from mien.configuration.grids import ALPHAS as GRID
from mien.expressions import EXPRESSIONS
from mien.units.anova import anova, null_counts, sums_of, vanishing
from mien.units.selectivity import (
    draw_groups,
    kind_of,
    omega2_expression,
    select_units,
    sensitivity,
    summarise_selection,
)
from tests.helpers.planted import design, noise, sums_over

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


def test_a_half_is_selected_from_its_own_identities_which_alternate(planted):
    responses, units, _, _ = planted
    stimuli, person = design(20), np.arange(120) // 6
    for number, half in enumerate("ab"):
        its = person % 2 == number
        alone = select_units(sums_over(stimuli[its].reset_index(drop=True), responses[its])[0], **ALPHAS)["selective"]
        assert alone.sum() > 25 and (units[f"selective_half_{half}"] == alone).all()


def test_the_effect_in_the_other_half_is_free_of_selection(planted):
    """Each half selects, of units without an effect, those that seem to have the largest in it."""
    _, units, null, moments = planted
    omega2 = {half: omega2_expression(sums_of(moments, half)) for half in "ab"}
    neither = np.array(KINDS) == "neither"
    best = {half: neither & (effect > np.quantile(effect[neither], 0.9)) for half, effect in omega2.items()}
    chosen = units.assign(selective_half_a=best["a"], selective_half_b=best["b"])
    row = summarise_selection(chosen, moments, null, **ALPHAS).iloc[0]
    assert row["omega2_other_half"] == np.median([*omega2["b"][best["a"]], *omega2["a"][best["b"]]])
    assert abs(row["omega2_other_half"]) < 0.03 and min(omega2[half][best[half]].min() for half in "ab") > 0.05


def test_a_p_that_is_alpha_itself_is_no_effect_of_expression_and_an_effect_of_identity():
    above, below = np.nextafter(0.01, 1), np.nextafter(0.01, 0)
    p = [(below, above), (below, 0.01), (0.01, above), (0.01, 0.01), (np.nan, np.nan)]
    tests = pd.DataFrame(p, columns=["p_expression", "p_identity"])
    kinds = ["selective", "mixed", "neither", "identity", "constant"]
    assert kind_of(tests, 0.01, 0.01).tolist() == kinds
    null = pd.DataFrame({"permutation": [0], "alpha_expression": 0.01, "alpha_identity": 0.01, "scheme": "fixed",
                         "count": 0, "n_units": 5})  # fmt: skip
    assert sensitivity(tests, null)["n_selective"].tolist() == [1]


def test_p_count_counts_ties_and_the_interval_holds_the_central_95_percent():
    tests = pd.DataFrame({"p_expression": [0.001] * 30 + [0.5] * 70, "p_identity": 0.5})
    null = pd.DataFrame({"permutation": np.arange(41), "alpha_expression": 0.01, "alpha_identity": 0.01,
                         "scheme": "fixed", "count": np.arange(41), "n_units": 100})  # fmt: skip
    row = sensitivity(tests, null).iloc[0]
    assert row["n_selective"] == 30 and row["p_count"] == (1 + 11) / 42  # 30 to 40, and the observed one
    assert (row["null_mean"], row["null_low"], row["null_high"]) == (20, 1, 39)


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
    assert row["log10_p_both"] == pytest.approx(np.log10(row["p_both"]))


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


def test_omega_squared_is_its_definition(planted):
    responses, _, _, moments = planted
    cube = responses[:, :475].reshape(20, 6, -1)
    grand, expression, identity = cube.mean(axis=(0, 1)), cube.mean(axis=0), cube.mean(axis=1)
    of_expression = 20 * ((expression - grand) ** 2).sum(axis=0)
    error = ((cube - expression - identity[:, None] + grand) ** 2).sum(axis=(0, 1)) / 95
    total = ((cube - grand) ** 2).sum(axis=(0, 1))
    expected = (of_expression - 5 * error) / (total + error)
    np.testing.assert_allclose(omega2_expression(sums_of(moments))[:475], expected, rtol=1e-9, atol=1e-12)


def test_controls_are_count_matched_and_drawn_from_their_pools(planted):
    _, units, _, _ = planted
    groups = draw_groups(units, 3, 7, ("cell",))
    n = int(units["selective"].sum())
    sizes = groups.groupby(["group", "draw"]).size()
    assert (sizes[["random", "nonselective", "selective"]] == n).all() and len(sizes["random"]) == 3
    kinds = units.set_index("unit")["kind"]
    drawn = groups.assign(kind=kinds[groups["unit"]].to_numpy())
    assert "constant" not in set(drawn["kind"])
    assert "selective" not in set(drawn.loc[drawn["group"] == "nonselective", "kind"])
    draws = [set(drawn.query("group == 'random' and draw == @d")["unit"]) for d in range(3)]
    assert draws[0] != draws[1] != draws[2]
    pd.testing.assert_frame_equal(groups, draw_groups(units, 3, 7, ("cell",)))
    assert not groups.duplicated(["group", "draw", "unit"]).any()
    pd.testing.assert_frame_equal(groups, draw_groups(units, 3, n + 50, ("cell",)))  # only where nothing is selective
    other = draw_groups(units, 3, 7, ("another cell",))
    assert (other.loc[other["group"] == "random", "unit"] != groups.loc[groups["group"] == "random", "unit"]).any()


def test_the_selection_says_where_responses_vanish(planted):
    responses, _, null, _ = planted
    largest = 1e-9 * responses.std(axis=0, ddof=1).max()
    reason = f"responses vanish: the largest standard deviation of a unit is {largest:.1g}"
    for scale, said, code in ((1e-6, "", "ok"), (1e-9, reason, "responses_vanish")):
        moments, _, _ = sums_over(design(20), responses * scale, permutations=2)
        selection = summarise_selection(select_units(moments, **ALPHAS), moments, null, **ALPHAS)
        assert (selection["status"] == code).all()
        assert vanishing(sums_of(moments)) == said


def unselective(units):
    """The same units, none of which is selective."""
    return units.assign(
        selective=False, selective_half_a=False, selective_half_b=False,
        kind=units["kind"].replace("selective", "neither"),
    )  # fmt: skip


def test_without_selective_units_there_are_controls_all_the_same_and_the_selection_says_so(planted):
    _, units, null, moments = planted
    none = unselective(units)
    groups = draw_groups(none, 2, 7, ("cell",))
    assert groups.groupby(["group", "draw"]).size().to_dict() == {
        (group, draw): 7 for group in ("random", "nonselective") for draw in (0, 1)
    }
    drawn = groups.groupby(["group", "draw"])["unit"].apply(tuple)
    assert drawn.nunique() == 4  # each has a draw of its own, though all are of the same units
    varying = set(none.loc[none["kind"] != "constant", "unit"])
    assert set(groups["unit"]) < varying
    everything = draw_groups(none, 1, 10_000, ("cell",))
    assert all(set(drawn["unit"]) == varying for _, drawn in everything.groupby("group"))
    selection = summarise_selection(none.assign(p_expression=1.0), moments, null, **ALPHAS)
    assert (selection["status"] == "no_selective_units;no_unit_selective_in_either_half").all()
    assert (selection[["n_selective", "n_half_a", "n_both_expected", "share_of_varying"]] == 0).all(axis=None)
    undefined = ["eta2_expression_selective", "cohens_f_selective", "kappa_halves", "p_both", "log10_p_both",
                 "omega2_other_half"]  # fmt: skip
    assert selection[undefined].isna().all(axis=None) and selection["eta2_expression_varying"].notna().all()


def test_of_units_that_never_vary_there_is_no_group_and_no_share(planted):
    _, units, null, moments = planted
    still = unselective(units).assign(kind="constant", p_expression=np.nan)
    groups = draw_groups(still, 2, 7, ("cell",))
    assert groups.empty and list(groups.columns) == ["group", "draw", "unit"]
    table = sensitivity(still, null)
    assert (table["n_varying"] == 0).all() and (table["share_of_all"] == 0).all()
    assert table["share_of_varying"].isna().all()


def test_shares_are_of_all_units_and_of_those_that_vary(planted):
    _, units, null, moments = planted
    for table in (sensitivity(units, null), summarise_selection(units, moments, null, **ALPHAS)):
        assert (table["n_varying"] == 475).all() and (table["n_units"] == 480).all()
        np.testing.assert_allclose(table["share_of_all"], table["n_selective"] / 480)
        np.testing.assert_allclose(table["share_of_varying"], table["n_selective"] / 475)


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
    units = select_units(moments, **ALPHAS).assign(kind=kinds, selective=a, selective_half_a=a, selective_half_b=b)
    row = summarise_selection(units, moments, null.assign(n_units=len(a)), **ALPHAS).iloc[0]
    assert (row["n_half_a"], row["n_half_b"], row["n_both_halves"]) == (1585, 1287, 652)
    assert row["p_both"] == 0
    assert row["log10_p_both"] == pytest.approx(log10_tail(652, 22716, 1585, 1287), abs=1e-9)
    assert row["log10_p_both"] == pytest.approx(-1023.45 / np.log(10), abs=0.01)


@pytest.mark.parametrize(("varying", "a", "b"), [(60, 20, 30), (2000, 900, 1500), (3000, 40, 2999), (10, 10, 10)])
def test_scipys_logarithm_of_the_tail_is_that_of_whole_numbers(varying, a, b):
    for both in sorted({max(0, a + b - varying), a * b // varying, (a * b // varying + min(a, b)) // 2, min(a, b)}):
        found = stats.hypergeom.logsf(both - 1, varying, a, b) / np.log(10)
        assert found == pytest.approx(log10_tail(both, varying, a, b), rel=1e-9, abs=1e-9), both
