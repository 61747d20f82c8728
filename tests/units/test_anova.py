"""The ANOVA of every unit at once, held against statsmodels."""

import numpy as np
import pandas as pd
import pytest
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from mien.errors import DesignError
from mien.expressions import EXPRESSIONS, KNOWN
from mien.units.anova import anova, expressions_in, omega_squared, squares_of, sums_of
from mien.units.moments import moments_schema
from mien.units.null import null_counts
from mien.units.schema import units_schema
from mien.units.selection import select_units
from tests.helpers.planted.responses import UNITS, noise, sums_over
from tests.helpers.planted.truth import CHOICE, STRONG, design


def reference(stimuli, response):
    """F and p of expression and identity, and eta squared, by statsmodels."""
    table = anova_lm(ols("y ~ C(expression) + C(identity)", stimuli.assign(y=response - response.mean())).fit())
    effects = table.loc[["C(expression)", "C(identity)"]]
    return np.r_[effects["F"], effects["PR(>F)"], effects["sum_sq"] / table["sum_sq"].sum()]


COLUMNS = ["f_expression", "f_identity", "p_expression", "p_identity", "eta2_expression", "eta2_identity"]


@pytest.mark.parametrize("mean", [0, 1, -1e3, 1e6])
@pytest.mark.parametrize("batch_size", [1, 5, 1000])
def test_agrees_with_statsmodels_whatever_the_mean_and_the_batch(mean, batch_size):
    stimuli = design(11)
    responses = noise(11, 4) + mean
    responses[:, 1] += 2 * (stimuli["expression"] == "fear")
    responses[:, 2] += stimuli["identity"].str[2:].astype(int) / 3
    moments, _, _ = sums_over(stimuli, responses, batch_size)
    ours = anova(sums_of(moments))[COLUMNS].to_numpy()
    theirs = np.array([reference(stimuli, responses[:, unit]) for unit in range(4)])
    np.testing.assert_allclose(ours, theirs, rtol=1e-9)


@pytest.mark.parametrize("expressions", [("fear", "anger", "neutral"), KNOWN])
def test_of_any_number_of_expressions(expressions):
    stimuli = design(7, expressions)
    responses = np.random.default_rng(0).standard_normal((len(stimuli), 3)) + 2
    moments, permuted, _ = sums_over(stimuli, responses, permutations=2)
    assert expressions_in(moments) == list(expressions) and permuted.shape == (2, len(expressions), 3)
    assert moments_schema(expressions).check(moments) is None
    theirs = np.array([reference(stimuli, responses[:, unit]) for unit in range(3)])
    np.testing.assert_allclose(anova(sums_of(moments))[COLUMNS], theirs, rtol=1e-9)
    units = select_units(moments, CHOICE)
    assert units_schema(expressions).check(units) is None and set(units["preferred"]) <= set(expressions)
    means = pd.Series(responses[:, 0]).groupby(stimuli["expression"].to_numpy()).mean()[list(expressions)].to_numpy()
    expected = [(means[i] - np.delete(means, i).mean()) / responses[:, 0].std(ddof=1) for i in range(len(expressions))]
    np.testing.assert_allclose(units.loc[0, [f"tuning_{e}" for e in expressions]].astype(float), expected, rtol=1e-9)
    assert null_counts(sums_of(moments), permuted)["count"].between(0, 3).all()


def test_any_order_of_identities_and_of_images_within_one_gives_the_same():
    stimuli, responses = design(9), noise(9, 20) + 5
    expected = anova(sums_of(sums_over(stimuli, responses)[0]))
    for seed in range(3):
        order = np.random.default_rng(seed).permutation(len(stimuli))  # `presentation` brings identities together
        moments, _, _ = sums_over(stimuli.iloc[order].reset_index(drop=True), responses[order], batch_size=4)
        for halves in ("ab", "a", "b"):
            pd.testing.assert_frame_equal(
                anova(sums_of(moments, halves)), anova(sums_of(sums_over(stimuli, responses)[0], halves)), rtol=1e-9
            )
    assert expected.notna().all(axis=None)


