import numpy as np
import pytest
from scipy import stats

from mien.draws import generator
from mien.statistics.intervals import hull, percentile_interval, t_interval, welch_interval


def test_intervals_of_means_are_scipys():
    a, b = generator("test", "welch").standard_normal((2, 7)) * [[1], [3]]
    assert t_interval(a) == pytest.approx(tuple(stats.ttest_1samp(a, 0).confidence_interval()))
    welch = stats.ttest_ind(a, b[:5], equal_var=False).confidence_interval()
    samples = [(a.std(ddof=1), 7), (b[:5].std(ddof=1), 5)]
    assert welch_interval(a.mean() - b[:5].mean(), samples) == pytest.approx(tuple(welch))


def test_what_has_no_interval_and_what_has_no_width():
    assert np.isnan(t_interval([1.0])).all() and np.isnan(welch_interval(0, [(1, 7), (np.nan, 1)])).all()
    assert t_interval([2.0, 2.0]) == (2, 2)


def test_the_hull_is_of_the_intervals_that_there_are():
    assert hull((0, 1), (np.nan, np.nan), (-1, 0.5)) == (-1, 1)
    assert np.isnan(hull((np.nan, np.nan))).all()


def test_percentiles_are_of_what_is_defined_if_nearly_all_is():
    values = np.arange(101.0).reshape(1, -1).repeat(3, axis=0)
    values[1, :6], values[2, :5] = np.nan, np.nan
    found = percentile_interval(values)
    assert found[0] == pytest.approx([2.5, 97.5]) and np.isnan(found[1]).all()
    assert found[2] == pytest.approx(np.percentile(values[2, 5:], [2.5, 97.5]))
    assert np.isnan(percentile_interval(np.empty((2, 0)))).all()
