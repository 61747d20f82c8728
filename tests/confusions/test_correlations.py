import numpy as np
import pytest
from scipy import stats

from mien.confusions.correlations import correlations, cross, paired, vectors
from mien.draws import generator

SCIPY = (stats.pearsonr, stats.spearmanr, stats.kendalltau)


def test_correlations_are_scipys():
    draw = generator("test", "correlations")
    x, y = draw.integers(0, 6, (20, 30)) / 7, draw.integers(0, 9, (4, 30)) / 11  # many ties
    expected = [[[f(a, b).statistic for f in SCIPY] for b in y] for a in x]
    assert correlations(x, y) == pytest.approx(np.array(expected), rel=1e-12)
    assert paired(vectors(x[:4]), vectors(y)) == pytest.approx(np.array([expected[i][i] for i in range(4)]), rel=1e-12)


def test_correlations_of_four_numbers():
    # ranks 1 2 3 4 and 2 1 3 4: 5 of 6 pairs agree; deviations of ranks multiply to 4 out of 5
    found = correlations(np.array([[1.0, 2, 3, 5]]), np.array([[0.2, 0.1, 0.5, 0.6]]))[0, 0]
    assert found == pytest.approx([stats.pearsonr([1, 2, 3, 5], [0.2, 0.1, 0.5, 0.6]).statistic, 0.8, 4 / 6])


def test_what_is_constant_or_unknown_has_no_correlation():
    flat = np.full(5, 1 / 6)
    flat[0] += 1e-17  # rounding does not make it less constant
    rising, unknown = np.arange(5.0), np.array([0, 1, np.nan, 3, 4])
    found = cross(vectors(np.stack([flat, unknown, rising])), vectors(np.stack([rising, flat])))
    assert np.isnan(found[:2]).all() and np.isnan(found[2, 1]).all()
    assert found[2, 0] == pytest.approx(np.ones(3))


def test_rounding_errors_make_neither_ranks_nor_variation():
    tied, rising = np.array([[0.1 + 0.2, 0.3, 0.7, 0.9]]), np.array([[0.0, 1, 2, 3]])
    expected = [f([0.3, 0.3, 0.7, 0.9], rising[0]).statistic for f in SCIPY]
    assert correlations(tied, rising)[0, 0] == pytest.approx(expected)
    for n in range(2, 40):
        constant = np.outer([0.1, 1 / 3, 0.7], np.ones(n))
        assert np.isnan(correlations(constant, np.arange(float(n))[None])).all(), n
