"""Do two observers confuse expressions alike? Confusion matrices' correlation, its baselines, test and interval.

A correlation over a whole matrix is mostly its diagonal: whoever is right often looks like everybody else who is. So
every value stands beside two classifiers that know nothing of people's errors: one that makes none, and one that is as
often right as the observer but spreads its errors evenly. Verdicts rest on the off-diagonal cells.
"""

from itertools import permutations
from typing import NamedTuple

import numpy as np
import pandas as pd

from mien.categorical.identification import NO_UNITS
from mien.confusions.attenuation import disattenuate, interval, reliability, resampled_about
from mien.confusions.correlations import STATISTICS, Vectors, correlations, cross, paired, vectors
from mien.confusions.matrices import CELLS, N, count, even_errors, matrices_of, proportions, select_cells
from mien.confusions.participants import People
from mien.statistics.corrections import CORRECTED, with_corrected
from mien.statistics.resampling import resample, weigh
from mien.tables.columns import CELL, READOUT
from mien.tables.numbering import numbered
from mien.tables.schema import FLOAT, INT, TEXT, Schema, one_of

SIMILARITY = Schema(
    "similarity",
    {
        **CELL,
        "set": TEXT,
        **READOUT,
        "n_units": INT,
        "human": TEXT,
        "cells": one_of(*CELLS),
        "statistic": one_of(*STATISTICS),
        "value": FLOAT,
        "disattenuated": FLOAT,
        "low": FLOAT,
        "high": FLOAT,
        "perfect_classifier": FLOAT,
        "even_errors": FLOAT,
        "p_relabeling": FLOAT,
        **CORRECTED,
        "status": TEXT,
        "baseline_status": TEXT,
    },
)
#: What p-values are corrected together: those of all networks, layers and seeds.
FAMILY = ("human", "set", "group", "draw", "classifier", "cells", "statistic")

#: Identities of a set below which a bootstrap over them has no interval.
FEWEST_IDENTITIES = 5

_KEYS = ["network", "layer", "seed", "set", "group", "draw", "classifier", "n_units"]
_VALUES = ["value", "disattenuated", "low", "high", "perfect_classifier", "even_errors", "p_relabeling"]
_RELABELINGS = np.array(list(permutations(range(N))))


class Likeness(NamedTuple):
    """Each observer's similarity to each of people, and the same in every resample of the stimuli."""

    rows: pd.DataFrame  #: rows of the table `similarity`, without the correction
    resampled: np.ndarray  #: `disattenuated` in each resample, (rows, resamples); the same resamples for all of a set


class _Shown(NamedTuple):
    """What observers answered on one set: `m` observers, `i` identities, `r` resamples."""

    observers: pd.DataFrame  # (m, keys)
    identities: list[str]
    weights: np.ndarray  # (r, i)
    matrices: np.ndarray  # (m, 6, 6)
    resampled: np.ndarray  # (r, m, 6, 6)


def likeness(trials: pd.DataFrame, people: People, resamples: int) -> Likeness:
    """Compare every observer with all people who saw the same set.

    Args:
        trials: networks' decisions: `network`, `layer`, `seed`, `set`, `group`, `draw`, `classifier`, `n_units`,
            `identity`, `true_expression`, `response_expression` (null: no decision).
        people: their confusions and, where given, their trials, with `identity` (`mien.confusions.participants.match`).
        resamples: of the identities of a set and, where there are trials, of the people too.
    """
    parts, resampled = [], []
    for set_, rows in people.confusion.groupby("set", sort=False):
        answered = trials[trials["set"] == set_]
        if answered.empty:
            continue
        shown = _shown(answered, str(set_), resamples)
        for human, matrix in rows.groupby("observer", sort=False):
            theirs = people.trials[(people.trials["observer"] == human) & (people.trials["set"] == set_)]
            again = _people_again(theirs, shown, str(human), str(set_)) if len(theirs) else None
            for cells in CELLS:
                part, draws = _compared(shown, matrices_of(matrix)[0], again, cells)
                parts.append(part.assign(human=human, cells=cells))
                resampled.append(draws)
    if not parts:
        empty = pd.DataFrame(columns=[*_KEYS, "statistic", *_VALUES, "status", "baseline_status", "human", "cells"])
        return Likeness(empty.astype(dict.fromkeys(_VALUES, "float64")), np.empty((0, resamples)))
    return Likeness(pd.concat(parts, ignore_index=True), np.concatenate(resampled))


def similarities(likeness: Likeness, correction: str) -> pd.DataFrame:
    """The table `similarity`: one row for each observer, human, choice of cells and statistic.

    Returns:
        `network`, `layer`, `seed`, `set`, `group`, `draw`, `classifier`, `n_units`, `human`, `cells`, `statistic`;
        `value`; `disattenuated`, its estimate without the noise of few images, and that one's 95 % interval `low` to
        `high` (`attenuation`); `perfect_classifier` and `even_errors` in the observer's place, null where such a
        classifier's cells are constant, which `baseline_status` says; `p_relabeling`: of all 720 relabelings of the
        expressions, rows and columns together, the share that is at least as similar; `p_corrected`, `correction`,
        `n_comparisons` (within `FAMILY`); `status`, `ok` or why something is null.
    """
    return with_corrected(likeness.rows, "p_relabeling", FAMILY, correction)


def relabeling_test(observers: np.ndarray, human: np.ndarray, cells: str) -> np.ndarray:
    """Share of the 720 relabelings of people's expressions that are at least as similar: (matrices, 3).

    Args:
        observers: (matrices, true, response).
        human: (true, response). Rows and columns are relabelled together, so its diagonal stays its diagonal.
    """
    relabelled = human[_RELABELINGS[:, :, None], _RELABELINGS[:, None, :]]  # the first of them as it is
    values = correlations(select_cells(observers, cells), select_cells(relabelled, cells))
    p = (values >= values[:, :1] - 1e-9).mean(axis=1)
    return np.where(np.isnan(values[:, 0]), np.nan, p)


