"""95 % intervals: of means and their differences, and of what was resampled."""

from collections.abc import Sequence

import numpy as np
from scipy import stats

LEVEL = 0.95

_UNDEFINED = 0.05  # share of resamples without a value above which there is no interval


def t_interval(values: np.ndarray) -> tuple[float, float]:
    """Interval of the mean of values (n,), by Student's t; NaN under two of them."""
    values = np.asarray(values, float)
    return welch_interval(float(values.mean()), [(float(values.std(ddof=1)), len(values))] if len(values) > 1 else [])


def welch_interval(value: float, samples: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """Interval of a mean, or of a difference of means, by Student's t on Welch's degrees of freedom.

    Args:
        value: the mean or the difference.
        samples: standard deviation (ddof 1) and size, 2 or more, of each sample; what is fixed is no sample.

    Returns:
        Low and high; NaN without a sample, or with one that is too small.

    Source: Welch, Biometrika 34 (1947) 28-35.
    """
    if not samples or min(n for _, n in samples) < 2:
        return np.nan, np.nan
    errors = np.array([sd**2 / n for sd, n in samples])
    if errors.sum() < 1e-24:
        return value, value
    freedom = errors.sum() ** 2 / sum(error**2 / (n - 1) for error, (_, n) in zip(errors, samples, strict=True))
    low, high = stats.t.interval(LEVEL, freedom, loc=value, scale=np.sqrt(errors.sum()))
    return float(low), float(high)


def hull(*intervals: tuple[float, float]) -> tuple[float, float]:
    """From the lowest low to the highest high of the intervals that there are."""
    known = [interval for interval in intervals if not np.isnan(interval).any()]
    return (min(low for low, _ in known), max(high for _, high in known)) if known else (np.nan, np.nan)


def percentile_interval(values: np.ndarray) -> np.ndarray:
    """Central 95 % of the defined values in each row, (rows, 2); null where more than 5 % are not defined."""
    if not values.shape[1]:
        return np.full((len(values), 2), np.nan)
    rising = np.sort(values, axis=1)  # nulls last
    n = (~np.isnan(values)).sum(axis=1, keepdims=True)
    place = np.maximum(n - 1, 0) * np.array([0.025, 0.975])
    below = np.floor(place).astype(int)
    above = np.minimum(below + 1, np.maximum(n - 1, 0))
    low, high = (np.take_along_axis(rising, at, axis=1) for at in (below, above))
    found = low + (high - low) * (place - below)
    return np.where(n >= (1 - _UNDEFINED) * values.shape[1], found, np.nan)
