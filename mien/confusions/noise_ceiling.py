"""The noise ceiling: how like one another participants are, which no observer need exceed."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from mien.confusions.attenuation import Z
from mien.confusions.matrices import ENTRIES, FEWEST_SHARED, Confusion
from mien.confusions.measures import MEASURES, Measure, chosen
from mien.confusions.participants import Participants
from mien.draws import generator
from mien.status import (
    FEW_PARTICIPANTS,
    FEW_SHARED,
    HALVES_DEPEND,
    HALVES_DISAGREE,
    HALVES_UNDEFINED,
    MEASURE_UNDEFINED,
    NO_CORRELATION,
    NO_TRIALS,
    ONE_PARTICIPANT,
    first_of,
)
from mien.tables.schema import FLOAT, INT, TEXT, Schema, one_of, status_of

#: Codes that `status` may have.
STATUSES = (FEW_SHARED, NO_TRIALS, ONE_PARTICIPANT, MEASURE_UNDEFINED, HALVES_UNDEFINED, NO_CORRELATION,
            HALVES_DISAGREE, FEW_PARTICIPANTS, HALVES_DEPEND)  # fmt: skip

NOISE_CEILING = Schema(
    "noise_ceiling",
    {
        "human": TEXT,
        "set": TEXT,
        "n_expressions": INT,
        "entries": one_of(*ENTRIES),
        "statistic": one_of(*MEASURES),
        "n_subjects": INT,
        "split_half": FLOAT,
        "ceiling": FLOAT,
        "low": FLOAT,
        "high": FLOAT,
        "status": status_of(*STATUSES),
    },
)

SPLITS = 100  #: random halves

_FEWEST = 4  # participants: leaving one out, either half still has one
_BLOCKS = 40  # of participants, at most, that the jackknife leaves out in turn


def noise_ceiling(
    participants: Participants, expressions: Sequence[str], measures: Iterable[str], splits: int = SPLITS
) -> pd.DataFrame:
    """The table `noise_ceiling`: participants' confusions in one random half of them against the other half's, over the
    expressions that they share with the study, as networks are compared with them.

    Args:
        expressions: the study's.
        measures: names of `measures.MEASURES`.

    Returns:
        `human`, `set`, `n_expressions` (shared), `entries`, `statistic`, `n_subjects`; `split_half`, the mean
        similarity of the halves over `splits`; `ceiling` of a correlation, by Spearman and Brown 2 r / (1 + r):
        how alike another group as large would be to this one; `low`, `high`, its 95 % interval, by the jackknife over
        participants (over 40 blocks, where they are more) on Fisher's z; `status`, `ok` or why something is null. The
        formula is Pearson's; for rank correlations it is customary and approximate, and for what is no correlation
        there is none.

    Sources: Spearman (1910) and Brown (1910), Br J Psychol 3; Efron & Tibshirani, An Introduction to the Bootstrap
        (1993), chapter 11 (jackknife).
    """
    parts = []
    used = chosen(measures)
    for (human, set_), matrix in participants.confusion.groupby(["observer", "set"], sort=False):
        theirs = participants.trials
        theirs = theirs[(theirs["observer"] == human) & (theirs["set"] == set_)]
        subject, subjects = pd.factorize(theirs["subject"], sort=True)
        n_shared, compared = Confusion.from_table(matrix).over_shared(expressions)
        each = Confusion.of_trials(theirs, compared.labels, (subject, len(subjects)))
        halves = _halves(len(subjects), splits, set_, human)
        for entries in ENTRIES:
            rows = _ceiling(each, halves, entries, used)
            rows = rows.assign(status=FEW_SHARED) if n_shared < FEWEST_SHARED else rows
            parts.append(rows.assign(human=human, set=set_, n_expressions=n_shared, entries=entries))
    return pd.concat(parts, ignore_index=True)[NOISE_CEILING.names]


def spearman_brown(r: np.ndarray) -> np.ndarray:
    """Reliability of the whole from the correlation of its halves; NaN where that is negative."""
    return np.where(r >= 0, 2 * r / (1 + np.abs(r)), np.nan)


def split_halves(
    participants: Confusion, halves: np.ndarray, entries: str, measures: Mapping[str, Measure]
) -> np.ndarray:
    """Mean similarity of the halves, (measures,), over the splits where it is defined; NaN where it is in none.

    Args:
        participants: (participants, true, response).
        halves: who is in the first half, (splits, participants) of 1 and 0.
    """
    counts = participants.counts.reshape(len(participants.counts), -1).astype(float)
    first, second = (
        Confusion.counted((half @ counts).reshape(-1, *participants.counts.shape[1:]), participants.labels)
        for half in (halves, 1 - halves)
    )
    found = [
        each.compare.paired(each.vectors(first.entries(entries)), each.vectors(second.entries(entries)))
        if entries in each.entries
        else np.full(len(halves), np.nan)
        for each in measures.values()
    ]
    r = np.stack(found, axis=-1)
    n = (~np.isnan(r)).sum(axis=0)
    return np.where(n > 0, np.nansum(r, axis=0) / np.maximum(n, 1), np.nan)


def _halves(participants: int, splits: int, *name: object) -> np.ndarray:
    """Random halves, (splits, participants) of 1 and 0; of an odd number the second half is larger by one."""
    even = np.tile(np.arange(participants) < participants // 2, (splits, 1))
    return generator("halves", *name).permuted(even, axis=1).astype(float)


def _ceiling(each: Confusion, halves: np.ndarray, entries: str, measures: Mapping[str, Measure]) -> pd.DataFrame:
    """Rows of the table for one choice of entries."""
    n = len(each.counts)
    r = split_halves(each, halves, entries, measures) if n > 1 else np.full(len(measures), np.nan)
    corrects = np.array([one.scale is not None for one in measures.values()])
    low, high = np.full((2, len(measures)), np.nan)
    if n >= _FEWEST:
        without = []
        for first in range(min(n, _BLOCKS)):
            kept = np.delete(np.arange(n), np.arange(first, n, _BLOCKS))
            rest = Confusion.counted(each.counts[kept], each.labels)
            without.append(split_halves(rest, halves[:, kept], entries, measures))
        z, others = (np.arctanh(np.minimum(spearman_brown(np.array(v)), 1 - 1e-9)) for v in (r, without))
        half = Z * np.sqrt((len(others) - 1) / len(others) * ((others - others.mean(axis=0)) ** 2).sum(axis=0))
        low, high = (np.where(corrects, np.tanh(z + sign * half), np.nan) for sign in (-1, 1))
    status = first_of(
        {
            NO_TRIALS: np.full(r.shape, n == 0),
            ONE_PARTICIPANT: np.full(r.shape, n == 1),
            MEASURE_UNDEFINED: np.array([entries not in one.entries for one in measures.values()]),
            HALVES_UNDEFINED: np.isnan(r),
            NO_CORRELATION: ~corrects,
            HALVES_DISAGREE: r < 0,
            FEW_PARTICIPANTS: np.full(r.shape, n < _FEWEST),
            HALVES_DEPEND: np.isnan(low),
        }
    )
    ceiling = np.where(corrects, spearman_brown(r), np.nan)
    return pd.DataFrame(
        {"statistic": list(measures), "n_subjects": n, "split_half": r, "ceiling": ceiling, "low": low, "high": high,
         "status": status}
    )  # fmt: skip
