"""Kinds and tuning of units with a planted truth."""

import numpy as np
import pandas as pd
import pytest

from mien.expressions import EXPRESSIONS
from mien.units.criteria import Choice, Effect, Effects
from mien.units.selection import kind_of, select_units
from tests.helpers.planted import design, sums_over
from tests.helpers.selected import CHOICE, KINDS


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
        alone = select_units(sums_over(stimuli[its].reset_index(drop=True), responses[its])[0], CHOICE)["selective"]
        assert alone.sum() > 25 and (units[f"selective_half_{half}"] == alone).all()


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
    assert units["selective"][:30].all() and units["selective"][30:50].sum() > 10  # `mixed`: identities are error
    assert units["selective"][50:75].sum() <= 1 and units["selective"][75:].sum() <= 12
    described = [name for name in units if name not in ("kind", "selective", "selective_half_a", "selective_half_b")]
    pd.testing.assert_frame_equal(units[described], two_way[described])


def test_omega2_selects_large_effects_of_expression_without_a_large_one_of_identity(planted):
    _, _, _, moments = planted
    units = select_units(moments, Choice("omega2", 0.06, 0.14))
    found = pd.crosstab(np.array(KINDS), units["kind"].to_numpy())
    # of `mixed` units the effect of expression is .12, 16 x 5/36 over that, the identities' 16 and 1, in the long run;
    # .06 by chance, where there is none, is a chi squared of 12 on 5 degrees of freedom: p = .03
    for kind, least in {"selective": 30, "mixed": 15, "identity": 25, "neither": 375, "constant": 5}.items():
        assert found.loc[kind, kind] >= least, kind
