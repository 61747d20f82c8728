import numpy as np
import pytest
from scipy import stats

from mien.confusions.attenuation import (
    Z,
    corrected,
    interval,
    mean,
    reliability,
    resampled_about,
    sd,
    two_sided_p,
)
from mien.confusions.measures import MEASURES
from mien.draws import generator


@pytest.mark.parametrize("name", ["pearson", "spearman", "kendall"])
def test_noise_is_found_and_undone(name):
    """20 matrices of 200 entries, signal variance 1, noise variance 1/2: reliability 2/3, correlations fall to 82 %."""
    draw = generator("test", "attenuation")
    signal = draw.standard_normal((20, 200))
    other = 0.6 * signal + 0.8 * draw.standard_normal((20, 200))
    seen = signal + np.sqrt(0.5) * draw.standard_normal(signal.shape)
    again = [seen + np.sqrt(0.5) * draw.standard_normal(signal.shape) for _ in range(10)]
    one, to_r, from_r = MEASURES[name], *MEASURES[name].scale
    itself = np.stack([one.compare.paired(one.vectors(matrix), one.vectors(seen)) for matrix in again])
    found = reliability(to_r(itself))
    assert found.mean() == pytest.approx(2 / 3, abs=0.03)
    truth, value = (one.compare.paired(one.vectors(x), one.vectors(other)) for x in (signal, seen))
    assert value.mean() < 0.9 * truth.mean()
    assert from_r(corrected(to_r(value), found)).mean() == pytest.approx(truth.mean(), abs=0.03)


def test_without_noise_nothing_changes():
    itself = np.ones((30, 1, 3))
    values = np.array([[0.5, -0.2, 0.3]])
    resampled = values + 0.05 * generator("test", "interval").standard_normal((30, 1, 3))
    assert reliability(itself) == pytest.approx(np.ones((1, 3)))
    assert corrected(values, np.ones((1, 3))) == pytest.approx(values)
    low, high = interval(values, resampled, np.ones((1, 3)))
    assert (high - low)[0, 0] / 2 == pytest.approx(1.96 * resampled[:, 0, 0].std(ddof=1), rel=1e-4)
    assert resampled_about(resampled, np.ones((1, 3))) == pytest.approx(resampled)


def test_interval_has_the_spread_of_the_resamples():
    values, trust = np.array([[0.3, 0.1, -0.1]]), np.full((1, 3), 0.8)
    resampled = 0.9 * values + 0.05 * generator("test", "spread").standard_normal((200, 1, 3))
    low, high = interval(values, resampled, trust)
    assert (low + high)[0, 0] / 2 == pytest.approx(corrected(values, trust)[0, 0])
    spread = sd(resampled_about(resampled, trust))
    assert (high - low)[0] / 2 == pytest.approx(Z * spread[0])
    assert spread[0, 0] == pytest.approx(resampled[:, 0, 0].std(ddof=1) * np.sqrt(1.2 / 0.8))


def test_what_is_only_noise_has_no_reliability():
    assert np.isnan(reliability(np.full((10, 2, 3), 0.5))).all()
    assert np.isnan(reliability(np.full((10, 2, 3), -0.9))).all()
    assert np.isnan(corrected(np.array([[0.4, 0.4, 0.4]]), np.full((1, 3), np.nan))).all()


def test_a_tenth_of_signal_is_the_least_that_is_told_from_none():
    share = np.array([0.05, 0.12, 0.5])
    pearson = [reliability(np.full((10, 1, 3), (2 - one) ** -0.5))[0, 0] for one in share]
    assert np.isnan(pearson[0]) and pearson[1:] == pytest.approx(share[1:])


def test_either_noisy_side_attenuates():
    values, sides = np.array([[0.3, 0.3, 0.3]]), (np.full((1, 3), 0.8), np.full((1, 3), 0.5))
    assert corrected(values, *sides)[0, 0] == pytest.approx(0.3 / np.sqrt(0.4))
    resampled = values + 0.01 * generator("test", "sides").standard_normal((200, 1, 3))
    low, high = interval(values, resampled, *sides)
    spread = resampled[:, 0, 0].std(ddof=1) * np.sqrt(1.2 * 1.5) / np.sqrt(0.4)
    assert (high - low)[0, 0] / 2 == pytest.approx(Z * spread)
    assert sd(resampled_about(resampled, *sides))[0, 0] == pytest.approx(spread)


def test_a_few_undefined_resamples_are_left_out():
    values = np.arange(40.0)[:, None] * np.ones(3)
    values[3, 0] = np.nan  # one in forty
    values[:3, 1] = np.nan  # more than one in twenty
    assert mean(values)[0] == pytest.approx(np.delete(np.arange(40.0), 3).mean())
    assert sd(values)[0] == pytest.approx(np.delete(np.arange(40.0), 3).std(ddof=1))
    assert np.isnan(mean(values)[1]) and np.isnan(sd(values)[1])
    assert sd(values)[2] == pytest.approx(np.arange(40.0).std(ddof=1))
    values[:2, 0], values[3, 0] = np.nan, 3.0  # one in twenty
    assert mean(values)[0] == pytest.approx(np.arange(2, 40).mean())


def test_p_of_a_difference():
    found = two_sided_p(np.array([0.2, -0.2, 0.2, 0.2]), np.array([0.1, 0.1, 0, np.nan]), 200)
    assert found[:2] == pytest.approx(np.full(2, 2 * stats.norm.sf(2))) and np.isnan(found[2:]).all()


@pytest.mark.parametrize("resamples", [20, 200])
def test_no_p_of_resamples_is_less_than_they_can_tell(resamples):
    found = two_sided_p(np.array([0.9, -0.9, 0.2]), np.array([0.001, 0.08, 0.1]), resamples)  # tails of 0 and 2e-29
    assert found == pytest.approx([1 / (1 + resamples)] * 2 + [max(1 / (1 + resamples), 2 * stats.norm.sf(2))])
