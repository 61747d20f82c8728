import numpy as np
import pandas as pd
import pytest

from mien.confusions.answers import read_published
from mien.confusions.matrices import Confusion, confusion
from mien.draws import generator
from mien.expressions import EXPRESSIONS
from tests.helpers import places

PUBLISHED = places.PUBLISHED / "confusion_published.csv"


def test_a_matrix_always_has_all_its_entries():
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
    table = confusion(trials, ["group"], EXPRESSIONS)
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
    table = confusion(trials, ["layer"], EXPRESSIONS)
    assert table.groupby("layer", dropna=False)["n"].sum().tolist() == [1, 2]


def test_matrices_are_read_in_contract_order():
    table = read_published(PUBLISHED)
    found = Confusion.from_table(table)
    assert found.proportions.shape == (2, 6, 6) and found.labels == EXPRESSIONS
    assert found.proportions[0, 0, 1] == table["proportion"].iloc[1]
    for wrong in (table.iloc[1:], table.iloc[:-1], table.iloc[[1, 0, *range(2, 72)]]):
        with pytest.raises(ValueError, match="36 rows a matrix"):
            Confusion.from_table(wrong)


def test_over_some_labels_proportions_are_of_the_responses_among_them():
    counts = generator("test", "among").integers(1, 9, (2, 6, 6))
    some = ("fear", "anger", "surprise")
    found = Confusion.counted(counts, EXPRESSIONS).among(some)
    place = [EXPRESSIONS.index(label) for label in some]
    np.testing.assert_allclose(found.proportions, Confusion.counted(counts[:, place][:, :, place], some).proportions)
    published = Confusion(counts / 36.5, EXPRESSIONS)  # whose rows do not sum to one
    assert np.array_equal(published.among(EXPRESSIONS).proportions, published.proportions)


def test_labels_are_shared_where_there_are_decisions_and_fewer_than_three_are_not_compared():
    counts = np.ones((1, 6, 6), int)
    counts[0, 2] = 0
    matrix = Confusion.counted(counts, EXPRESSIONS)
    assert matrix.shared(["neutral", "surprise", "fear", "anger"]) == ("surprise", "anger")
    n, compared = matrix.over_shared(["neutral", "surprise", "fear", "anger"])
    assert (
        n == 2 and compared.labels == ("neutral", "surprise", "fear", "anger") and np.isnan(compared.proportions).all()
    )
    n, compared = matrix.over_shared(["sadness", "neutral", "surprise", "anger"])
    assert n == 3 and compared.labels == ("sadness", "surprise", "anger")
    np.testing.assert_allclose(compared.proportions, np.full((1, 3, 3), 1 / 3))


@pytest.mark.parametrize("labels", [EXPRESSIONS, ("no", "yes"), tuple("abcdefgh")])
def test_a_table_gives_back_its_matrices_whatever_the_labels(labels):
    k = len(labels)
    counts = generator("test", "table", k).integers(0, 5, (3, k, k))
    whole = Confusion.counted(counts, labels)
    table = whole.to_table(pd.DataFrame({"observer": ["a", "b", "c"]}))
    assert len(table) == 3 * k**2 and table["n"].tolist() == counts.ravel().tolist()
    again = Confusion.from_table(table)
    assert again.labels == labels and np.array_equal(again.proportions, whole.proportions, equal_nan=True)


def test_decisions_are_counted_by_parts_and_other_labels_left_out():
    trials = pd.DataFrame(
        {"true_expression": ["a", "a", "b", "c", "b"], "response_expression": ["a", "b", "b", "a", None]}
    )
    parts = (np.array([0, 0, 1, 1, 1]), 2), (np.array([0, 2, 1, 0, 0]), 3)
    found = Confusion.of_trials(trials, ("a", "b"), *parts).counts
    assert found.shape == (2, 3, 2, 2) and found.sum() == 3
    assert found[0, 0, 0, 0] == found[0, 2, 0, 1] == found[1, 1, 1, 1] == 1


def test_uniform_errors_keep_the_diagonal_and_the_row_sums():
    matrix = Confusion(generator("test", "even").dirichlet(np.ones(6), 6), EXPRESSIONS)
    even = matrix.uniform_errors()
    assert np.diag(even.proportions) == pytest.approx(np.diag(matrix.proportions))
    assert even.proportions.sum(axis=1) == pytest.approx(np.ones(6))
    assert np.unique(even.proportions[0, 1:]).size == 1
    assert np.ptp(even.entries("off_diagonal")) > 0.01  # rows have more and less to spread
    assert even.entries("off_diagonal_normalised") == pytest.approx(np.full((6, 5), 0.2))


def test_entries_that_are_compared():
    matrix = Confusion.counted(np.arange(36).reshape(6, 6), EXPRESSIONS)
    errors = matrix.entries("off_diagonal")
    assert matrix.entries("all").tolist() == matrix.proportions.tolist()
    assert errors.tolist() == [[matrix.proportions[i, j] for j in range(6) if i != j] for i in range(6)]
    assert matrix.entries("off_diagonal_normalised")[1] == pytest.approx(np.array([6, 8, 9, 10, 11]) / 44)


def test_a_row_without_errors_says_nothing_of_where_they_go():
    matrix = Confusion.counted(np.arange(36).reshape(6, 6), EXPRESSIONS).proportions
    matrix[2] = np.eye(6)[2]
    normalised = Confusion(matrix, EXPRESSIONS).entries("off_diagonal_normalised")
    assert normalised[2] == pytest.approx(np.full(5, 0.2))
    matrix[2] = np.nan
    normalised = Confusion(matrix, EXPRESSIONS).entries("off_diagonal_normalised")
    assert np.isnan(normalised).all(axis=1).tolist() == [i == 2 for i in range(6)]


def test_relabelings_come_in_blocks_and_start_with_the_matrix_as_it_is():
    matrix = Confusion.counted(np.arange(49).reshape(7, 7), tuple("abcdefg"))
    blocks = [block.proportions for block in matrix.relabelings()]
    assert [len(block) for block in blocks] == [1024] * 4 + [5040 - 4096]
    assert np.array_equal(blocks[0][0], matrix.proportions)
    assert len(np.unique(np.concatenate(blocks).reshape(5040, -1), axis=0)) == 5040
    assert {tuple(sorted(np.diag(one))) for one in blocks[3][:50]} == {tuple(sorted(np.diag(matrix.proportions)))}
