"""Pearson's r, Spearman's rho and Kendall's tau-b of many vectors at once.

All three are the cosine of two vectors: of deviations from the mean, of those of the mid-ranks, and of the signs of all
pairwise differences. Source: Kendall, Rank Correlation Methods (4th ed., 1970), chapters 2 and 3.
"""

from collections.abc import Sequence

import numpy as np

STATISTICS = ("pearson", "spearman", "kendall")

Vectors = Sequence[np.ndarray]  #: for each of `STATISTICS`, vectors (m, k) whose cosine is the correlation


def vectors(x: np.ndarray) -> Vectors:
    """What each statistic takes the cosine of, for x, (m, n). NaN throughout where a row has a NaN."""
    x = np.round(x, 12)  # values that differ by rounding error are ties
    above = x[:, :, None] > x[:, None, :]
    signs = above.astype(np.float32) - above.transpose(0, 2, 1)  # whole numbers: their sums are exact
    signs[np.isnan(x).any(axis=1)] = np.nan
    ranks = signs.sum(axis=2, dtype=np.float64)  # twice the mid-rank's deviation from the mean rank
    return x - x.mean(axis=1, keepdims=True), ranks, signs.reshape(len(x), -1)


def cross(x: Vectors, y: Vectors) -> np.ndarray:
    """Correlation of every x, m of them, with every y, k of them: (m, k, 3), NaN where one is constant or has a NaN."""
    pairs = zip(x, y, strict=True)
    return np.stack([(a @ b.T).astype(float) / (_length(a)[:, None] * _length(b)) for a, b in pairs], axis=-1)


def paired(x: Vectors, y: Vectors) -> np.ndarray:
    """Correlation of each x with the y in its place: (m, 3)."""
    pairs = zip(x, y, strict=True)
    return np.stack([np.einsum("mk,mk->m", a, b) / (_length(a) * _length(b)) for a, b in pairs], axis=-1)


def correlations(x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Correlation of every row of x, (m, n), with every row of y, (k, n): (m, k, 3), NaN where undefined."""
    return cross(vectors(x), vectors(y))


def _length(x: np.ndarray) -> np.ndarray:
    length = np.sqrt(np.einsum("mk,mk->m", x, x).astype(float))
    return np.where(length > 1e-12, length, np.nan)  # constant
