"""Do two observers confuse expressions alike? Confusion matrices' similarity, its baselines, test and interval.

A correlation over a whole matrix is mostly its diagonal: whoever is right often looks like everybody else who is. So
every value stands beside two classifiers that know nothing of participants' errors: one that makes none, and one of the
observer's accuracies whose errors are uniform. Verdicts rest on the off-diagonal entries.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mien.confusions.attenuation import corrected, interval, reliability, resampled_about
from mien.confusions.matrices import ENTRIES, Confusion
from mien.confusions.measures import MEASURES, Measure, Scale, chosen
from mien.confusions.participants import Participants
from mien.statistics.corrections import CORRECTED, with_corrected
from mien.statistics.resampling import resample, weigh
from mien.status import (
    EXPRESSION_UNTESTED,
    FEW_IDENTITIES,
    FEW_SHARED,
    MEASURE_UNDEFINED,
    NO_CORRELATION,
    NO_UNITS,
    NOISE,
    OBSERVER_CONSTANT,
    OK,
    PARTICIPANTS_CONSTANT,
    PERFECT_UNDEFINED,
    UNIFORM_UNDEFINED,
    added,
    first_of,
)
from mien.tables.columns import CELL, READOUT
from mien.tables.numbering import numbered
from mien.tables.schema import FLOAT, INT, TEXT, Schema, one_of, status_of

#: Codes that `status` may have, before `mien.comparison` adds its remarks, and `baseline_status`.
STATUSES = (NO_UNITS, FEW_SHARED, EXPRESSION_UNTESTED, MEASURE_UNDEFINED, OBSERVER_CONSTANT, PARTICIPANTS_CONSTANT,
            FEW_IDENTITIES, NOISE, NO_CORRELATION)  # fmt: skip
BASELINE_STATUSES = (PERFECT_UNDEFINED, UNIFORM_UNDEFINED)
SIMILARITY = Schema(
    "similarity",
    {
        **CELL,
        "set": TEXT,
        **READOUT,
        "n_units": INT,
        "human": TEXT,
        "n_expressions": INT,
        "entries": one_of(*ENTRIES),
        "statistic": one_of(*MEASURES),
        "value": FLOAT,
        "noise_corrected": FLOAT,
        "low": FLOAT,
        "high": FLOAT,
        "perfect_classifier": FLOAT,
        "uniform_errors": FLOAT,
        "p_relabeling": FLOAT,
        **CORRECTED,
        "status": status_of(*STATUSES),
        "baseline_status": status_of(*BASELINE_STATUSES),
    },
)

#: What p-values are corrected together: those of all networks, layers and seeds.
FAMILY = ("human", "set", "group", "draw", "classifier", "entries", "statistic")

#: Identities of a set below which a bootstrap over them has no interval.
FEWEST_IDENTITIES = 5

_SHARE = Scale(lambda value: value, lambda value: np.clip(value, 0, 1))  # of what is no correlation
_KEYS = [*CELL, "set", *READOUT, "n_units"]
_VALUES = ["value", "noise_corrected", "low", "high", "perfect_classifier", "uniform_errors", "p_relabeling"]


class Likeness(NamedTuple):
    """Each observer's similarity to each group of participants, and the same in every resample of the stimuli."""

    rows: pd.DataFrame  #: rows of the table `similarity`, without the correction
    resampled: np.ndarray  #: `interval_of` in each resample, (rows, resamples); the same resamples for all of a set


class _Shown(NamedTuple):
    """What observers answered on one set: `m` observers, `i` identities, `r` resamples."""

    observers: pd.DataFrame  # (m, keys)
    identities: list[str]
    weights: np.ndarray  # (r, i)
    matrices: Confusion  # (m, true, response)
    resampled: Confusion  # (r, m, true, response)


class _Compared(NamedTuple):
    """One measure of all observers on one set, `m` of them."""

    columns: np.ndarray  # (m, values)
    resampled: np.ndarray  # (resamples, m)


def likeness(
    trials: pd.DataFrame,
    participants: Participants,
    expressions: Sequence[str],
    resamples: int,
    measures: Iterable[str],
) -> Likeness:
    """Compare every observer with all participants who saw the same set, over the expressions that both have.

    Args:
        trials: networks' decisions: `network`, `layer`, `seed`, `set`, `group`, `draw`, `classifier`, `n_units`,
            `identity`, `true_expression`, `response_expression` (null: no decision).
        participants: their confusions and, where given, their trials, with `identity` (`participants.match`).
        expressions: the study's.
        resamples: of the identities of a set and, where there are trials, of the participants too.
        measures: names of `measures.MEASURES`.
    """
    parts, resampled = [], []
    for set_, rows in participants.confusion.groupby("set", sort=False):
        answered = trials[trials["set"] == set_]
        if answered.empty:
            continue
        shown_of: dict[tuple[str, ...], _Shown] = {}
        for human, table in rows.groupby("observer", sort=False):
            n_shared, matrix = Confusion.from_table(table).over_shared(expressions)
            if matrix.labels not in shown_of:
                shown_of[matrix.labels] = _shown(answered, matrix.labels, str(set_), resamples)
            shown = shown_of[matrix.labels]
            theirs = participants.trials
            theirs = theirs[(theirs["observer"] == human) & (theirs["set"] == set_)]
            again = _participants_again(theirs, shown, str(human), str(set_)) if len(theirs) else None
            for entries in ENTRIES:
                part, draws = _rows(shown, matrix, again, entries, chosen(measures))
                parts.append(part.assign(human=human, n_expressions=n_shared, entries=entries))
                resampled.append(draws)
    if not parts:
        empty = pd.DataFrame(
            columns=[*_KEYS, "statistic", *_VALUES, "status", "baseline_status", "human", "n_expressions", "entries"]
        )
        return Likeness(empty.astype(dict.fromkeys(_VALUES, "float64")), np.empty((0, resamples)))
    return Likeness(pd.concat(parts, ignore_index=True), np.concatenate(resampled))


