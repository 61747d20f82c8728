import numpy as np
import pytest
from scipy import stats
from scipy.spatial import distance

from mien.confusions.matrices import ENTRIES, Confusion
from mien.confusions.measures import MEASURES, chosen
from mien.draws import generator

SCIPY = {"pearson": stats.pearsonr, "spearman": stats.spearmanr, "kendall": stats.kendalltau}
CORRELATIONS = chosen(SCIPY)


def correlations(x, y):
    """Every correlation of every row of x, (m, n), with every row of y, (k, n): (m, k, 3)."""
    return np.stack([one.compare.cross(one.vectors(x), one.vectors(y)) for one in CORRELATIONS.values()], axis=-1)


def matrices(*name, n, k=6):
    return Confusion(generator("test", *name).dirichlet(np.ones(k), (n, k)), tuple("abcdefgh"[:k]))


def test_correlations_are_scipys():
    draw = generator("test", "correlations")
    x, y = draw.integers(0, 6, (20, 30)) / 7, draw.integers(0, 9, (4, 30)) / 11  # many ties
    expected = [[[f(a, b).statistic for f in SCIPY.values()] for b in y] for a in x]
    assert correlations(x, y) == pytest.approx(np.array(expected), rel=1e-12)
    for place, one in enumerate(CORRELATIONS.values()):
        found = one.compare.paired(one.vectors(x[:4]), one.vectors(y))
        assert found == pytest.approx([expected[i][i][place] for i in range(4)], rel=1e-12)


def test_correlations_of_four_numbers():
    # ranks 1 2 3 4 and 2 1 3 4: 5 of 6 pairs agree; deviations of ranks multiply to 4 out of 5
    found = correlations(np.array([[1.0, 2, 3, 5]]), np.array([[0.2, 0.1, 0.5, 0.6]]))[0, 0]
    assert found == pytest.approx([stats.pearsonr([1, 2, 3, 5], [0.2, 0.1, 0.5, 0.6]).statistic, 0.8, 4 / 6])


def test_what_is_constant_or_unknown_has_no_correlation():
    flat = np.full(5, 1 / 6)
    flat[0] += 1e-17  # rounding does not make it less constant
    rising, unknown = np.arange(5.0), np.array([0, 1, np.nan, 3, 4])
    found = correlations(np.stack([flat, unknown, rising]), np.stack([rising, flat]))
    assert np.isnan(found[:2]).all() and np.isnan(found[2, 1]).all()
    assert found[2, 0] == pytest.approx(np.ones(3))


def test_rounding_errors_make_neither_ranks_nor_variation():
    tied, rising = np.array([[0.1 + 0.2, 0.3, 0.7, 0.9]]), np.array([[0.0, 1, 2, 3]])
    expected = [f([0.3, 0.3, 0.7, 0.9], rising[0]).statistic for f in SCIPY.values()]
    assert correlations(tied, rising)[0, 0] == pytest.approx(expected)
    for n in range(2, 40):
        constant = np.outer([0.1, 1 / 3, 0.7], np.ones(n))
        assert np.isnan(correlations(constant, np.arange(float(n))[None])).all(), n


def test_cosine_is_scipys():
    x, y = matrices("cosine", n=5), matrices("others", n=3)
    one = MEASURES["cosine"]
    for entries in ENTRIES:
        a, b = (part.entries(entries) for part in (x, y))
        found = one.compare.cross(one.vectors(a), one.vectors(b))
        assert found == pytest.approx(1 - distance.cdist(a.reshape(5, -1), b.reshape(3, -1), "cosine"))
    assert np.isnan(one.compare.cross(one.vectors(x.perfect().entries("off_diagonal")), one.vectors(b)[:, :30])).all()


@pytest.mark.parametrize("k", [4, 6])
@pytest.mark.parametrize("entries", ["all", "off_diagonal_normalised"])
def test_jensen_shannon_is_scipys_mean_over_true_expressions(entries, k):
    x, y = matrices("divergence", n=5, k=k), matrices("others", n=3, k=k)
    one = MEASURES["jensen_shannon"]
    a, b = (one.vectors(part.entries(entries)) for part in (x, y))
    found = one.compare.cross(a, b)
    expected = [[1 - (distance.jensenshannon(p, q, base=2, axis=1) ** 2).mean() for q in b] for p in a]
    assert found == pytest.approx(np.array(expected))
    assert one.compare.paired(a[:3], b) == pytest.approx(np.diag(found[:3]))
    assert one.compare.paired(a, a) == pytest.approx(np.ones(5))
    assert one.entries == ("all", "off_diagonal_normalised") and one.scale is None


def test_jensen_shannon_of_opposite_and_of_unknown_responses():
    one = MEASURES["jensen_shannon"]
    right, wrong = np.eye(2)[None], np.eye(2)[None, ::-1]
    assert one.compare.cross(one.vectors(right), one.vectors(np.concatenate([right, wrong]))).tolist() == [[1, 0]]
    unknown = np.array([[[np.nan, np.nan], [0, 1]]])
    assert np.isnan(one.compare.cross(one.vectors(unknown), one.vectors(right))).all()


def test_many_pairs_are_compared_in_blocks(monkeypatch):
    x, y = (matrices(name, n=9).proportions for name in ("blocks", "others"))
    one = MEASURES["jensen_shannon"]
    whole = one.compare.cross(one.vectors(x), one.vectors(y))
    monkeypatch.setattr("mien.confusions.measures._BLOCK", 2 * x.size)
    assert np.array_equal(one.compare.cross(one.vectors(x), one.vectors(y)), whole)


def test_a_measure_of_the_same_matrices_is_one():
    x = matrices("same", n=4)
    for name, one in MEASURES.items():
        for entries in one.entries:
            vectors = one.vectors(x.entries(entries))
            assert one.compare.paired(vectors, vectors) == pytest.approx(np.ones(4)), (name, entries)


def test_scales_of_correlations_undo_themselves():
    values = np.array([-0.9, 0.2, 0.5])
    expected = {"pearson": values, "spearman": 2 * np.sin(np.pi * values / 6), "kendall": np.sin(np.pi * values / 2)}
    for name, one in CORRELATIONS.items():
        assert one.scale.to_r(values) == pytest.approx(expected[name])
        assert one.scale.from_r(expected[name]) == pytest.approx(values)
        assert one.scale.from_r(np.array([1.2, -1.2])).tolist() == [1, -1]


def test_measures_are_given_in_one_order():
    assert list(chosen(["jensen_shannon", "pearson"])) == ["pearson", "jensen_shannon"]
    assert list(chosen(reversed(MEASURES))) == list(MEASURES)
