"""Identification decisions counted by identity, and what resampling the identities says of a fit.

Levels of one identity's continuum are not independent, so identities are what is left out, and what is drawn anew.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import bdtrc

from mien.categorical.fits import FITS, PARAMETERS, crossing, parameters_of, predict, unresolved
from mien.categorical.sigmoids import SIGMOIDS
from mien.draws import generator
from mien.statistics.intervals import percentile_interval
from mien.statistics.resampling import resample
from mien.status import (
    ALWAYS_SECOND,
    NEVER_SECOND,
    NO_DECISIONS,
    NO_INTERVAL,
    NOT_RISING,
    OK,
    ONE_IDENTITY,
    added,
    first_of,
)
from mien.tables.columns import CELL, READOUT
from mien.tables.numbering import numbered
from mien.tables.schema import FLOAT, INT, TEXT, Schema, status_of

#: Codes that are added to `status` of `fits`: why a sigmoid has a boundary or a slope, and no interval.
INTERVAL_STATUSES = (NO_INTERVAL, ONE_IDENTITY)
#: Codes that `status` of `identification_identities` may have.
IDENTITY_STATUSES = (NO_DECISIONS, NEVER_SECOND, ALWAYS_SECOND, NOT_RISING)

IDENTIFICATION_IDENTITIES = Schema(
    "identification_identities",
    {**CELL, **READOUT, "n_units": INT, "continuum": TEXT, "identity": TEXT}
    | {"n": INT, "chose_second": INT, "boundary": FLOAT, "reversals": INT, "status": status_of(*IDENTITY_STATUSES)},
)
#: What `p_rise` must be below for a curve to count.
ALPHA = 0.05

_INTERVALS = ("boundary_low", "boundary_high", "slope_low", "slope_high")
_STARTS, _PRECISION = 2, 1e-6  # of resampled fits: quick, and wrong by far less than resampling is


@dataclass(frozen=True)
class Decisions:
    """Counts of decisions on morphs, and of those for the second expression: (curves, identities, levels) each.

    `curves` has a row a curve, `asked` says which pictures were shown at all, `identities` and `levels` are sorted.
    """

    curves: pd.DataFrame
    identities: np.ndarray
    levels: np.ndarray
    asked: np.ndarray
    decided: np.ndarray
    chosen: np.ndarray


def decisions_of(trials: pd.DataFrame, by: Sequence[str]) -> Decisions:
    """Count decisions.

    Args:
        trials: one row a decision: `by`, `identity`, `level`, `chose_second` (null: no decision).
        by: columns that tell curves apart, which keep their order.
    """
    number, curves = numbered(trials, by)
    identity, identities = pd.factorize(trials["identity"], sort=True)
    level, levels = pd.factorize(trials["level"], sort=True)
    shape = len(curves), len(identities), len(levels)
    place = np.ravel_multi_index((number, identity, level), shape) if len(trials) else number
    chose = trials["chose_second"].astype("boolean")
    decided, chosen = chose.notna().to_numpy(), chose.fillna(False).to_numpy(bool)

    def count(which: np.ndarray) -> np.ndarray:
        return np.bincount(place[which], minlength=np.prod(shape)).reshape(shape)

    return Decisions(
        curves,
        np.asarray(identities, object),
        np.asarray(levels, float),
        count(np.ones(len(trials), bool)) > 0,
        count(decided),
        count(chosen),
    )


def identification_identities(decisions: Decisions) -> pd.DataFrame:
    """One row a curve and identity: where that identity's face turns into the second expression.

    Returns:
        The curve's columns, `identity`, `n` decisions, `chose_second` of them, `boundary`, `reversals`, `status`.
        `boundary` is the Spearman-Kaerber estimate: the mean of a distribution that rises between neighbouring levels
        by the difference of their shares, the ends of the continuum, 0 and 1, being the first and the second
        expression. It takes no form of curve for granted, and one decision a level is enough. `reversals` counts the
        pairs of neighbouring levels where the share of the second expression falls.

    Source: Spearman, Br. J. Psychol. 2 (1908) 227-242; Kaerber, Arch. Exp. Pathol. Pharmakol. 162 (1931) 480-483; see
    Miller & Ulrich, Percept. Psychophys. 63 (2001) 1399-1420.
    """
    asked = decisions.asked.any(axis=2)
    curve, identity = np.nonzero(asked)
    decided, chosen = decisions.decided[curve, identity], decisions.chosen[curve, identity]
    n, second = decided.sum(axis=1), chosen.sum(axis=1)
    boundary, reversals = _spearman_kaerber(decisions.levels, decided, chosen)
    falling = _trends(decisions.levels, decided, chosen) <= 0
    wrong = (n == 0, second == 0, second == n, falling)
    status = first_of(dict(zip(IDENTITY_STATUSES, wrong, strict=True)))
    table = decisions.curves.iloc[curve].reset_index(drop=True)
    return table.assign(
        identity=decisions.identities[identity],
        n=n,
        chose_second=pd.Series(second, dtype="Int64").where(n > 0),
        boundary=np.where(status == OK, boundary, np.nan),
        reversals=pd.Series(reversals, dtype="Int64").where(n > 0),
        status=status,
    )


def validated(
    fits: pd.DataFrame, decisions: Decisions, folds: int, resamples: int, seed: tuple, groups: Sequence[str]
) -> pd.DataFrame:
    """Add to the rows of the table `fits` what leaving identities out, and drawing them anew, says of each fit.

    Args:
        fits: of the curves of `decisions`, as `categorical.fit_identification` gives them.
        folds: parts into which the identities are drawn, at most as many as there are identities.
        resamples: bootstrap samples of the identities, with replacement; folds and samples are the same for all curves.
        seed: name of the random draws.
        groups: groups of units whose sigmoids get intervals; the others' are null, since their many draws say as much.

    Returns:
        `fits` with `cv_error`, the mean squared difference between the share that identities of a fold give the second
        expression at a level and what the curve fitted to all the others predicts there, weighted by decisions;
        `boundary_low`, `boundary_high`, `slope_low`, `slope_high`, 95 % percentile intervals: where over 5 % of the
        resampled curves do not cross one half, or have no slope, the interval is null and `status` says so; `p_rise`
        (of `p_rises`), and `counts`: whether that is below `ALPHA` and the curve's Hill fit crosses one half between
        its lowest and highest level. A curve that does not count is no identification of two expressions, however well
        a sigmoid fits it.
    """
    by = list(decisions.curves.columns)
    curves = decisions.curves.assign(curve=decisions.curves.index)
    rows = fits.reset_index(drop=True).merge(curves, on=by, how="left", validate="many_to_one")
    rows = rows.assign(cv_error=np.nan, **dict.fromkeys(_INTERVALS, np.nan))
    kept = rows["group"].isin(groups) if "group" in rows else pd.Series(True, rows.index)
    for fit in FITS:
        here = rows.index[(rows["fit"] == fit) & rows["r2"].notna()]
        rows.loc[here, "cv_error"] = _cv_errors(decisions, rows.loc[here], fit, folds, seed)
        crossed = here[kept[here] & rows.loc[here, "boundary"].notna()]
        if fit in SIGMOIDS and resamples and len(crossed):
            found = _intervals(decisions, rows.loc[crossed], fit, resamples, seed)
            rows.loc[crossed, list(_INTERVALS)] = found
            lacking = np.isnan(found[:, 0]) | (np.isnan(found[:, 2]) & rows.loc[crossed, "slope"].notna().to_numpy())
            why = NO_INTERVAL if len(decisions.identities) > 1 else ONE_IDENTITY
            rows.loc[crossed, "status"] = added(rows.loc[crossed, "status"], why, lacking)
    curve = rows["curve"].to_numpy(int)
    hill = rows[rows["fit"] == "hill"].set_index("curve")["boundary"].reindex(decisions.curves.index).to_numpy(float)
    low, high = _ends(decisions)
    p = p_rises(decisions)
    counts = (p < ALPHA) & (hill >= low) & (hill <= high)
    return rows.drop(columns="curve").assign(p_rise=p[curve], counts=counts[curve])


def p_rises(decisions: Decisions) -> np.ndarray:
    """Does each curve rise by more than chance, over identities? One-sided p, (curves,); null without decisions.

    The sign test: as many identities' faces would turn away from the second expression as towards it if the level did
    not matter. Each is one trial, however many levels it has, because an identity's levels are alike; one that does not
    turn is none. With five identities p can be .031, with four not below .0625.

    Source: Conover, Practical Nonparametric Statistics (3rd ed., 1999), section 3.4.
    """
    trends = _trends(decisions.levels, decisions.decided, decisions.chosen)
    rising, turning = (trends > 0).sum(axis=1), (trends != 0).sum(axis=1)
    return np.where(decisions.decided.any(axis=(1, 2)), bdtrc(rising - 1, turning, 0.5), np.nan)


def draw_folds(identities: int, folds: int, seed: tuple) -> np.ndarray:
    """The fold of each identity, (identities,): as even as can be, and the same for all observers."""
    return generator(*seed, "folds").permutation(identities) % folds


def _ends(decisions: Decisions) -> np.ndarray:
    """The lowest and the highest level at which each curve has decisions, (2, curves)."""
    known = decisions.decided.any(axis=1)
    at = np.where(known, decisions.levels, np.nan)
    return np.stack([np.fmin.reduce(at, axis=1, initial=np.nan), np.fmax.reduce(at, axis=1, initial=np.nan)])


def _trends(levels: np.ndarray, decided: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Whether each identity's second expression is chosen more towards its end: above 0, or below if less, (...).

    Args:
        decided, chosen: (..., levels); a level without decisions is left out.
    """
    known = decided > 0
    middle = (known * levels).sum(axis=-1, keepdims=True) / np.maximum(known.sum(axis=-1, keepdims=True), 1)
    trends = (chosen / np.maximum(decided, 1) * np.where(known, levels - middle, 0)).sum(axis=-1)
    return np.where(np.abs(trends) > 1e-12, trends, 0)


