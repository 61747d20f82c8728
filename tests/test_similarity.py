from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from scipy import stats

from mien.draws import generator
from mien.expressions import EXPRESSIONS
from mien.human import read_published
from mien.similarity import confusion, correlations, even_errors, matrices_of, similarity

PUBLISHED = Path(__file__).parents[1] / "resources" / "published" / "confusion_published.csv"

#: Pearson, Spearman and Kendall of the published matrices with people's, as the project's method page has them: rounded
#: to three decimals and then to two, so that .27498, .1749 and .00472 became .28, .18 and .01.
PUBLISHED_SIMILARITY = {
    ("vgg_face", "controlled", "all"): (0.94, 0.79, 0.68),
    ("vgg_face", "controlled", "off_diagonal"): (0.73, 0.62, 0.53),
    ("vgg_face", "wild", "all"): (0.64, 0.54, 0.40),
    ("vgg_face", "wild", "off_diagonal"): (0.28, 0.38, 0.28),
    ("vgg16", "wild", "all"): (0.08, 0.15, 0.11),
    ("vgg16", "wild", "off_diagonal"): (-0.11, 0.01, 0.01),
    ("vgg_face_untrained", "wild", "all"): (0.03, 0.18, 0.12),
    ("vgg_face_untrained", "wild", "off_diagonal"): (-0.11, 0.03, 0.02),
}


def published(observer, set_):
    table = read_published(PUBLISHED, observer)
    return matrices_of(table[table["set"] == set_])


@pytest.mark.parametrize(("network", "set_", "cells"), PUBLISHED_SIMILARITY)
def test_published_similarity(network, set_, cells):
    found = similarity(published(network, set_), published("human", set_)[0], cells)
    assert found["statistic"].tolist() == ["pearson", "spearman", "kendall"]
    assert found["value"].to_numpy() == pytest.approx(PUBLISHED_SIMILARITY[network, set_, cells], abs=0.0055)
    assert found["status"].tolist() == ["ok"] * 3


@pytest.mark.parametrize(("set_", "perfect", "even"), [("controlled", 0.90, 0.92), ("wild", 0.79, 0.72)])
def test_published_baselines(set_, perfect, even):
    people, network = published("human", set_)[0], published("vgg_face", set_)
    whole = similarity(network, people, "all").iloc[0]
    assert (whole["perfect_classifier"], whole["even_errors"]) == (
        pytest.approx(perfect, abs=0.005),
        pytest.approx(even, abs=0.005),
    )
    assert (
        similarity(network, people, "off_diagonal")["perfect_classifier"].isna().all()
    )  # it makes no errors to compare


def test_correlations_are_scipys():
    draw = generator("test", "correlations")
    x, y = draw.integers(0, 6, (20, 30)) / 7, draw.integers(0, 9, 30) / 11  # many ties
    expected = [[f(row, y).statistic for f in (stats.pearsonr, stats.spearmanr, stats.kendalltau)] for row in x]
    assert correlations(x, y) == pytest.approx(np.array(expected), rel=1e-12)


def test_correlations_of_four_numbers():
    # ranks 1 2 3 4 and 2 1 3 4: 5 of 6 pairs agree; deviations of ranks multiply to 4 out of 5
    assert correlations(np.array([[1.0, 2, 3, 5]]), np.array([0.2, 0.1, 0.5, 0.6]))[0] == pytest.approx(
        [stats.pearsonr([1, 2, 3, 5], [0.2, 0.1, 0.5, 0.6]).statistic, 0.8, 4 / 6]
    )


def test_even_errors_keep_the_diagonal_and_the_row_sums():
    matrix = generator("test", "even").dirichlet(np.ones(6), 6)
    even = even_errors(matrix[None])[0]
    assert np.diag(even) == pytest.approx(np.diag(matrix))
    assert even.sum(axis=1) == pytest.approx(np.ones(6))
    assert np.unique(even[0, 1:]).size == 1


def test_undefined_similarity_says_why():
    people = published("human", "wild")[0]
    guesser, half_tested = np.full((6, 6), 1 / 6), np.eye(6)
    guesser[0] += 1e-17  # rounding does not make it less constant
    half_tested[2] = np.nan
    found = similarity(np.stack([guesser, half_tested]), people, "all")
    assert found["value"].isna().all()
    assert (
        found["status"].tolist()
        == ["constant observer matrix: correlation is undefined"] * 3 + ["an expression without trials"] * 3
    )
    flat = similarity(people[None], np.full((6, 6), 1 / 6), "all")
    assert flat["status"].iloc[0] == "constant human matrix: correlation is undefined"


def test_confusion_always_has_36_cells():
    trials = pd.DataFrame(
        [
            ("a", "anger", "anger"),
            ("a", "anger", "fear"),
            ("a", "anger", "fear"),
            ("a", "fear", "sadness"),
            ("b", "fear", None),
        ],
        columns=["group", "true_expression", "response_expression"],
    )
    table = confusion(trials, ["group"])
    assert table["group"].tolist() == ["a"] * 36 + ["b"] * 36
    assert table["true_expression"].tolist() == [e for e in EXPRESSIONS for _ in EXPRESSIONS] * 2
    counts = table.set_index(["group", "true_expression", "response_expression"])
    assert counts.loc[("a", "anger", "fear")].tolist() == [2, 2 / 3]
    assert counts.loc[("a", "anger", "sadness")].tolist() == [0, 0]
    assert counts.loc[("a", "fear", "sadness")].tolist() == [1, 1]
    assert table["n"].sum() == 4
    assert counts["proportion"].isna().groupby(level=[0, 1]).all()[lambda null: ~null].index.tolist() == [
        ("a", "anger"),
        ("a", "fear"),
    ]


def test_matrices_are_read_in_contract_order():
    table = read_published(PUBLISHED)
    assert matrices_of(table).shape == (2, 6, 6)
    assert matrices_of(table)[0, 0, 1] == table["proportion"].iloc[1]
    with pytest.raises(ValueError, match="36 rows a matrix"):
        matrices_of(table.iloc[::-1])