def similarities(likeness: Likeness, correction: str) -> pd.DataFrame:
    """The table `similarity`: one row for each observer, human, choice of entries and statistic.

    Returns:
        `network`, `layer`, `seed`, `set`, `group`, `draw`, `classifier`, `n_units`, `human`, `n_expressions` (that they
        share), `entries`, `statistic` (the measure); `value`; `noise_corrected`, an estimate of a correlation without
        the noise of few images (`attenuation`); `low` to `high`, the 95 % interval of `interval_of`;
        `perfect_classifier` and `uniform_errors` in the observer's place, null where the measure is undefined for such
        a classifier, which `baseline_status` says; `p_relabeling`: of all relabelings of the expressions, rows and
        columns together, the share that is at least as similar; `p_corrected`, `correction`, `n_comparisons` (within
        `FAMILY`); `status`, `ok` or why something is null.
    """
    return with_corrected(likeness.rows, "p_relabeling", FAMILY, correction)


def interval_of(rows: pd.DataFrame) -> pd.Series:
    """What intervals are of: `noise_corrected`, or, of a measure that is no correlation, `value`; null without one."""
    corrects = rows["statistic"].isin([name for name, each in chosen(rows["statistic"].unique()).items() if each.scale])
    return rows["noise_corrected"].where(corrects, rows["value"].where(rows["low"].notna()))


def relabeling_test(observers: Confusion, human: Confusion, entries: str, measure: Measure) -> np.ndarray:
    """Share of the relabelings of participants' expressions that are at least as similar: (matrices,).

    Args:
        observers: (matrices, true, response).
        human: one matrix. Rows and columns are relabelled together, so its diagonal stays its diagonal. Of k
            expressions there are k! relabelings: 720 of six.
    """
    mine = measure.vectors(observers.entries(entries))
    value, hits, n = None, 0, 0
    for relabelled in human.relabelings():
        found = measure.compare.cross(mine, measure.vectors(relabelled.entries(entries)))
        value = found[:, :1] if value is None else value  # the first relabeling is as it is
        hits, n = hits + (found >= value - 1e-9).sum(axis=1), n + found.shape[1]
    return np.where(np.isnan(value[:, 0]), np.nan, hits / n)


def _rows(
    shown: _Shown, human: Confusion, again: Confusion | None, entries: str, measures: dict[str, Measure]
) -> tuple[pd.DataFrame, np.ndarray]:
    """One matrix of participants against all observers': rows for each of some measures, and their resamples."""
    found = [_compared(shown, human, again, entries, each) for each in measures.values()]
    columns = np.stack([each.columns for each in found], axis=1).reshape(-1, len(_VALUES))
    table = shown.observers.loc[shown.observers.index.repeat(len(measures))].reset_index(drop=True)
    table["statistic"] = np.tile(list(measures), len(shown.observers))
    table = table.assign(**dict(zip(_VALUES, columns.T, strict=True)))
    table["status"] = _status(table, shown, human, entries, measures)
    table["baseline_status"] = _baseline_status(table)
    resampled = np.stack([each.resampled for each in found], axis=-1)
    return table, resampled.reshape(len(resampled), len(table)).T


def _compared(shown: _Shown, human: Confusion, again: Confusion | None, entries: str, measure: Measure) -> _Compared:
    """All observers' `_VALUES` by one measure, and in each resample what `interval_of` the rows is."""
    m = len(shown.observers)
    if entries not in measure.entries:
        return _Compared(np.full((m, len(_VALUES)), np.nan), np.full((len(shown.weights), m), np.nan))

    def alike(observers: Confusion) -> np.ndarray:
        return measure.compare.cross(measure.vectors(observers.entries(entries)), theirs)[:, 0]

    mine, theirs = (measure.vectors(c.entries(entries)) for c in (shown.matrices, human))
    value = alike(shown.matrices)
    draws, *selves = _resampled(shown, again, entries, measure, mine, theirs)
    to_r, from_r = measure.scale or _SHARE
    trust = [reliability(to_r(itself)) for itself in selves] if measure.scale else []
    low, high = interval(to_r(value), to_r(draws), *trust)
    columns = (
        value,
        from_r(corrected(to_r(value), *trust)) if measure.scale else np.full(m, np.nan),
        from_r(low),
        from_r(high),
        np.broadcast_to(alike(human.perfect()), value.shape),
        alike(shown.matrices.uniform_errors()),
        relabeling_test(shown.matrices, human, entries, measure),
    )
    return _Compared(np.stack(columns, axis=1), from_r(resampled_about(to_r(draws), *trust)))