def test_a_half_is_the_anova_of_its_identities():
    stimuli, responses = design(8), noise(8, 3)
    moments, _, _ = sums_over(stimuli, responses)
    even = stimuli["identity"].isin([f"id{i:03d}" for i in range(0, 8, 2)]).to_numpy()
    theirs = np.array([reference(stimuli[even], responses[even, unit]) for unit in range(3)])
    np.testing.assert_allclose(anova(sums_of(moments, "a"))[COLUMNS], theirs, rtol=1e-9)


def test_a_constant_unit_is_null_even_at_a_value_that_binary_numbers_cannot_hold():
    responses = noise(6, 3)
    responses[:, 1] = 0.1
    responses[:, 2] = np.float32(1e6)
    tests = anova(sums_of(sums_over(design(6), responses)[0]))
    assert tests.iloc[0].notna().all() and tests.iloc[1:].isna().all(axis=None)


def test_a_unit_whose_shifted_responses_add_up_to_nothing_is_not_constant():
    responses = noise(6, 1)
    responses[-1] += 36 * responses[0] - responses.sum(axis=0)
    moments = sums_over(design(6), responses)[0]
    assert sums_of(moments).total == pytest.approx(0, abs=1e-9)
    sums = sums_of(moments.assign(sum_b=-moments["sum_a"]))  # without the rounding
    assert sums.total == 0 and anova(sums).notna().all(axis=None)


def test_a_unit_that_nothing_but_expression_moves_is_infinitely_selective():
    stimuli = design(5)
    responses = stimuli["expression"].map(EXPRESSIONS.index).to_numpy(float)[:, None]
    tests = anova(sums_of(sums_over(stimuli, responses)[0])).iloc[0]
    assert tests["f_expression"] > 1e12 and tests["p_expression"] < 1e-50
    assert tests["eta2_expression"] == pytest.approx(1) and tests["eta2_identity"] == pytest.approx(0)


def test_one_identity_is_no_design():
    with pytest.raises(DesignError, match="over 1 identities .* needs two or more, and a localizer 4 or more"):
        anova(sums_of(sums_over(design(1), noise(1, 2))[0]))


def test_omega_squared_is_zero_by_chance_and_does_not_shrink_a_real_effect(planted):
    _, units, null, moments = planted
    omega2, _ = omega_squared(squares_of(sums_of(moments)))
    kinds = UNITS.kind
    assert abs(omega2[kinds == "neither"].mean()) < 0.0045  # 3 x .04 / sqrt(720)
    assert (anova(sums_of(moments))["eta2_expression"][kinds == "neither"].mean()) > 0.035  # 5 / 119 on average
    variance = STRONG**2 * 5 / 36  # of a step in one of six expressions, beside noise of variance 1
    strong = (kinds == "selective") & (UNITS.step == STRONG)
    assert omega2[strong].mean() == pytest.approx(variance / (variance + 1), abs=0.02)
    assert np.isnan(omega2[kinds == "constant"]).all()


def test_omega_squared_is_its_definition(planted):
    responses, _, _, moments = planted
    varies = UNITS.kind != "constant"
    cube = responses[:, varies].reshape(20, 6, -1)
    grand, expression, identity = cube.mean(axis=(0, 1)), cube.mean(axis=0), cube.mean(axis=1)
    of_expression = 20 * ((expression - grand) ** 2).sum(axis=0)
    error = ((cube - expression - identity[:, None] + grand) ** 2).sum(axis=(0, 1)) / 95
    total = ((cube - grand) ** 2).sum(axis=(0, 1))
    expected = (of_expression - 5 * error) / (total + error)
    np.testing.assert_allclose(omega_squared(squares_of(sums_of(moments)))[0][varies], expected, rtol=1e-9, atol=1e-12)
