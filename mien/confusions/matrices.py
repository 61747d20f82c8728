"""Confusion matrices: how often each expression is called each of the six."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mien.expressions import EXPRESSIONS
from mien.tables.columns import READOUT
from mien.tables.numbering import numbered
from mien.tables.schema import FLOAT, INT, TEXT, Schema

#: Which cells of a matrix are compared: all 36; the 30 errors; the 30 errors, each row divided by its sum, which says
#: where an observer errs, whatever it is right about.
CELLS = ("all", "off_diagonal", "off_diagonal_normalised")

CONFUSION = Schema(
    "confusion",
    {
        "observer": TEXT,
        "layer": TEXT,
        "seed": INT,
        "set": TEXT,
        **READOUT,
        "n_units": INT,
        "true_expression": TEXT,
        "response_expression": TEXT,
        "n": INT,
        "proportion": FLOAT,
    },
)

N = len(EXPRESSIONS)
_TRUE, _RESPONSE = "true_expression", "response_expression"
_DIAGONAL = np.eye(N, dtype=bool)


def confusion(trials: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Confusion matrices, one for each combination of the columns `by`.

    Args:
        trials: one row a decision, with `true_expression`, `response_expression` (null: no decision) and `by`.

    Returns:
        Always 36 rows a matrix: `by`, `true_expression`, `response_expression`, `n` decisions and their `proportion`
        among those of the true expression, null where there are none.
    """
    codes, observers = numbered(trials, by)
    n = count(trials, codes, len(observers)).astype("int64")
    cells = pd.MultiIndex.from_product([EXPRESSIONS, EXPRESSIONS], names=[_TRUE, _RESPONSE]).to_frame(index=False)
    return observers.merge(cells, how="cross").assign(n=n.ravel(), proportion=proportions(n).ravel())


def count(trials: pd.DataFrame, codes: np.ndarray, n: int) -> np.ndarray:
    """Decisions of each kind, (n, true, response), of trials numbered from 0 to n - 1 by `codes`, (trials,)."""
    true, response = (pd.Categorical(trials[c], categories=EXPRESSIONS).codes for c in (_TRUE, _RESPONSE))
    decided = response >= 0
    flat = (codes.astype("int64") * N + true) * N + response
    return np.bincount(flat[decided], minlength=n * N**2).reshape(n, N, N)


def proportions(counts: np.ndarray) -> np.ndarray:
    """Counts (..., true, response) over their row's sum, NaN in a row without any."""
    total = counts.sum(axis=-1, keepdims=True)
    return counts / np.where(total > 0, total, np.nan)


def matrices_of(confusion: pd.DataFrame) -> np.ndarray:
    """Proportions of a confusion table, (matrices, true, response), NaN for null. Its rows are in contract order."""
    cells = confusion[[_TRUE, _RESPONSE]].to_numpy(str).reshape(-1, N, N, 2)
    if not ((cells[..., 0] == np.array(EXPRESSIONS)[:, None]) & (cells[..., 1] == np.array(EXPRESSIONS))).all():
        raise ValueError("a confusion table has 36 rows a matrix, in the order of the expressions")
    return confusion["proportion"].to_numpy(float).reshape(-1, N, N)


def select_cells(matrices: np.ndarray, cells: str) -> np.ndarray:
    """The cells of matrices (..., true, response) that are compared (one of `CELLS`), as (..., 36 or 30).

    A row without errors is, normalised, one fifth everywhere: nothing is known of where it errs. The mean of normalised
    cells is one fifth, so such a row adds nothing to a covariance.
    """
    if cells == "all":
        return matrices.reshape(*matrices.shape[:-2], N**2)
    errors = matrices[..., ~_DIAGONAL].reshape(*matrices.shape[:-1], N - 1)
    if cells == "off_diagonal_normalised":
        total = errors.sum(axis=-1, keepdims=True)
        errors = np.where(total == 0, 1 / (N - 1), errors / np.where(total == 0, 1, total))
    return errors.reshape(*matrices.shape[:-2], N * (N - 1))


def even_errors(matrices: np.ndarray) -> np.ndarray:
    """Classifiers as often right as `matrices`, (matrices, true, response), that err evenly on the other responses."""
    right = np.diagonal(matrices, axis1=1, axis2=2)[:, :, None]
    return np.where(_DIAGONAL, right, (1 - right) / (N - 1))
