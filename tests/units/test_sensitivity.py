"""The count at other thresholds, and beside chance."""

import numpy as np
import pandas as pd
import pytest

from mien.configuration.criteria import ALPHAS, OMEGAS
from mien.units.anova import sums_of
from mien.units.criteria import Choice
from mien.units.null import null_counts
from mien.units.selection import select_units
from mien.units.sensitivity import chance, sensitivity
from tests.helpers.planted.responses import sums_over
from tests.helpers.planted.truth import CHOICE, design
from tests.helpers.selected import selection_of


def test_p_counts_ties_and_the_interval_holds_the_central_95_percent():
    assert chance(30, np.arange(41)) == (20, 1, 39, (1 + 11) / 42)  # 30 to 40, and the observed one


def test_a_null_of_a_subset_is_scaled_to_all_units(planted):
    _, units, null, moments = planted
    half = null.assign(n_units=len(units) // 2)
    scaled, plain = (selection_of(units, moments, n, CHOICE)["null_mean"] for n in (half, null))
    np.testing.assert_allclose(scaled, 2 * plain)


def test_the_sensitivity_counts_again_at_all_thresholds(planted):
    _, units, null, moments = planted
    table = sensitivity(moments, null, CHOICE)
    assert len(table) == 2 * len(ALPHAS) ** 2 and (table["n_units"] == len(units)).all()
    for row in table.itertuples():
        again = select_units(moments, Choice("two_way", row.threshold_expression, row.threshold_identity))
        assert row.n_selective == again["selective"].sum()
        key = ["criterion", "threshold_expression", "threshold_identity", "scheme"]
        drawn = null.loc[(null[key] == [getattr(row, name) for name in key]).all(axis=1), "count"]
        assert row.null_mean == pytest.approx(drawn.mean())
        assert row.p_count == pytest.approx((1 + (drawn >= row.n_selective).sum()) / 41)
    same = table.query("threshold_expression == .01 and threshold_identity == .01").reset_index(drop=True)
    selection = selection_of(units, moments, null, CHOICE)
    pd.testing.assert_frame_equal(selection[list(table)], same)
    assert (selection["n_permutations"] == 40).all() and (selection["n_identities"] == 20).all()


def test_the_count_rises_with_alpha_expression_and_falls_with_alpha_identity(planted):
    _, _, null, moments = planted
    for column in ("n_selective", "null_mean"):
        grid = sensitivity(moments, null, CHOICE).query("scheme == 'fixed'").pivot(
            index="threshold_expression", columns="threshold_identity", values=column
        )  # fmt: skip
        assert (grid.diff().iloc[1:] >= 0).all(axis=None) and (grid.diff(axis=1).iloc[:, 1:] <= 0).all(axis=None)


def test_shares_are_of_all_units_and_of_those_that_vary(planted):
    _, units, null, moments = planted
    for table in (sensitivity(moments, null, CHOICE), selection_of(units, moments, null, CHOICE)):
        assert (table["n_varying"] == 1000).all() and (table["n_units"] == 1024).all()
        np.testing.assert_allclose(table["share_of_all"], table["n_selective"] / 1024)
        np.testing.assert_allclose(table["share_of_varying"], table["n_selective"] / 1000)


@pytest.mark.parametrize(
    ("choice", "grid"),
    [
        (Choice("one_way", 0.01, None), [(alpha, None) for alpha in ALPHAS]),
        (Choice("omega2", 0.06, 0.03), [(one, other) for one in OMEGAS for other in OMEGAS]),
    ],
)
def test_the_other_criteria_count_at_their_own_thresholds(planted, choice, grid):
    _, _, null, moments = planted
    table = sensitivity(moments, null, choice)
    fixed = table[table["scheme"] == "fixed"]
    pairs = fixed[["threshold_expression", "threshold_identity"]].to_numpy(object)
    assert [(one, None if pd.isna(other) else other) for one, other in pairs] == grid
    for row, thresholds in zip(fixed.itertuples(), grid, strict=True):
        assert row.n_selective == select_units(moments, Choice(choice.criterion, *thresholds))["selective"].sum()
    units = select_units(moments, choice)
    selection = selection_of(units, moments, null, choice)
    assert selection[list(Choice._fields)].drop_duplicates().to_numpy(object).tolist()[0][:2] == list(choice[:2])
    assert selection["scheme"].tolist() == (["fixed", "recomputed"] if choice[2] else ["fixed"])
    assert (selection["p_count"] == 1 / 41).all() and (selection["n_permutations"] == 40).all()


def test_units_that_never_vary_have_no_share(planted):
    moments, permuted, units = sums_over(design(4), np.ones((24, 7)), permutations=3)
    for choice in (CHOICE, Choice("one_way", 0.01, None), Choice("omega2", 0.06, 0.01)):
        table = sensitivity(moments, null_counts(sums_of(moments.iloc[units]), permuted), choice)
        assert (table["n_varying"] == 0).all() and (table["share_of_all"] == 0).all()
        assert table["share_of_varying"].isna().all() and (table["null_mean"] == 0).all()
