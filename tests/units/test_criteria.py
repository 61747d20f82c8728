"""Criteria, held against scipy and statsmodels, and their thresholds against the configuration's."""

import numpy as np
import pytest
from scipy import stats
from statsmodels.formula.api import ols
from statsmodels.stats.anova import anova_lm

from mien.configuration import criteria as configured
from mien.configuration import criteria_words
from mien.configuration.criteria import ALPHAS, OMEGAS
from mien.units.anova import anova, squares_of, sums_of
from mien.units.criteria import CRITERIA, omega2, one_way, two_way
from tests.helpers.planted.responses import noise, sums_over
from tests.helpers.planted.truth import design


@pytest.fixture(scope="module")
def seen():
    """Nine identities seen by 200 units, many of which tell expressions or identities apart; one is constant."""
    draws = np.random.default_rng(3)
    effects = 0.7 * (np.tile(draws.standard_normal((6, 200)), (9, 1)) * (np.arange(200) % 2))
    effects += np.repeat(draws.standard_normal((9, 200)), 6, axis=0) * (np.arange(200) % 3 == 0)
    responses = noise(9, 200) + effects
    responses[:, 7] = 2.5
    return design(9), responses, sums_of(sums_over(design(9), responses)[0])


def test_the_configuration_knows_every_criterion_all_thresholds_on_their_grids_and_words_for_them(seen):
    assert tuple(CRITERIA) == tuple(configured.CRITERIA)
    for name, criterion in CRITERIA.items():
        found = criterion(squares_of(seen[2]))
        values = {effect: threshold.grid for effect, threshold in configured.CRITERIA[name].items()}
        limits = {effect: tuple(size.limits) for effect, size in found._asdict().items() if size is not None}
        assert limits == values, name
        assert all(threshold.default in threshold.grid for threshold in configured.CRITERIA[name].values())
    keys = {threshold.key for thresholds in configured.CRITERIA.values() for threshold in thresholds.values()}
    assert set(criteria_words.STATISTICS) == set(CRITERIA) and set(criteria_words.THRESHOLDS) == keys


def test_two_way_passes_where_p_is_below_alpha_and_above_it(seen):
    effects, tests = two_way(squares_of(seen[2])), anova(seen[2])
    for alpha in ALPHAS:
        assert (effects.expression.above(alpha) == (tests["p_expression"] < alpha)).all()
        assert (effects.identity.below(alpha) == (tests["p_identity"] > alpha)).all()
        assert 0 < effects.selective(alpha, alpha).sum() < 200
    assert np.flatnonzero(~effects.varying()).tolist() == [7]


def test_one_way_is_scipys(seen):
    stimuli, responses, sums = seen
    expression, identity = one_way(squares_of(sums))
    assert identity is None
    varying = np.arange(200) != 7
    f, p = stats.f_oneway(
        *(responses[stimuli["expression"] == name][:, varying] for name in set(stimuli["expression"]))
    )
    np.testing.assert_allclose(expression.size[varying], f, rtol=1e-9)
    for alpha in ALPHAS:
        assert (expression.above(alpha)[varying] == (p < alpha)).all() and not expression.above(alpha)[7]


def test_omega2_is_that_of_statsmodels_sums(seen):
    """(SS_effect - df_effect MS_error) / (SS_total + MS_error): Olejnik & Algina, 2003."""
    stimuli, responses, sums = seen
    effects = omega2(squares_of(sums))
    for unit in range(0, 200, 9):
        table = anova_lm(ols("y ~ C(expression) + C(identity)", stimuli.assign(y=responses[:, unit])).fit())
        error = table.loc["Residual", "mean_sq"]
        for name, effect in zip(("expression", "identity"), effects, strict=True):
            squares, df = table.loc[f"C({name})", ["sum_sq", "df"]]
            expected = (squares - df * error) / (table["sum_sq"].sum() + error)
            assert effect.size[unit] == pytest.approx(expected, rel=1e-9, abs=1e-12)
            for omega in OMEGAS:
                assert (effect.above(omega)[unit], effect.below(omega)[unit]) == (expected > omega, expected < omega)
    assert np.flatnonzero(~effects.varying()).tolist() == [7]


def test_a_constant_unit_passes_nothing(seen):
    for criterion in CRITERIA.values():
        for effect in filter(None, criterion(squares_of(seen[2]))):
            assert not any(effect.above(limit)[7] or effect.below(limit)[7] for limit in effect.limits)
