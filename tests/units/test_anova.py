"""The ANOVA of every unit at once, held against statsmodels, and the null of its count."""

import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from mien.configuration.grids import ALPHAS
from mien.errors import DesignError
from mien.expressions import EXPRESSIONS
from mien.units.anova import anova, null_counts, sums_of
from mien.units.moments import shuffles_of
from tests.helpers.planted import design, noise, sums_over


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


def slow_null(stimuli, responses, permuted_labels, alpha_expression, alpha_identity, scheme):
    """The null count of one permutation by shuffling labels and analysing anew."""
    observed = anova(sums_of(sums_over(stimuli, responses)[0]))
    shuffled = stimuli.assign(expression=permuted_labels)
    tests = anova(sums_of(sums_over(shuffled, responses)[0]))
    identity = (observed if scheme == "fixed" else tests)["p_identity"]
    return int(((tests["p_expression"] < alpha_expression) & (identity > alpha_identity)).sum())


def test_null_counts_are_those_of_an_anova_of_the_shuffled_labels():
    stimuli = design(10)
    responses = noise(10, 300)
    responses += 0.8 * np.repeat(np.random.default_rng(2).standard_normal((10, 300)), 6, axis=0)
    moments, permuted, units = sums_over(stimuli, responses, permutations=4)
    counts = null_counts(sums_of(moments), permuted, units)
    assert len(counts) == 4 * 2 * len(ALPHAS) ** 2 and (counts["n_units"] == 300).all()
    for permutation in range(4):
        labels = stimuli["expression"].to_numpy(object).copy()
        for name in stimuli["identity"].unique():
            here = np.flatnonzero(stimuli["identity"] == name)
            shuffle = shuffles_of(4, ("test", "null", name))[permutation]
            labels[here] = np.array(EXPRESSIONS)[shuffle]
        for scheme in ("fixed", "recomputed"):
            row = counts.query(
                "permutation == @permutation and scheme == @scheme"
                " and alpha_expression == .05 and alpha_identity == .01"
            )
            assert row["count"].item() == slow_null(stimuli, responses, labels, 0.05, 0.01, scheme)


def test_null_of_noise_passes_at_alpha():
    moments, permuted, units = sums_over(design(12), noise(12, 4000), permutations=20)
    counts = null_counts(sums_of(moments), permuted, units)
    for alpha in (0.01, 0.05):
        at = counts.query("scheme == 'fixed' and alpha_expression == @alpha and alpha_identity == .001")["count"]
        expected = 4000 * alpha * 0.999
        assert abs(at.mean() - expected) < 4 * np.sqrt(expected)


def test_a_wide_layer_keeps_its_null_on_a_random_subset_of_units():
    moments, permuted, units = sums_over(design(6), noise(6, 50), permutations=2, null_units=20)
    assert permuted.shape == (2, 6, 20) and len(np.unique(units)) == 20 and units.max() < 50
    whole = sums_over(design(6), noise(6, 50), permutations=2)[1]
    np.testing.assert_array_equal(permuted, whole[:, :, units])
    assert (null_counts(sums_of(moments), permuted, units)["n_units"] == 20).all()
    assert (np.diff(units) > 0).all() and not np.array_equal(units, np.arange(20))
    others = [sums_over(design(2), noise(2, 50), null_units=20, name=(f"cell {i}",))[2] for i in range(40)]
    chosen = np.bincount(np.concatenate(others), minlength=50)  # 16 of 40 each on average
    assert chosen.min() >= 3 and chosen.max() <= 29  # four standard deviations, sqrt(40 x .4 x .6)


def test_critical_values_and_p_values_agree():
    moments, _, _ = sums_over(design(7), noise(7, 500))
    tests = anova(sums_of(moments))
    for alpha in ALPHAS:
        limit = stats.f.isf(alpha, 5, 30)
        assert ((tests["p_expression"] < alpha) == (tests["f_expression"] > limit)).all()
