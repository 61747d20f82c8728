"""Which curve fits an identification curve: a line, a parabola, or a sigmoid in log x or in x."""

import numpy as np
import pandas as pd

from mien.categorical.sigmoids import SIGMOIDS, STARTS, fit_sigmoids
from mien.errors import InputError
from mien.status import AT_BOUND, CONSTANT, EXACT, FEW_LEVELS, FIT_NOT_CONVERGED, OK, STEP

#: Parameters p0, p1, ... of every fit. `linear`, `quadratic`: p0 + p1 x + p2 x^2. Sigmoids: a, b, c, d. `hill`, the
#: publication's "logistic": d + (a - d) / (1 + (x/c)^b), which is a at x = 0, tends to d, and is half-way between them
#: at c. `logistic`: d + (a - d) / (1 + exp(b (x - c))), which is the same curve from either end of a continuum.
PARAMETERS = {"linear": 2, "quadratic": 3, "hill": 4, "logistic": 4}
FITS = tuple(PARAMETERS)

#: What a fit gives beside its `status`.
RESULTS = ("p0", "p1", "p2", "p3", "r2", "aic", "boundary", "slope")

#: Codes that `status` may have, but for those that others add: of an interval, and of units.
STATUSES = (CONSTANT, FEW_LEVELS, STEP, AT_BOUND, FIT_NOT_CONVERGED, EXACT)

_ROUNDING = 1e-12  # a smaller unexplained share of variance is rounding, and its logarithm says nothing


def fit_curves(levels: np.ndarray, curves: np.ndarray, fit: str) -> pd.DataFrame:
    """Fit curves by least squares.

    Args:
        levels: (n,), rising, from 0 to 1.
        curves: (curves, n).
        fit: one of `FITS`.

    Returns:
        One row a curve: `p0` to `p3` (`PARAMETERS`); `r2`, 1 - SSres / SStot; `aic`, n ln(SSres / n) + 2 (k + 1) for k
        parameters, null for an exact fit; `boundary`, the level from 0 to 1 where the fitted curve crosses one half
        (of two, the one that runs with the curve's trend), null if it doesn't; `slope` there, per unit of level; and
        `status`, `ok` or why something is null or unreliable. Where the fit fails, all are null but the status. The
        `r2` and `boundary` of a step, or of a curve with a parameter at its bound, hold; a step has no `slope`.

    Raises:
        InputError: a level outside 0 to 1, or levels that do not rise.

    Source of the AIC: Burnham & Anderson, Model Selection and Multimodel Inference (2nd ed., 2002), section 2.2 (least
    squares; the error's variance is a parameter, hence k + 1).
    """
    levels, curves = np.asarray(levels, float), np.asarray(curves, float)
    if len(levels) and not (levels[0] >= 0 and levels[-1] <= 1 and (np.diff(levels) > 0).all()):
        raise InputError(f"morph levels {levels.tolist()}: expected rising levels from 0 to 1")
    table = pd.DataFrame(np.nan, index=range(len(curves)), columns=RESULTS).assign(status=CONSTANT)
    if len(levels) <= PARAMETERS[fit]:
        return table.assign(status=FEW_LEVELS)
    varying = np.flatnonzero(np.ptp(curves, axis=1) > _ROUNDING) if len(curves) else []
    if len(varying):
        table.iloc[varying] = _fit_varying(levels, curves[varying], fit)
    return table