def _resampled(
    shown: _Shown, again: Confusion | None, entries: str, measure: Measure, mine: np.ndarray, theirs: np.ndarray
) -> list[np.ndarray]:
    """In each resample how like observers are to participants, and to themselves as they are, (resamples, m) each, NaN
    of few identities; and, where they are resampled too, participants to themselves, the same for every observer.

    Participants whose trials are given are resampled, and not quite reliable themselves; a published matrix is taken as
    it is.
    """
    drawn = shown.resampled.entries(entries)
    draws, itself = np.empty((2, len(drawn), len(shown.observers)))
    theirs_again = None if again is None else measure.vectors(again.entries(entries))
    for r, one in enumerate(drawn):
        vectors = measure.vectors(one)
        draws[r] = measure.compare.cross(vectors, theirs if again is None else theirs_again[r : r + 1])[:, 0]
        itself[r] = measure.compare.paired(vectors, mine)
    if len(shown.identities) < FEWEST_IDENTITIES:
        draws[:], itself[:] = np.nan, np.nan
    if again is None:
        return [draws, itself]
    of_participants = measure.compare.cross(theirs_again, theirs)
    return [draws, itself, of_participants.repeat(itself.shape[1], axis=1)]


def _shown(trials: pd.DataFrame, labels: tuple[str, ...], set_: str, resamples: int) -> _Shown:
    codes, observers = numbered(trials, _KEYS)
    identity, identities = pd.factorize(trials["identity"], sort=True)
    answered = Confusion.of_trials(trials, labels, (identity, len(identities)), (codes, len(observers)))
    weights = resample(identities, resamples, set_)
    whole, again = answered.counts.sum(axis=0), weigh(weights, answered.counts)
    return _Shown(observers, list(identities), weights, *(Confusion.counted(n, labels) for n in (whole, again)))


def _participants_again(trials: pd.DataFrame, shown: _Shown, human: str, set_: str) -> Confusion:
    """Participants' matrix in each resample, (resamples, true, response): of the same identities, and of themselves.

    Identities that only participants saw are resampled on their own.
    """
    subject, subjects = pd.factorize(trials["subject"], sort=True)
    identity, identities = pd.factorize(trials["identity"], sort=True)
    labels = shown.matrices.labels
    answered = Confusion.of_trials(trials, labels, (subject, len(subjects)), (identity, len(identities)))
    resamples = len(shown.weights)
    drawn = resample(subjects, resamples, set_, "people", human)  # words that seed draws stay as they are
    shared = {name: column for column, name in enumerate(shown.identities)}
    others = [name for name in identities if name not in shared]
    weights = pd.DataFrame(resample(others, resamples, set_, "seen by people only", human), columns=others)
    weights = weights.join(pd.DataFrame(shown.weights, columns=shown.identities))[list(identities)].to_numpy()
    return Confusion.counted(np.einsum("ri,rijk->rjk", weights, weigh(drawn, answered.counts)), labels)


def _status(
    table: pd.DataFrame, shown: _Shown, human: Confusion, entries: str, measures: dict[str, Measure]
) -> pd.Series:
    untested = np.isnan(shown.matrices.proportions).any(axis=(1, 2)).repeat(len(measures))
    constant = PARTICIPANTS_CONSTANT if np.ptp(human.entries(entries)) < 1e-12 else OBSERVER_CONSTANT
    undefined = [name for name, each in measures.items() if entries not in each.entries]
    status = first_of(
        {
            NO_UNITS: table["n_units"] == 0,
            FEW_SHARED: np.full(len(table), np.isnan(human.proportions).all()),
            EXPRESSION_UNTESTED: untested | np.isnan(human.proportions).any(),
            MEASURE_UNDEFINED: table["statistic"].isin(undefined),
            constant: table["value"].isna(),
            FEW_IDENTITIES if len(shown.identities) < FEWEST_IDENTITIES else NOISE: table["low"].isna(),
        }
    )
    other = table["statistic"].isin([name for name, each in measures.items() if not each.scale])
    return added(pd.Series(status, table.index), NO_CORRELATION, table["value"].notna() & other)


def _baseline_status(table: pd.DataFrame) -> pd.Series:
    status = pd.Series(OK, table.index)
    status = added(status, PERFECT_UNDEFINED, table["perfect_classifier"].isna())
    return added(status, UNIFORM_UNDEFINED, table["uniform_errors"].isna())
