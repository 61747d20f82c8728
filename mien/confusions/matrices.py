"""Confusion matrices: how often what is shown is called what."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice, permutations

import numpy as np
import pandas as pd

from mien.tables.columns import EXPRESSION, READOUT
from mien.tables.numbering import numbered
from mien.tables.schema import FLOAT, INT, TEXT, Schema

CONFUSION = Schema(
    "confusion",
    {
        "observer": TEXT,
        "layer": TEXT,
        "seed": INT,
        "set": TEXT,
        **READOUT,
        "n_units": INT,
        "true_expression": EXPRESSION,
        "response_expression": EXPRESSION,
        "n": INT,
        "proportion": FLOAT,
    },
)

#: Which entries of a matrix are compared: all; the errors; the errors, each row divided by its sum, which says where an
#: observer errs, whatever it is right about.
ENTRIES = ("all", "off_diagonal", "off_diagonal_normalised")

#: Expressions that participants must share with the study: with two, a matrix has two errors, and any two pairs of
#: numbers correlate by 1 or -1.
FEWEST_SHARED = 3

_TRUE, _RESPONSE = "true_expression", "response_expression"
_BLOCK = 1024  # relabelings that are held at once


@dataclass(frozen=True)
class Confusion:
    """One confusion matrix or many, of the same labels.

    `proportions`, (..., true, response), of the decisions on a true label: NaN in the row of a label without any.
    `counts`, decisions of each kind, are None where only proportions were published.
    """

    proportions: np.ndarray
    labels: tuple[str, ...]
    counts: np.ndarray | None = None

    @classmethod
    def counted(cls, counts: np.ndarray, labels: Sequence[str]) -> "Confusion":
        """Matrices of counts (..., true, response)."""
        total = counts.sum(axis=-1, keepdims=True)
        return cls(counts / np.where(total > 0, total, np.nan), tuple(labels), counts)

    @classmethod
    def of_trials(cls, trials: pd.DataFrame, labels: Sequence[str], *parts: tuple[np.ndarray, int]) -> "Confusion":
        """Count decisions, one row each, with `true_expression` and `response_expression` (null: no decision).

        Args:
            labels: what may be shown and answered; decisions on, or for, anything else are not counted.
            parts: each splits the trials in so many, and says of each trial, (trials,), in which it is, from 0.

        Returns:
            Matrices (parts ..., true, response).
        """
        true, response = (pd.Index(labels).get_indexer(trials[c]) for c in (_TRUE, _RESPONSE))
        shape = *(n for _, n in parts), len(labels), len(labels)
        known = (true >= 0) & (response >= 0)
        flat = np.zeros(len(trials), "int64")
        for number, n in (*parts, (true, len(labels)), (response, len(labels))):
            flat = flat * n + number
        counts = np.bincount(flat[known], minlength=int(np.prod(shape))).reshape(shape)
        return cls.counted(counts.astype("int64"), labels)

    @classmethod
    def from_table(cls, table: pd.DataFrame) -> "Confusion":
        """Matrices (n, true, response) of a `confusion` table, whose labels are those of its first matrix."""
        labels = tuple(table[_TRUE].unique())
        k = len(labels)
        pairs = table[[_TRUE, _RESPONSE]].to_numpy(str)
        expected = np.tile(_pairs(labels).to_numpy(str), (len(table) // max(k**2, 1), 1))
        if not np.array_equal(pairs, expected):
            raise ValueError(f"a confusion table has {k**2} rows a matrix, in the order of its {k} expressions")
        return cls(table["proportion"].to_numpy(float).reshape(-1, k, k), labels)

    def to_table(self, observers: pd.DataFrame) -> pd.DataFrame:
        """Rows of the table `confusion`, all entries of every matrix, from matrices (n, true, response).

        Args:
            observers: columns that tell matrices apart, a row a matrix.
        """
        rows = observers.merge(_pairs(self.labels), how="cross")
        return rows.assign(n=self.counts.ravel(), proportion=self.proportions.ravel())

    def entries(self, which: str) -> np.ndarray:
        """The entries that are compared (one of `ENTRIES`): (..., true, those of a row).

        A row without errors is, normalised, the same everywhere: nothing is known of where it errs. That is the mean of
        normalised entries, so such a row adds nothing to a covariance.
        """
        if which == "all":
            return self.proportions
        k = len(self.labels)
        errors = self.proportions[..., ~np.eye(k, dtype=bool)].reshape(*self.proportions.shape[:-1], k - 1)
        if which == "off_diagonal_normalised":
            total = errors.sum(axis=-1, keepdims=True)
            errors = np.where(total == 0, 1 / (k - 1), errors / np.where(total == 0, 1, total))
        return errors

    def shared(self, labels: Sequence[str]) -> tuple[str, ...]:
        """Those of some labels, in their order, on which these matrices have decisions."""
        tested = ~np.isnan(self.proportions).any(axis=-1).reshape(-1, len(self.labels)).any(axis=0)
        own = {label for label, there in zip(self.labels, tested, strict=True) if there}
        return tuple(label for label in labels if label in own)

    def among(self, labels: Sequence[str]) -> "Confusion":
        """These matrices over some of their labels, in this order: proportions of the responses that are among them.

        Of fewer labels than there are, rows are divided by their sum, as if other responses had not been offered and
        the rest kept their ratios: the constant-ratio rule (Clarke, J. Acoust. Soc. Am. 29 (1957) 715-720,
        doi:10.1121/1.1909023).
        """
        place = [self.labels.index(label) for label in labels]
        kept = self.proportions[..., place, :][..., place]
        if len(labels) < len(self.labels):
            total = kept.sum(axis=-1, keepdims=True)
            kept = kept / np.where(total > 0, total, np.nan)
        return Confusion(kept, tuple(labels))

    def over_shared(self, labels: Sequence[str]) -> tuple[int, "Confusion"]:
        """How many of some labels these matrices share, and the matrices over them; of fewer than `FEWEST_SHARED` none
        is compared, and the matrix is one of NaN over all of the labels."""
        shared = self.shared(labels)
        if len(shared) >= FEWEST_SHARED:
            return len(shared), self.among(shared)
        return len(shared), Confusion(np.full((1, len(labels), len(labels)), np.nan), tuple(labels))

    def perfect(self) -> "Confusion":
        """One classifier that makes no errors, (1, true, response)."""
        return Confusion(np.eye(len(self.labels))[None], self.labels)

    def uniform_errors(self) -> "Confusion":
        """Classifiers with the accuracies of these, for every label, whose errors are uniform."""
        k = len(self.labels)
        right = np.diagonal(self.proportions, axis1=-2, axis2=-1)[..., None]
        return Confusion(np.where(np.eye(k, dtype=bool), right, (1 - right) / (k - 1)), self.labels)

    def relabelings(self) -> Iterator["Confusion"]:
        """All relabelings of one matrix, rows and columns together, in blocks of many; the first is as it is."""
        orders = permutations(range(len(self.labels)))
        while block := list(islice(orders, _BLOCK)):
            order = np.array(block)
            (matrix,) = self.proportions.reshape(-1, len(self.labels), len(self.labels))
            yield Confusion(matrix[order[:, :, None], order[:, None, :]], self.labels)


def confusion(trials: pd.DataFrame, by: Sequence[str], labels: Sequence[str]) -> pd.DataFrame:
    """Confusion matrices, one for each combination of the columns `by`.

    Args:
        trials: one row a decision, with `true_expression`, `response_expression` (null: no decision) and `by`.

    Returns:
        A row for every entry of a matrix: `by`, `true_expression`, `response_expression`, `n` decisions and their
        `proportion` among those of the true expression, null where there are none.
    """
    number, observers = numbered(trials, by)
    return Confusion.of_trials(trials, labels, (number, len(observers))).to_table(observers)


def _pairs(labels: Sequence[str]) -> pd.DataFrame:
    """Every true expression with every response, in the order of a table."""
    return pd.MultiIndex.from_product([labels, labels], names=[_TRUE, _RESPONSE]).to_frame(index=False)
