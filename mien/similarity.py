"""Do two observers confuse expressions alike? Confusion matrices and their correlation, with its baselines.

A correlation over a whole matrix is mostly its diagonal: whoever is right often looks like everybody else who is. So
every value stands beside two classifiers that know nothing of people's errors: one that makes none, and one that is as
often right as the observer but spreads its errors evenly. Verdicts rest on the off-diagonal cells.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from mien.expressions import EXPRESSIONS

STATISTICS = ("pearson", "spearman", "kendall")
CELLS = ("all", "off_diagonal")

_N = len(EXPRESSIONS)
_TRUE, _RESPONSE = "true_expression", "response_expression"
_MASKS = {"all": np.ones((_N, _N), bool), "off_diagonal": ~np.eye(_N, dtype=bool)}


def confusion(trials: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Confusion matrices, one for each combination of the columns `by`.

    Args:
        trials: one row a decision, with `true_expression`, `response_expression` (null: no decision) and `by`.

    Returns:
        Always 36 rows a matrix: `by`, `true_expression`, `response_expression`, `n` decisions and their `proportion`
        among those of the true expression, null where there are none.
    """
    by = list(by)
    counts = trials.groupby([*by, _TRUE, _RESPONSE], sort=False).size().rename("n").reset_index()
    cells = pd.MultiIndex.from_product([EXPRESSIONS, EXPRESSIONS], names=[_TRUE, _RESPONSE]).to_frame(index=False)
    table = trials[by].drop_duplicates().merge(cells, how="cross").merge(counts, how="left", on=[*by, _TRUE, _RESPONSE])
    table["n"] = table["n"].fillna(0).astype("int64")
    total = table.groupby([*by, _TRUE], sort=False)["n"].transform("sum")
    return table.assign(proportion=table["n"] / total.where(total > 0))


def matrices_of(confusion: pd.DataFrame) -> np.ndarray:
    """Proportions of a confusion table, (matrices, true, response), NaN for null. Its rows are in contract order."""
    cells = confusion[[_TRUE, _RESPONSE]].to_numpy(str).reshape(-1, _N, _N, 2)
    if not ((cells[..., 0] == np.array(EXPRESSIONS)[:, None]) & (cells[..., 1] == np.array(EXPRESSIONS))).all():
        raise ValueError("a confusion table has 36 rows a matrix, in the order of the expressions")
    return confusion["proportion"].to_numpy(float).reshape(-1, _N, _N)


def similarity(observers: np.ndarray, human: np.ndarray, cells: str) -> pd.DataFrame:
    """Correlate observers' confusion matrices with people's, beside the two baselines.

    Args:
        observers: proportions, (matrices, true, response), NaN in a row without trials.
        human: the same of people, (true, response).
        cells: `all` 36, or the 30 `off_diagonal`.

    Returns:
        For each matrix a row for each of `STATISTICS`: `value`, `perfect_classifier` (the identity matrix in the
        observer's place), `even_errors` (see there), NaN where undefined; and `status`, `ok` or why `value` is NaN.
    """
    mask = _MASKS[cells]
    perfect = np.broadcast_to(np.eye(_N), observers.shape)
    values = {
        column: correlations(matrices[:, mask], human[mask]).ravel()
        for column, matrices in {
            "value": observers,
            "perfect_classifier": perfect,
            "even_errors": even_errors(observers),
        }.items()
    }
    status = np.repeat([_status(matrix[mask], human[mask]) for matrix in observers], len(STATISTICS))
    return pd.DataFrame({"statistic": np.tile(STATISTICS, len(observers)), **values, "status": status})


def even_errors(matrices: np.ndarray) -> np.ndarray:
    """Classifiers as often right as `matrices`, (matrices, true, response), that err evenly on the other responses."""
    right = np.diagonal(matrices, axis1=1, axis2=2)[:, :, None]
    return np.where(np.eye(_N, dtype=bool), right, (1 - right) / (_N - 1))


def correlations(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Pearson's r, Spearman's rho and Kendall's tau-b of each x, (m, n), with y, (n,), as (m, 3).

    NaN where x or y is constant or has a NaN. All three are the cosine of two vectors: of deviations from the mean, of
    those of the mid-ranks, and of the signs of all pairwise differences. Source: Kendall, Rank Correlation Methods (4th
    ed., 1970), chapters 2 and 3.
    """
    pair = np.round(x, 12), np.round(y[None], 12)  # values that differ by rounding error are ties
    return np.stack(
        [
            _cosine(*(v - v.mean(axis=1, keepdims=True) for v in pair)),
            _cosine(*(rankdata(v, axis=1) - (v.shape[1] + 1) / 2 for v in pair)),
            _cosine(*(np.sign(v[:, :, None] - v[:, None]).reshape(len(v), v.shape[1] ** 2) for v in pair)),
        ],
        axis=1,
    )


def _cosine(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    length = np.sqrt((x**2).sum(axis=1) * (y**2).sum(axis=1))
    return (x * y).sum(axis=1) / np.where(length > 1e-12, length, np.nan)  # constant


def _status(observer: np.ndarray, human: np.ndarray) -> str:
    if np.isnan(observer).any() or np.isnan(human).any():
        return "an expression without trials"
    for name, values in {"observer": observer, "human": human}.items():
        if np.ptp(values) < 1e-12:
            return f"constant {name} matrix: correlation is undefined"
    return "ok"
