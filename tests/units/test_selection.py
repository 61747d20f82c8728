"""Kinds and tuning of units with a planted truth."""

import numpy as np
import pandas as pd
import pytest

from mien.expressions import EXPRESSIONS
from mien.units.criteria import Choice, Effect, Effects
from mien.units.selection import kind_of, select_units
from tests.helpers.planted.responses import UNITS, sums_over
from tests.helpers.planted.truth import CHOICE, CONSTANT, STRONG, design

KIND = UNITS.kind
SELECTIVE = (KIND == "selective") & (UNITS.step == STRONG)


def test_planted_kinds_are_found(planted):
    _, units, _, _ = planted
    found = pd.crosstab(np.where(SELECTIVE, "strong", KIND), units["kind"].to_numpy())
    assert found.loc["mixed", "mixed"] == 60
    assert found.loc["identity", "identity"] >= 96  # a p(expression) below .01 by chance makes one `mixed`
    assert found.loc["constant", "constant"] == 24
    assert found.loc["strong", "selective"] >= 57  # a p(identity) below .01 by chance makes one `mixed`
    assert found.loc["neither", "selective"] <= 15  # 720 x .01, and three standard deviations
    assert units["selective"].sum() == (units["kind"] == "selective").sum()


def test_preferred_expressions_are_the_planted_ones(planted):
    _, units, _, _ = planted
    prefers = np.array(EXPRESSIONS)[UNITS.prefers[SELECTIVE]]
    assert units.loc[SELECTIVE, "preferred"].tolist() == prefers.tolist() and len(prefers) == 60


def test_tuning_is_the_z_scored_mean_minus_that_of_the_other_five(planted):
    responses, units, _, _ = planted
    unit = SELECTIVE.argmax()
    response = responses[:, unit]
    scores = (response - response.mean()) / response.std(ddof=1)
    means = scores.reshape(20, 6).mean(0)
    expected = [means[k] - np.delete(means, k).mean() for k in range(6)]
    np.testing.assert_allclose(units.loc[unit, [f"tuning_{e}" for e in EXPRESSIONS]].astype(float), expected, rtol=1e-9)
    assert units.loc[unit, "mean"] == pytest.approx(response.mean())
    assert units.loc[unit, "sd"] == pytest.approx(response.std(ddof=1))


def test_a_constant_unit_has_its_row_and_nulls(planted):
    _, units, _, _ = planted
    constant = units[units["kind"] == "constant"]
    statistics = ["f_expression", "p_expression", "f_identity", "p_identity", "eta2_expression", "eta2_identity"]
    assert constant[statistics + [f"tuning_{e}" for e in EXPRESSIONS] + ["preferred"]].isna().all(axis=None)
    assert (constant["mean"] == CONSTANT).all() and (constant["sd"] == 0).all() and not constant["selective"].any()


def test_halves_find_the_strong_units_again(planted):
    _, units, _, _ = planted
    both = units["selective_half_a"] & units["selective_half_b"]
    assert both[SELECTIVE].sum() >= 55 and both[np.isin(KIND, ["neither", "constant"])].sum() <= 1


def test_a_half_is_selected_from_its_own_identities_which_alternate(planted):
    responses, units, _, _ = planted
    stimuli, person = design(20), np.arange(120) // 6
    for number, half in enumerate("ab"):
        its = person % 2 == number
        alone = select_units(sums_over(stimuli[its].reset_index(drop=True), responses[its])[0], CHOICE)["selective"]
        assert alone[SELECTIVE].sum() > 50 and (units[f"selective_half_{half}"] == alone).all()


def test_a_limit_itself_is_no_effect_of_expression_and_an_effect_of_identity():
    above, below = np.nextafter(3, 4), np.nextafter(3, 2)
    expression, identity = np.array([(above, below), (above, 3), (3, below), (3, 3), (np.nan, np.nan)]).T
    effects = Effects(Effect(expression, {0.01: 3.0}), Effect(identity, {0.01: 3.0}))
    assert kind_of(effects, CHOICE).tolist() == ["selective", "mixed", "neither", "identity", "constant"]
    assert effects.selective(0.01, 0.01).tolist() == [True, False, False, False, False]


def test_one_way_selects_whoever_tells_expressions_apart_and_knows_no_effect_of_identity(planted):
    _, two_way, _, moments = planted
    units = select_units(moments, Choice("one_way", 0.01, None))
    assert set(units["kind"]) == {"selective", "neither", "constant"}
    found = units["selective"].groupby(KIND).sum()
    assert units.loc[SELECTIVE, "selective"].all() and found["mixed"] > 40  # identities are error
    assert found["identity"] <= 1 and found["neither"] + found["constant"] <= 15
    described = [name for name in units if name not in ("kind", "selective", "selective_half_a", "selective_half_b")]
    pd.testing.assert_frame_equal(units[described], two_way[described])


def test_omega2_selects_large_effects_of_expression_without_a_large_one_of_identity(planted):
    _, _, _, moments = planted
    units = select_units(moments, Choice("omega2", 0.06, 0.14))
    found = units["kind"].eq(KIND).groupby(np.where(SELECTIVE, "strong", KIND)).sum()
    # of `mixed` units the effect of expression is .15, STRONG**2 5/36 over that, the identities' 4 and 1, in the long
    # run; .06 by chance, where there is none, is a chi squared of 12 on 5 degrees of freedom: p = .03
    for kind, least in {"strong": 60, "mixed": 50, "identity": 97, "neither": 675, "constant": 24}.items():
        assert found[kind] >= least, kind
