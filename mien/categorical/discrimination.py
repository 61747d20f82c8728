"""Discrimination: how much the units' responses change between neighbouring levels of a continuum, and where most.

A sigmoid identification curve is no sign of categorical perception by itself: any threshold on a steadily changing code
makes one. A change in the code that is largest at the boundary, and larger there than the pictures' own, is.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mien.categorical.smoothing import near_of, smoothed, step_at
from mien.statistics.intervals import percentile_interval
from mien.statistics.resampling import resample
from mien.status import (
    BOUNDARY_AT_END,
    NO_BOUNDARY,
    NO_CHANGE,
    NO_INTERVAL,
    NO_UNITS,
    OK,
    ONE_IDENTITY,
    PICTURES_ALIKE,
    first_of,
)
from mien.stimuli.neighbours import between
from mien.tables.columns import CELL, GROUP
from mien.tables.numbering import numbered
from mien.tables.schema import FLOAT, INT, TEXT, Schema, status_of

#: Codes that `status` may have, before `mien.comparison` adds its remarks: of the peaks, and of the curves.
STATUSES = (NO_UNITS, NO_CHANGE, NO_BOUNDARY, BOUNDARY_AT_END, PICTURES_ALIKE, ONE_IDENTITY, NO_INTERVAL)
CURVE_STATUSES = (NO_UNITS, NO_CHANGE)

DISCRIMINATION_CURVES = Schema(
    "discrimination_curves",
    {
        **CELL,
        **GROUP,
        "n_units": INT,
        "continuum": TEXT,
        "level": FLOAT,
        "distance": FLOAT,
        "distance_low": FLOAT,
        "distance_high": FLOAT,
        "predicted": FLOAT,
        "pixels": FLOAT,
        "n": INT,
        "status": status_of(*CURVE_STATUSES),
    },
)
DISCRIMINATION_PEAKS = Schema(
    "discrimination_peaks",
    {
        **CELL,
        **GROUP,
        "n_units": INT,
        "continuum": TEXT,
        "peak": FLOAT,
        "peak_low": FLOAT,
        "peak_high": FLOAT,
        "boundary": FLOAT,
        "from_boundary": FLOAT,
        "excess": FLOAT,
        "excess_low": FLOAT,
        "excess_high": FLOAT,
        "r_predicted": FLOAT,
        "n_identities": INT,
        "status": status_of(*STATUSES),
    },
)

_CURVE = ["network", "layer", "seed", "group", "draw", "continuum"]
_CURVES = 256  # curves whose resamples are held at once


def discrimination(
    distances: pd.DataFrame,
    pictures: pd.DataFrame,
    identification: pd.DataFrame,
    fits: pd.DataFrame,
    resamples: int,
    seed: tuple,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The tables `discrimination_peaks` and `discrimination_curves`.

    All curves are means over the identities of changes per unit of level, relative to their own mean along the
    continuum; for their peak and at the boundary they are smoothed by a triangular kernel (`smoothing.KERNEL`). In
    either mean a step counts by its width, so that it does not matter where levels are dense. Intervals are 95 %
    percentile intervals over bootstrap samples of the identities, the same for all curves, of units and of pixels.

    Args:
        distances: tables `discrimination` of the cells, with `network`, `layer`, `seed`.
        pictures: the table `morph_distance`.
        identification, fits: the study's tables.
        resamples: bootstrap samples.
        seed: name of the random draws.

    Returns:
        Peaks, a row a curve: `peak`, the level where units change most, with `peak_low`, `peak_high`, half the step
        there wider to either side, for a peak is known no better than the levels are spaced; `boundary` of the
        logistic curve, and `from_boundary`, peak minus boundary; `excess`, the units' relative change at the boundary
        minus the pictures', with `excess_low`, `excess_high` (the boundary held); `r_predicted`, the correlation over
        levels of the units' change with the one predicted; `n_identities`; `status`.
        Curves, a row a curve and level: `distance`, with `distance_low`, `distance_high`; `predicted`, the absolute
        difference of the identification proportions of the two neighbouring levels, per unit of level; `pixels`; `n`
        identities; `status`.

    That only what is identified differently is discriminated: Liberman, Harris, Hoffman & Griffith, J. Exp. Psychol. 54
    (1957) 358-368. Their prediction for ABX rises with the same difference of proportions.
    """
    number, curves = numbered(distances, [*_CURVE[:-1], "n_units", "continuum"])
    identity, identities = pd.factorize(distances["identity"], sort=True)
    level, levels = pd.factorize(distances["level"].to_numpy(float), sort=True)
    units = _dense((number, identity, level), distances["distance"], (len(curves), len(identities), len(levels)))
    pixels, steps, continuum = _pixels(pictures, curves["continuum"], identities, levels)
    logistic = fits.loc[fits["fit"] == "logistic", [*_CURVE, "boundary"]]
    boundary = curves.merge(logistic, on=_CURVE, how="left", validate="one_to_one")["boundary"].to_numpy(float)
    weights = np.vstack([np.ones(len(identities)), resample(identities, resamples, *seed)])
    pixel_curves = _relative(pixels, weights, steps)
    steps = steps[continuum]
    peaks, shown = _over_samples(units, pixel_curves[continuum], weights, boundary, levels, steps)
    predicted = _predicted(identification, curves, levels, steps)
    n = (~np.isnan(units)).sum(axis=1)
    alone = n.max(axis=1, initial=0) < 2
    peaks[np.ix_(alone, [1, 2, 4, 5])], shown[alone, :, 1:] = np.nan, np.nan
    table = curves.assign(
        peak=peaks[:, 0], peak_low=peaks[:, 1], peak_high=peaks[:, 2], boundary=boundary,
        from_boundary=peaks[:, 0] - boundary, excess=peaks[:, 3], excess_low=peaks[:, 4], excess_high=peaks[:, 5],
        r_predicted=_correlation(shown[:, :, 0], predicted), n_identities=n.max(axis=1, initial=0),
    )  # fmt: skip
    beyond = ~near_of(levels, steps, boundary[:, None]).any(axis=(1, 2))
    table["status"] = _status(table, beyond, resamples)
    return table, _long(table, levels, n, shown, predicted, pixel_curves[continuum, 0])