def _compared(
    shown: _Shown, human: np.ndarray, people_again: np.ndarray | None, cells: str
) -> tuple[pd.DataFrame, np.ndarray]:
    """One person's matrix against all observers': rows for each of `STATISTICS`, and their resamples."""
    chosen, people = vectors(select_cells(shown.matrices, cells)), vectors(select_cells(human[None], cells))
    value = cross(chosen, people)[:, 0]
    draws, trust = _resampled(shown, people_again, cells, chosen, people)
    low, high = interval(value, draws, *trust)
    perfect = correlations(select_cells(np.eye(N)[None], cells), select_cells(human[None], cells))[:, 0]
    even = correlations(select_cells(even_errors(shown.matrices), cells), select_cells(human[None], cells))[:, 0]
    columns = (
        value,
        disattenuate(value, *trust),
        low,
        high,
        np.broadcast_to(perfect, value.shape),
        even,
        relabeling_test(shown.matrices, human, cells),
    )
    table = shown.observers.loc[shown.observers.index.repeat(len(STATISTICS))].reset_index(drop=True)
    table["statistic"] = np.tile(STATISTICS, len(shown.observers))
    table = table.assign(**{name: column.ravel() for name, column in zip(_VALUES, columns, strict=True)})
    table["status"] = _status(table, shown, human, cells)
    table["baseline_status"] = _baseline_status(table)
    return table, resampled_about(draws, *trust).reshape(len(draws), len(table)).T


def _resampled(
    shown: _Shown, people_again: np.ndarray | None, cells: str, chosen: Vectors, people: Vectors
) -> tuple[np.ndarray, list[np.ndarray]]:
    """Correlations in each resample, (resamples, m, 3), and the reliabilities of what is resampled, (m, 3).

    People whose trials are given are resampled too, and not quite reliable themselves; a published matrix is taken as
    it is.
    """
    again = select_cells(shown.resampled, cells)
    draws, itself = np.empty((2, len(again), len(shown.observers), len(STATISTICS)))
    theirs = None if people_again is None else vectors(select_cells(people_again, cells))
    for r, matrices in enumerate(again):
        drawn = vectors(matrices)
        draws[r] = cross(drawn, people if theirs is None else [v[r : r + 1] for v in theirs])[:, 0]
        itself[r] = paired(drawn, chosen)
    trust = [reliability(itself)]
    if theirs is not None:
        trust.append(reliability(cross(theirs, people)))
    if len(shown.identities) < FEWEST_IDENTITIES:
        trust = [np.full_like(share, np.nan) for share in trust]
    return draws, trust


def _shown(trials: pd.DataFrame, set_: str, resamples: int) -> _Shown:
    codes, observers = numbered(trials, _KEYS)
    identity, identities = pd.factorize(trials["identity"], sort=True)
    counts = count(trials, identity * len(observers) + codes, len(identities) * len(observers))
    counts = counts.reshape(len(identities), len(observers), N, N)
    weights = resample(identities, resamples, set_)
    again = proportions(weigh(weights, counts))
    return _Shown(observers, list(identities), weights, proportions(counts.sum(axis=0)), again)


def _people_again(trials: pd.DataFrame, shown: _Shown, human: str, set_: str) -> np.ndarray:
    """People's matrix in each resample, (resamples, 6, 6): of the same identities, and of the people themselves.

    Identities that only people saw are resampled on their own.
    """
    subject, subjects = pd.factorize(trials["subject"], sort=True)
    identity, identities = pd.factorize(trials["identity"], sort=True)
    counts = count(trials, subject * len(identities) + identity, len(subjects) * len(identities))
    counts = counts.reshape(len(subjects), len(identities), N, N)
    resamples = len(shown.weights)
    people = resample(subjects, resamples, set_, "people", human)
    shared = {name: column for column, name in enumerate(shown.identities)}
    others = [name for name in identities if name not in shared]
    weights = pd.DataFrame(resample(others, resamples, set_, "seen by people only", human), columns=others)
    weights = weights.join(pd.DataFrame(shown.weights, columns=shown.identities))[list(identities)].to_numpy()
    return proportions(np.einsum("ri,rijk->rjk", weights, weigh(people, counts)))


def _status(table: pd.DataFrame, shown: _Shown, human: np.ndarray, cells: str) -> np.ndarray:
    untested = np.isnan(shown.matrices).any(axis=(1, 2)).repeat(len(STATISTICS)) | np.isnan(human).any()
    constant = "human" if np.ptp(select_cells(human, cells)) < 1e-12 else "observer"
    few = len(shown.identities) < FEWEST_IDENTITIES
    why = f"fewer than {FEWEST_IDENTITIES} identities" if few else "noise drowns the matrix"
    reasons = {
        NO_UNITS: table["n_units"] == 0,
        "an expression without trials": untested,
        f"constant {constant} matrix: correlation is undefined": table["value"].isna(),
        f"no interval: {why}": table["low"].isna(),
    }
    return np.select(list(reasons.values()), list(reasons), "ok")


def _baseline_status(table: pd.DataFrame) -> np.ndarray:
    perfect, even = table["perfect_classifier"].isna(), table["even_errors"].isna()
    return np.select(
        [perfect & even, perfect, even],
        [
            "both baselines have constant cells",
            "a perfect classifier makes no errors to compare",
            "evenly spread errors are constant",
        ],
        "ok",
    )
