"""Measures of how alike two confusion matrices are, registered by name: one function each.

The function turns the entries of matrices into vectors, and two matrices are as alike as `compare` says of theirs; by
default the cosine. Pearson's r, Spearman's rho and Kendall's tau-b are cosines, too: of deviations from the mean, of
those of the mid-ranks, and of the signs of all pairwise differences. Source: Kendall, Rank Correlation Methods (4th
ed., 1970), chapters 2 and 3.
"""

from collections.abc import Callable, Iterable
from typing import NamedTuple

import numpy as np
from scipy.special import entr
from scipy.stats import rankdata

from mien.confusions.matrices import ENTRIES

_BLOCK = 2**22  # numbers of all pairs of vectors that are held at once


class Scale(NamedTuple):
    """To the scale of Pearson's r, on which noise attenuates, and back; what lies outside -1 to 1 is cut there."""

    to_r: Callable[[np.ndarray], np.ndarray]
    from_r: Callable[[np.ndarray], np.ndarray]


class Cosine:
    """The cosine of vectors, NaN where one is zero or has a NaN."""

    def cross(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Of every x, (m, n), with every y, (k, n): (m, k)."""
        return (x @ y.T).astype(float) / (self._length(x)[:, None] * self._length(y))

    def paired(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Of each x with the y in its place: (m,)."""
        return np.einsum("mk,mk->m", x, y) / (self._length(x) * self._length(y))

    @staticmethod
    def _length(x: np.ndarray) -> np.ndarray:
        length = np.sqrt(np.einsum("mk,mk->m", x, x).astype(float))
        return np.where(length > 1e-12, length, np.nan)


class Divergence:
    """1 minus the Jensen-Shannon divergence, in bits, of the distributions in x and in y, (m, rows, n) each: mean over
    the rows."""

    def cross(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Of every x, m of them, with every y, k of them: (m, k)."""
        step = max(1, _BLOCK // max(x.size, 1))
        parts = [self.paired(x[:, None], y[None, start : start + step]) for start in range(0, len(y), step)]
        return np.concatenate(parts, axis=1) if parts else np.empty((len(x), 0))

    def paired(self, x: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Of each x with the y in its place: (m,)."""
        nats = entr((x + y) / 2) - (entr(x) + entr(y)) / 2
        return np.clip(1 - nats.sum(axis=-1).mean(axis=-1) / np.log(2), 0, 1)


class Measure(NamedTuple):
    """A measure of likeness: 1 for matrices that are the same."""

    vectors: Callable[[np.ndarray], np.ndarray]  #: of entries, (m, true, entries of a row); the first axis stays
    compare: Cosine | Divergence
    scale: Scale | None  #: of a correlation, which noise attenuates and which can be corrected; None: no correlation
    entries: tuple[str, ...]  #: those of `ENTRIES` for which it is defined


#: Every measure, by its name in the configuration and in the tables, in the order of the tables' rows.
MEASURES: dict[str, Measure] = {}
_COSINE = Cosine()
_SAME = Scale(lambda value: value, lambda r: np.clip(r, -1, 1))


def measure(
    compare: Cosine | Divergence = _COSINE, scale: Scale | None = None, entries: tuple[str, ...] = ENTRIES
) -> Callable:
    """Register a function as the measure of its name; see `Measure`."""

    def register(vectors: Callable) -> Callable:
        MEASURES[vectors.__name__] = Measure(vectors, compare, scale, entries)
        return vectors

    return register


def chosen(names: Iterable[str]) -> dict[str, Measure]:
    """The measures of these names, in the order of `MEASURES`."""
    names = set(names)
    return {name: each for name, each in MEASURES.items() if name in names}


@measure(scale=_SAME)
def pearson(entries: np.ndarray) -> np.ndarray:
    """Pearson's r: deviations from the mean."""
    x = _flat(entries)
    return x - x.mean(axis=1, keepdims=True)


@measure(
    # for normal variables r = 2 sin(pi rho / 6): Pearson (1907), in Kendall, chapter 9
    scale=Scale(
        lambda rho: 2 * np.sin(np.pi / 6 * rho),
        lambda r: 6 / np.pi * np.arcsin(np.clip(r, -1, 1) / 2),
    )
)
def spearman(entries: np.ndarray) -> np.ndarray:
    """Spearman's rho: twice the mid-ranks' deviations from their mean, which are whole numbers."""
    x = _flat(entries)
    return 2 * rankdata(x, axis=1) - (x.shape[1] + 1)


@measure(
    # for normal variables r = sin(pi tau / 2): Greiner (1909), in Kendall, chapter 9
    scale=Scale(
        lambda tau: np.sin(np.pi / 2 * tau),
        lambda r: 2 / np.pi * np.arcsin(np.clip(r, -1, 1)),
    )
)
def kendall(entries: np.ndarray) -> np.ndarray:
    """Kendall's tau-b: the sign of each pair's difference."""
    x = _flat(entries)
    above = x[:, :, None] > x[:, None, :]
    signs = above.astype(np.float32) - above.transpose(0, 2, 1)  # whole numbers: their sums are exact
    signs[np.isnan(x).any(axis=1)] = np.nan
    return signs.reshape(len(x), -1)


@measure()
def cosine(entries: np.ndarray) -> np.ndarray:
    """The cosine of the entries themselves."""
    return entries.reshape(len(entries), -1)


@measure(compare=Divergence(), entries=("all", "off_diagonal_normalised"))
def jensen_shannon(entries: np.ndarray) -> np.ndarray:
    """1 minus the Jensen-Shannon divergence, in bits, of the distributions of responses: mean over true expressions.

    Off the diagonal it is of the distributions of errors, whose rows are normalised; of rows that do not sum to one it
    is undefined. A published matrix, whose rows sum to one within the reading error, is normalised.

    Source: Lin, IEEE Trans. Inf. Theory 37 (1991) 145-151, doi:10.1109/18.61115.
    """
    return entries / entries.sum(axis=-1, keepdims=True)


def _flat(entries: np.ndarray) -> np.ndarray:
    """Entries as (m, n); values that differ by rounding error are ties."""
    return np.round(entries.reshape(len(entries), -1), 12)
