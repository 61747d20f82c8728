"""Kinds, tuning, counts and control groups of units with a planted truth."""

import numpy as np
import pandas as pd
import pytest

from mien.anova import null_counts, sums_of
from mien.expressions import EXPRESSIONS
from mien.selectivity import draw_groups, select_units, summarise_selection
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
    return responses, select_units(moments, **ALPHAS), null


def test_planted_kinds_are_found(planted):
    _, units, _ = planted
    found = pd.crosstab(np.array(KINDS), units["kind"].to_numpy())
    assert found.loc["mixed", "mixed"] == 20
    assert found.loc["identity", "identity"] >= 23  # a p(expression) below .01 by chance makes one `mixed`
    assert found.loc["constant", "constant"] == 5
    assert found.loc["selective", "selective"] >= 28  # a p(identity) below .01 by chance makes one `mixed`
    assert found.loc["neither", "selective"] <= 12  # 400 x .01, and three standard deviations
    assert units["selective"].sum() == (units["kind"] == "selective").sum()


def test_preferred_expressions_are_the_planted_ones(planted):
    _, units, _ = planted
    selective = units[:30]
    assert selective["preferred"].tolist() == [EXPRESSIONS[unit % 6] for unit in range(30)]


def test_tuning_is_the_z_scored_mean_minus_that_of_the_other_five(planted):
    responses, units, _ = planted
    scores = (responses[:, 3] - responses[:, 3].mean()) / responses[:, 3].std(ddof=1)
    means = scores.reshape(20, 6).mean(0)
    expected = [means[k] - np.delete(means, k).mean() for k in range(6)]
    np.testing.assert_allclose(units.loc[3, [f"tuning_{e}" for e in EXPRESSIONS]].astype(float), expected, rtol=1e-9)
    assert units.loc[3, "mean"] == pytest.approx(responses[:, 3].mean())
    assert units.loc[3, "sd"] == pytest.approx(responses[:, 3].std(ddof=1))


def test_a_constant_unit_has_its_row_and_nulls(planted):
    _, units, _ = planted
    constant = units[units["kind"] == "constant"]
    statistics = ["f_expression", "p_expression", "f_identity", "p_identity", "eta2_expression", "eta2_identity"]
    assert constant[statistics + [f"tuning_{e}" for e in EXPRESSIONS] + ["preferred"]].isna().all(axis=None)
    assert (constant["mean"] == 0.7).all() and (constant["sd"] == 0).all() and not constant["selective"].any()


def test_halves_find_the_strong_units_again(planted):
    _, units, _ = planted
    both = units["selective_half_a"] & units["selective_half_b"]
    assert both[:30].sum() >= 26 and both[75:].sum() <= 1


def test_the_count_is_far_beyond_its_null(planted):
    _, units, null = planted
    selection = summarise_selection(units, null, 20, **ALPHAS)
    assert selection["scheme"].tolist() == ["fixed", "recomputed"]
    fixed = selection.iloc[0]
    assert fixed["n_selective"] >= 28 and fixed["p_count"] == pytest.approx(1 / 41)
    assert fixed["null_low"] <= fixed["null_mean"] <= fixed["null_high"] < fixed["n_selective"]
    kinds = ["n_selective", "n_mixed", "n_identity", "n_neither", "n_constant"]
    assert fixed[kinds].sum() == len(units) == fixed["n_units"]


def test_a_null_of_a_subset_is_scaled_to_all_units(planted):
    _, units, null = planted
    half = null.assign(n_units=len(units) // 2)
    scaled, plain = (summarise_selection(units, n, 20, **ALPHAS)["null_mean"] for n in (half, null))
    np.testing.assert_allclose(scaled, 2 * plain)


def test_controls_are_count_matched_and_drawn_from_their_pools(planted):
    _, units, _ = planted
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


def test_without_selective_units_there_are_no_groups_and_the_selection_says_so(planted):
    _, units, null = planted
    none = units.assign(selective=False, selective_half_a=False, selective_half_b=False,
                        kind=units["kind"].replace("selective", "neither"))  # fmt: skip
    groups = draw_groups(none, 2, ("cell",))
    assert groups.empty and list(groups.columns) == ["group", "draw", "unit"]
    selection = summarise_selection(none, null, 20, **ALPHAS)
    assert (selection["status"] == "no selective units").all() and (selection["n_selective"] == 0).all()
