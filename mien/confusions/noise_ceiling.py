"""The noise ceiling: how alike people are to people, which no observer need exceed."""

import numpy as np
import pandas as pd

from mien.confusions.attenuation import Z
from mien.confusions.correlations import STATISTICS, paired, vectors
from mien.confusions.matrices import CELLS, N, count, proportions, select_cells
from mien.confusions.participants import People
from mien.draws import generator
from mien.tables.schema import FLOAT, INT, TEXT, Schema, one_of

NOISE_CEILING = Schema(
    "noise_ceiling",
    {
        "human": TEXT,
        "set": TEXT,
        "cells": one_of(*CELLS),
        "statistic": one_of(*STATISTICS),
        "n_subjects": INT,
        "split_half": FLOAT,
        "ceiling": FLOAT,
        "low": FLOAT,
        "high": FLOAT,
        "status": TEXT,
    },
)
SPLITS = 100  #: random halves

_FEWEST = 4  # people: leaving one out, either half still has one
_BLOCKS = 40  # of people, at most, that the jackknife leaves out in turn
_NO_TRIALS = "no single trials: a published matrix has no ceiling"


def noise_ceiling(people: People, splits: int = SPLITS) -> pd.DataFrame:
    """The table `noise_ceiling`: people's confusions in one random half of them against the other half's.

    Returns:
        `human`, `set`, `cells`, `statistic`, `n_subjects`; `split_half`, the mean correlation of the halves over
        `splits`; `ceiling`, by Spearman and Brown 2 r / (1 + r): how alike another group as large would be to this one;
        `low`, `high`, its 95 % interval, by the jackknife over people (over 40 blocks, where they are more)
        on Fisher's z; `status`, `ok` or why something is
        null. The formula is Pearson's; for rank correlations it is customary and approximate.

    Sources: Spearman (1910) and Brown (1910), Br J Psychol 3; Efron & Tibshirani, An Introduction to the Bootstrap
        (1993), chapter 11 (jackknife).
    """
    parts = []
    for (human, set_), _ in people.confusion.groupby(["observer", "set"], sort=False):
        theirs = people.trials[(people.trials["observer"] == human) & (people.trials["set"] == set_)]
        subject, subjects = pd.factorize(theirs["subject"], sort=True)
        counts = count(theirs, subject, len(subjects))
        halves = _halves(len(subjects), splits, set_, human)
        for cells in CELLS:
            parts.append(_ceiling(counts, halves, cells).assign(human=human, set=set_, cells=cells))
    return pd.concat(parts, ignore_index=True)[NOISE_CEILING.names]


def spearman_brown(r: np.ndarray) -> np.ndarray:
    """Reliability of the whole from the correlation of its halves; NaN where that is negative."""
    return np.where(r >= 0, 2 * r / (1 + np.abs(r)), np.nan)


def split_halves(counts: np.ndarray, halves: np.ndarray, cells: str) -> np.ndarray:
    """Mean correlation of the halves, (3,), over the splits where it is defined; NaN where it is in none.

    Args:
        counts: decisions, (people, true, response).
        halves: who is in the first half, (splits, people) of 1 and 0.
    """
    flat = counts.reshape(len(counts), N**2).astype(float)
    first, second = (
        vectors(select_cells(proportions((half @ flat).reshape(-1, N, N)), cells)) for half in (halves, 1 - halves)
    )
    r = paired(first, second)
    n = (~np.isnan(r)).sum(axis=0)
    return np.where(n > 0, np.nansum(r, axis=0) / np.maximum(n, 1), np.nan)


def _halves(people: int, splits: int, *name: object) -> np.ndarray:
    """Random halves, (splits, people) of 1 and 0; of an odd number the second half is larger by one."""
    even = np.tile(np.arange(people) < people // 2, (splits, 1))
    return generator("halves", *name).permuted(even, axis=1).astype(float)


def _ceiling(counts: np.ndarray, halves: np.ndarray, cells: str) -> pd.DataFrame:
    people = len(counts)
    r = split_halves(counts, halves, cells) if people > 1 else np.full(len(STATISTICS), np.nan)
    low, high = np.full((2, len(STATISTICS)), np.nan)
    if people >= _FEWEST:
        blocks = [np.arange(first, people, _BLOCKS) for first in range(min(people, _BLOCKS))]
        without = [split_halves(np.delete(counts, b, 0), np.delete(halves, b, 1), cells) for b in blocks]
        z, each = (np.arctanh(np.minimum(spearman_brown(np.array(v)), 1 - 1e-9)) for v in (r, without))
        half = Z * np.sqrt((len(each) - 1) / len(each) * ((each - each.mean(axis=0)) ** 2).sum(axis=0))
        low, high = np.tanh(z - half), np.tanh(z + half)
    status = np.select(
        [np.full(r.shape, people == 0), np.full(r.shape, people == 1), np.isnan(r), r < 0,
         np.full(r.shape, people < _FEWEST), np.isnan(low)],
        [_NO_TRIALS, "one person: no halves", "an expression without trials, or constant cells, in every half",
         "the halves disagree: no ceiling", f"no interval: fewer than {_FEWEST} people",
         "no interval: without one of them the halves disagree"],
        "ok",
    )  # fmt: skip
    return pd.DataFrame(
        {"statistic": STATISTICS, "n_subjects": people, "split_half": r, "ceiling": spearman_brown(r), "low": low,
         "high": high, "status": status}
    )  # fmt: skip
