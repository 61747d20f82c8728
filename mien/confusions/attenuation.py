"""What a correlation of noisy matrices would be without the noise, and how sure that is.

Confusions counted on few images are noisy, and noise brings a correlation nearer to zero: the value measured, and its
bootstrap's percentiles twice over. So intervals are of the noise-corrected correlation, the one that more and more
images would tend to (Spearman 1904, doi:10.2307/1412159). The bootstrap gives the reliability that this needs: with
signal variance S and noise variance N, a matrix correlates with itself resampled by c, and
c^2 = (S + N) / (S + 2 N), so that S / (S + N) = 2 - 1 / c^2.

All correlations here are on the scale of Pearson's r (`measures.Scale`), on which noise attenuates.
"""

import math
from collections.abc import Sequence

import numpy as np
from scipy.special import ndtr, ndtri

LEVEL = 0.95  #: of every interval
Z = float(ndtri((1 + LEVEL) / 2))

_LEAST = 0.1  # a smaller reliability is not told from none
_DEFINED = 0.95  # the share of resamples in which a correlation must be defined


def reliability(with_itself: np.ndarray) -> np.ndarray:
    """Share of a matrix's variance that is not noise, from correlations with itself resampled.

    Args:
        with_itself: (resamples, m).

    Returns:
        (m,), NaN below a tenth: noise drowns the matrix.
    """
    c = mean(with_itself)
    share = 2 - 1 / np.where(c > 0, c, np.nan) ** 2
    return np.where(share >= _LEAST, share, np.nan)


def corrected(values: np.ndarray, *reliability: np.ndarray) -> np.ndarray:
    """Correlations (..., m) divided by the root of each noisy side's reliability, (m,)."""
    return values / _kept(reliability)


def interval(values: np.ndarray, resampled: np.ndarray, *reliability: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """95 % interval of noise-corrected correlations: normal, with the bootstrap's standard deviation.

    Args:
        values: as measured, (m,).
        resampled: the same in each resample, (resamples, m).
        reliability: (m,), of each side that was resampled; none if nothing is corrected.

    Returns:
        Low and high, (m,) each; NaN where a reliability is, or where the correlation is undefined
        in more than a twentieth of the resamples.
    """
    half = Z * sd(resampled) * _wider(reliability)
    return tuple((values + sign * half) / _kept(reliability) for sign in (-1, 1))


def resampled_about(resampled: np.ndarray, *reliability: np.ndarray) -> np.ndarray:
    """Noise-corrected correlations in each resample, (resamples, m), with the standard deviation `interval` takes."""
    centre = mean(resampled)
    return (centre + (resampled - centre) * _wider(reliability)) / _kept(reliability)


def _kept(reliability: Sequence[np.ndarray]) -> np.ndarray:
    """What noise leaves of a correlation: the root of the product of the two sides' reliabilities."""
    return np.sqrt(math.prod(reliability))


def _wider(reliability: Sequence[np.ndarray]) -> np.ndarray:
    """How much more a correlation varies than one of resamples does, whose noisy sides have their noise twice."""
    return np.sqrt(math.prod(2 - share for share in reliability))


def mean(resampled: np.ndarray) -> np.ndarray:
    """Mean over the resamples, the first axis, without undefined ones; NaN if they are more than a twentieth."""
    defined = ~np.isnan(resampled)
    n = defined.sum(axis=0)
    total = np.where(defined, resampled, 0).sum(axis=0)
    return np.where(n >= _DEFINED * len(resampled), total / np.maximum(n, 1), np.nan)


def sd(resampled: np.ndarray) -> np.ndarray:
    """Standard deviation over the resamples (ddof 1), as `mean`."""
    n = (~np.isnan(resampled)).sum(axis=0)
    deviations = resampled - mean(resampled)
    return np.where(n > 1, np.sqrt(np.nansum(deviations**2, axis=0) / np.maximum(n - 1, 1)), np.nan) + 0 * mean(
        resampled
    )


def two_sided_p(difference: np.ndarray, sd: np.ndarray, resamples: int) -> np.ndarray:
    """Normal p of a difference of zero, NaN where its bootstrap standard deviation is zero or undefined.

    At least 1 / (1 + resamples), as by counting them: of tails so far out that no resample lay there they tell nothing.
    """
    return np.maximum(2 * ndtr(-np.abs(difference) / np.where(sd > 0, sd, np.nan)), 1 / (1 + resamples))