def _dense(place: tuple[np.ndarray, ...], values: pd.Series, shape: tuple[int, ...]) -> np.ndarray:
    dense = np.full(shape, np.nan)
    dense[place] = values.to_numpy(float)
    return dense


def _pixels(
    pictures: pd.DataFrame, continuum: pd.Series, identities: Sequence[str], levels: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Distances of pictures (continua, identities, levels), widths of steps (continua, levels), and which of the
    continua each curve is of."""
    continua = pd.Index(pictures["continuum"].unique())
    place = (
        continua.get_indexer(pictures["continuum"]),
        pd.Index(identities).get_indexer(pictures["identity"]),
        pd.Index(levels).get_indexer(pictures["level"]),
    )
    of = continua.get_indexer(continuum)
    if min(map(min, (*place, of, [0])), default=0) < 0:
        raise ValueError("distances of responses and of pictures are of different morphs")
    distances = _dense(place, pictures["distance"], (len(continua), len(identities), len(levels)))
    return distances, _dense(place[::2], pictures["step"], (len(continua), len(levels))), of


def _relative(distances: np.ndarray, weights: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Mean over identities (curves, identities, levels), each counted as often as `weights` (samples, identities) say,
    relative to its own mean over levels, each counted by its `steps` (curves, levels): (curves, samples, levels). Null
    where nothing changes."""
    known = ~np.isnan(distances)
    # einsum, not a matrix product, whose last digits depend on the number of threads
    total = np.einsum("si,cil->csl", weights, np.where(known, distances, 0))
    n = np.einsum("si,cil->csl", weights, known.astype(float))
    mean = np.divide(total, n, out=np.full_like(total, np.nan), where=n > 0)
    width = np.where(np.isnan(mean), 0, np.nan_to_num(steps)[:, None])
    along = np.maximum(width.sum(axis=2, keepdims=True), 1e-9)
    overall = np.where(width > 0, mean * width, 0).sum(axis=2, keepdims=True) / along
    return np.divide(mean, overall, out=np.full_like(mean, np.nan), where=overall > 0)


def _over_samples(
    units: np.ndarray,
    pixels: np.ndarray,
    weights: np.ndarray,
    boundary: np.ndarray,
    levels: np.ndarray,
    steps: np.ndarray,
) -> tuple[np.ndarray, np.ndarray]:
    """`_peaks` of all curves, (curves, 6), and their relative changes with intervals, (curves, levels, 3).

    Args:
        units: distances (curves, identities, levels).
        pixels: the pictures' relative changes, (curves, samples, levels).
        weights: of identities, (samples, identities); the first sample is of all.
    """
    peaks, shown = [np.empty((0, 6))], [np.empty((0, len(levels), 3))]
    for start in range(0, len(units), _CURVES):
        part = slice(start, start + _CURVES)
        relative = _relative(units[part], weights, steps[part])
        peaks.append(_peaks(relative, pixels[part], boundary[part], levels, steps[part]))
        drawn = relative[:, 1:].swapaxes(1, 2)
        intervals = percentile_interval(drawn.reshape(drawn.shape[0] * len(levels), len(weights) - 1))
        shown.append(np.concatenate([relative[:, 0, :, None], intervals.reshape(-1, len(levels), 2)], axis=2))
    return np.concatenate(peaks), np.concatenate(shown)


def _peaks(
    units: np.ndarray, pixels: np.ndarray, boundary: np.ndarray, levels: np.ndarray, steps: np.ndarray
) -> np.ndarray:
    """Peak, its interval, excess at the boundary, and its interval, (curves, 6), from curves (curves, samples, levels)
    whose first sample is of all identities."""
    smooth = np.where(np.isnan(steps)[:, None], np.nan, smoothed(units, levels, steps, levels))
    lacking = np.isnan(smooth).all(axis=2)
    peak = np.where(lacking, np.nan, levels[np.where(np.isnan(smooth), -np.inf, smooth).argmax(axis=2)])
    at = boundary[:, None]
    excess = (smoothed(units, levels, steps, at) - smoothed(pixels, levels, steps, at))[:, :, 0]
    ends = percentile_interval(peak[:, 1:])
    ends += np.array([-0.5, 0.5]) * step_at(levels, steps, ends)
    return np.hstack([peak[:, :1], ends, excess[:, :1], percentile_interval(excess[:, 1:])])


def _predicted(identification: pd.DataFrame, curves: pd.DataFrame, levels: np.ndarray, steps: np.ndarray) -> np.ndarray:
    """Difference of the proportions of neighbouring levels, over their step, relative to its mean over levels, (curves,
    levels)."""
    rows = identification.sort_values([*_CURVE, "level"], kind="stable", ignore_index=True)
    number, named = numbered(rows, _CURVE)
    same = number[1:] == number[:-1]
    level = between(rows["level"].shift(), rows["level"]).to_numpy()[1:][same]
    change = (rows["proportion_second"].astype(float).diff().abs() / rows["level"].diff()).to_numpy()[1:][same]
    place = pd.Index(levels).get_indexer(level)
    wide = np.full((len(named) + 1, len(levels)), np.nan)
    wide[number[1:][same][place >= 0], place[place >= 0]] = change[place >= 0]
    found = curves.merge(named.assign(row=named.index), on=_CURVE, how="left")["row"].fillna(len(named)).astype(int)
    return _relative(wide[found.to_numpy()][:, None], np.ones((1, 1)), steps)[:, 0]


def _correlation(a: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Pearson's correlation in each row, over the columns where both have values; null where either does not vary."""
    known = ~np.isnan(a) & ~np.isnan(b)
    n = np.maximum(known.sum(axis=1, keepdims=True), 1)
    a, b = (np.where(known, part, 0) for part in (a, b))
    a, b = (np.where(known, part - part.sum(axis=1, keepdims=True) / n, 0) for part in (a, b))
    size = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    return np.divide((a * b).sum(axis=1), size, out=np.full(len(a), np.nan), where=size > 1e-12)


def _status(peaks: pd.DataFrame, beyond: np.ndarray, resamples: int) -> np.ndarray:
    """`beyond` says of each curve that no level is within reach of its boundary."""
    return first_of(
        {
            NO_UNITS: peaks["n_units"] == 0,
            NO_CHANGE: peaks["peak"].isna(),
            NO_BOUNDARY: peaks["boundary"].isna(),
            BOUNDARY_AT_END: beyond,
            PICTURES_ALIKE: peaks["excess"].isna(),
            ONE_IDENTITY: peaks["n_identities"] < 2,
            NO_INTERVAL: peaks["peak_low"].isna() & (resamples > 0),
        }
    )


def _long(
    peaks: pd.DataFrame, levels: np.ndarray, n: np.ndarray, shown: np.ndarray, predicted: np.ndarray, pixels: np.ndarray
) -> pd.DataFrame:
    """The table `discrimination_curves`, of the levels that each continuum has."""
    curve, level = np.nonzero(~np.isnan(pixels) | (n > 0))
    table = peaks[[*_CURVE[:-1], "n_units", "continuum"]].iloc[curve].reset_index(drop=True)
    status = np.where(peaks["status"].isin(CURVE_STATUSES), peaks["status"], OK)
    return table.assign(
        level=levels[level],
        distance=shown[curve, level, 0],
        distance_low=shown[curve, level, 1],
        distance_high=shown[curve, level, 2],
        predicted=predicted[curve, level],
        pixels=pixels[curve, level],
        n=n[curve, level],
        status=status[curve],
    )