def _spearman_kaerber(levels: np.ndarray, decided: np.ndarray, chosen: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Boundary and reversals of each identity, (identities,).

    Args:
        decided, chosen: (identities, levels); a level without decisions is left out.
    """
    boundary, reversals = (np.zeros(len(decided)) for _ in range(2))
    known = decided > 0
    for pattern in np.unique(known, axis=0):
        here = np.flatnonzero((known == pattern).all(axis=1))
        at = levels[pattern]
        shares = chosen[np.ix_(here, pattern)] / decided[np.ix_(here, pattern)]
        whole = np.pad(shares, [(0, 0), (1, 1)], constant_values=((0, 0), (0, 1)))
        ends = np.concatenate([[0], at, [1]])
        boundary[here] = (np.diff(whole) * (ends[1:] + ends[:-1]) / 2).sum(axis=1)
        reversals[here] = (np.diff(shares) < 0).sum(axis=1)
    return boundary, reversals.astype(int)


def _cv_errors(decisions: Decisions, rows: pd.DataFrame, fit: str, folds: int, seed: tuple) -> np.ndarray:
    """`cv_error` of the curves that `rows` name, (rows,)."""
    identities = len(decisions.identities)
    folds = min(folds, identities)
    if folds < 2:
        return np.full(len(rows), np.nan)
    held = draw_folds(identities, folds, seed) == np.arange(folds)[:, None]
    n, held_out = _resampled(decisions, rows, held)
    _, train = _resampled(decisions, rows, ~held)
    parameters = _refit(decisions.levels, train, fit)
    squares = (held_out - predict(fit, parameters, decisions.levels)) ** 2
    return np.where(n > 0, n * squares, 0).sum(axis=(1, 2)) / n.sum(axis=(1, 2))


def _intervals(decisions: Decisions, rows: pd.DataFrame, fit: str, resamples: int, seed: tuple) -> np.ndarray:
    """Low and high boundary and slope of the curves that `rows` name, (rows, 4)."""
    if len(decisions.identities) < 2:
        return np.full((len(rows), 4), np.nan)
    weights = resample(decisions.identities, resamples, *seed)
    _, shares = _resampled(decisions, rows, weights)
    parameters = _refit(decisions.levels, shares, fit).reshape(-1, 4)
    boundary, slope = crossing(fit, parameters, np.ones(len(parameters)))
    slope[unresolved(fit, parameters, decisions.levels)] = np.nan
    return np.hstack([percentile_interval(found.reshape(len(rows), -1)) for found in (boundary, slope)])


def _resampled(decisions: Decisions, rows: pd.DataFrame, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Decisions, and the share of the second expression (null: no decision), at every level of every curve that `rows`
    name, with each identity counted so often as `weights` (samples, identities) say: (rows, samples, levels) each."""
    curves = rows["curve"].to_numpy()
    n, second = (weights.astype(float) @ part[curves].astype(float) for part in (decisions.decided, decisions.chosen))
    return n, np.divide(second, n, out=np.full_like(n, np.nan), where=n > 0)


def _refit(levels: np.ndarray, shares: np.ndarray, fit: str) -> np.ndarray:
    """Parameters of the curves that samples of identities give, (rows, samples, levels), as (rows, samples, 4).

    A constant curve is its own fit; too few levels, and a search that does not converge, give nulls.
    """
    curves = shares.reshape(-1, len(levels))
    parameters = np.full((len(curves), 4), np.nan)
    known = ~np.isnan(curves)
    for pattern in np.unique(known, axis=0) if not known.all() else known[:1]:  # usually one: every level has decisions
        here = np.flatnonzero((known == pattern).all(axis=1))
        at, points = levels[pattern], curves[np.ix_(here, pattern)]
        if len(at) > PARAMETERS[fit]:
            parameters[here] = _each_once(at, points, fit)
    return parameters.reshape(*shares.shape[:2], 4)


def _each_once(levels: np.ndarray, curves: np.ndarray, fit: str) -> np.ndarray:
    """Parameters of curves of which many may be the same, (curves, 4)."""
    _, first, which = np.unique(curves, axis=0, return_index=True, return_inverse=True)
    curves = curves[first]
    parameters = np.repeat(curves[:, :1], 4, axis=1)
    parameters[:, 1 : 3 if fit in SIGMOIDS else 4] = 1 if fit in SIGMOIDS else 0
    varying = np.ptp(curves, axis=1) > 1e-12
    found, converged, _ = parameters_of(levels, curves[varying], fit, starts=_STARTS, precision=_PRECISION)
    parameters[varying] = np.where(converged[:, None], found, np.nan)
    return parameters[which]