def parameters_of(
    levels: np.ndarray, curves: np.ndarray, fit: str, starts: int = STARTS, precision: float = 1e-10
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Parameters of curves none of which is constant, unused ones null, (curves, 4); whether the search converged and
    whether a parameter is at its bound, (curves,). `starts` and `precision` as in `sigmoids.fit_sigmoids`."""
    if fit in SIGMOIDS:
        return fit_sigmoids(fit, levels, curves, starts, precision)
    parameters = np.full((len(curves), 4), np.nan)
    k = PARAMETERS[fit]
    parameters[:, :k] = np.linalg.lstsq(np.vander(levels, k, increasing=True), curves.T)[0].T
    return parameters, np.ones(len(curves), bool), np.zeros(len(curves), bool)


def predict(fit: str, parameters: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """The fitted curve: parameters (curves, 4) or (4,), unused ones ignored, at levels (n,), as (curves, n) or (n,)."""
    p = np.asarray(parameters, float)[..., None]
    x = np.asarray(levels, float)
    if fit not in SIGMOIDS:
        return sum(p[..., i, :] * x**i for i in range(PARAMETERS[fit]))
    a, b, c, d = (p[..., i, :] for i in range(4))
    with np.errstate(over="ignore"):  # the odds may overflow to infinity, which is d
        return d + (a - d) / (1 + ((x / c) ** b if fit == "hill" else np.exp(b * (x - c))))


def crossing(fit: str, parameters: np.ndarray, trend: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Level where each curve crosses one half and its slope there, (curves,); NaN where it does not, from 0 to 1.

    Args:
        parameters: (curves, 4).
        trend: (curves,), its sign tells which of a parabola's two crossings is meant.
    """
    p = parameters.T
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        if fit == "linear":
            level, slope = (0.5 - p[0]) / p[1], p[1].copy()
        elif fit == "quadratic":
            # At a root the slope is plus or minus the discriminant's root; the form that loses no digits as p2 -> 0.
            slope = np.sign(trend) * np.sqrt(p[1] ** 2 - 4 * p[2] * (p[0] - 0.5))
            level = np.where(p[1] * slope > 0, 2 * (0.5 - p[0]) / (p[1] + slope), (slope - p[1]) / (2 * p[2]))
        else:
            a, b, c, d = p
            odds = (a - 0.5) / (0.5 - d)  # (x/c)^b, or exp(b (x - c)), at the crossing
            level = c * odds ** (1 / b) if fit == "hill" else c + np.log(odds) / b
            slope = (d - a) * b * odds / (1 + odds) ** 2 / (level if fit == "hill" else 1)
        inside = (level >= 0) & (level <= 1)
    return np.where(inside, level, np.nan), np.where(inside, slope, np.nan)


def unresolved(fit: str, parameters: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """Which sigmoids have fewer than two levels on their way up or down: any greater b would fit as well, (curves,)."""
    if fit not in SIGMOIDS:
        return np.zeros(len(parameters), bool)
    curves = predict(fit, parameters, levels)
    way = np.abs(curves - curves[:, :1]) / np.maximum(np.ptp(curves, axis=1), 1e-300)[:, None]
    return ((way > 1e-3) & (way < 1 - 1e-3)).sum(axis=1) < 2


def trend_of(levels: np.ndarray, curves: np.ndarray) -> np.ndarray:
    """Slope of each curve's regression line, (curves,)."""
    centred = levels - levels.mean()
    return (curves * centred).sum(axis=1) / (centred**2).sum()


def _fit_varying(levels: np.ndarray, curves: np.ndarray, fit: str) -> pd.DataFrame:
    """`fit_curves` of curves none of which is constant."""
    n, k = len(levels), PARAMETERS[fit]
    parameters, converged, at_bound = parameters_of(levels, curves, fit)
    status = np.full(len(curves), OK, dtype=object)
    step = unresolved(fit, parameters, levels)
    status[at_bound], status[step], status[~converged] = AT_BOUND, STEP, FIT_NOT_CONVERGED
    residual = ((curves - predict(fit, parameters, levels)) ** 2).sum(axis=1)
    total = ((curves - curves.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    exact = residual < _ROUNDING * total
    status[exact & (status == OK)] = EXACT
    aic = n * np.log(np.where(exact, np.nan, residual) / n) + 2 * (k + 1)
    boundary, slope = crossing(fit, parameters, trend_of(levels, curves))
    slope[status == STEP] = np.nan
    table = pd.DataFrame(dict(zip(RESULTS, [*parameters.T, 1 - residual / total, aic, boundary, slope], strict=True)))
    table.loc[status == FIT_NOT_CONVERGED] = np.nan
    return table.assign(status=status)
