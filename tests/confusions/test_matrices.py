import numpy as np
import pandas as pd
import pytest

from mien.confusions.matrices import confusion, even_errors, matrices_of, proportions, select_cells
from mien.confusions.participants import read_published
from mien.draws import generator
from mien.expressions import EXPRESSIONS
from tests.helpers import places

PUBLISHED = places.PUBLISHED / "confusion_published.csv"


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


def test_observers_with_nulls_among_their_names_are_observers():
    trials = pd.DataFrame({"layer": [None, "x", None], "true_expression": "fear", "response_expression": "fear"})
    table = confusion(trials, ["layer"])
    assert table.groupby("layer", dropna=False)["n"].sum().tolist() == [1, 2]


def test_matrices_are_read_in_contract_order():
    table = read_published(PUBLISHED)
    assert matrices_of(table).shape == (2, 6, 6)
    assert matrices_of(table)[0, 0, 1] == table["proportion"].iloc[1]
    with pytest.raises(ValueError, match="36 rows a matrix"):
        matrices_of(table.iloc[::-1])


def test_even_errors_keep_the_diagonal_and_the_row_sums():
    matrix = generator("test", "even").dirichlet(np.ones(6), 6)
    even = even_errors(matrix[None])[0]
    assert np.diag(even) == pytest.approx(np.diag(matrix))
    assert even.sum(axis=1) == pytest.approx(np.ones(6))
    assert np.unique(even[0, 1:]).size == 1
    assert np.ptp(select_cells(even, "off_diagonal")) > 0.01  # rows have more and less to spread
    assert select_cells(even, "off_diagonal_normalised") == pytest.approx(np.full(30, 0.2))


def test_cells_that_are_compared():
    matrix = proportions(np.arange(36).reshape(6, 6))
    errors = select_cells(matrix, "off_diagonal")
    assert select_cells(matrix, "all").tolist() == matrix.ravel().tolist()
    assert errors.tolist() == [matrix[i, j] for i in range(6) for j in range(6) if i != j]
    normalised = select_cells(matrix[None], "off_diagonal_normalised")[0].reshape(6, 5)
    assert normalised[1] == pytest.approx(np.array([6, 8, 9, 10, 11]) / 44)


def test_a_row_without_errors_says_nothing_of_where_they_go():
    matrix = proportions(np.arange(36).reshape(6, 6))
    matrix[2] = np.eye(6)[2]
    assert select_cells(matrix, "off_diagonal_normalised").reshape(6, 5)[2] == pytest.approx(np.full(5, 0.2))
    matrix[2] = np.nan
    assert np.isnan(select_cells(matrix, "off_diagonal_normalised").reshape(6, 5)).all(axis=1).tolist() == [
        i == 2 for i in range(6)
    ]
