"""Categorical perception: identification curves, and which curve fits them.

The publication's criterion: a sigmoid (here `hill`, there "logistic") explains the share of faces that are given the
second expression better than a line or a parabola does.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.special import stdtr

from mien.errors import InputError
from mien.hill import fit_hill

#: Parameters p0, p1, ... of every fit. `linear`, `quadratic`: p0 + p1 x + p2 x^2. `hill`: a, b, c, d of
#: d + (a - d) / (1 + (x/c)^b), which is a at x = 0, tends to d, and is half-way between them at c.
PARAMETERS = {"linear": 2, "quadratic": 3, "hill": 4}
FITS = tuple(PARAMETERS)

#: The paired tests of R2.
PAIRS = (("hill", "linear"), ("hill", "quadratic"))

NO_UNITS = "no selective units"  # the controls are as many as the selective units, so they have none either
_CONSTANT = "constant curve: R2 is undefined"
_STEP = "a step: steeper than the levels resolve"
_BOUND = "the curve holds, its parameters do not: one is at its bound"
_NOT_CONVERGED = "did not converge"
_EXACT = 1e-12  # a smaller unexplained share of variance is rounding, and its logarithm says nothing

_READOUT = ("network", "layer", "seed", "group", "draw", "classifier", "n_units")
_CURVE = (*_READOUT, "continuum")
_RESULTS = ("p0", "p1", "p2", "p3", "r2", "aic", "boundary", "slope")


def identification(trials: pd.DataFrame, by: Sequence[str]) -> pd.DataFrame:
    """Share of the morphs at each level that are given the second expression.

    Args:
        trials: one row a decision: `by`, `level`, `chose_second` (null: no decision).

    Returns:
        `by`, `level`, `n` decisions, `chose_second` of them, `proportion_second`, `status`. Without decisions `n` is 0,
        the next two are null and the status is `NO_UNITS`.
    """
    keys = [*by, "level"]
    chosen = trials[keys].assign(chose_second=trials["chose_second"].astype("Int64"))
    curves = chosen.groupby(keys, sort=False, dropna=False)["chose_second"]
    table = pd.DataFrame({"n": curves.count(), "chose_second": curves.sum(min_count=1)}).reset_index()
    proportion = table["chose_second"].astype("float64") / table["n"].where(table["n"] > 0)
    return table.assign(proportion_second=proportion, status=np.where(table["n"] > 0, "ok", NO_UNITS))


def fit_identification(identification: pd.DataFrame) -> pd.DataFrame:
    """Every fit of every identification curve: the rows of the table `fits`.

    Args:
        identification: `level`, `proportion_second` (null: no decisions), and those columns of the table that tell
            curves apart (network, layer, seed, group, draw, classifier, n_units, continuum) that there are.

    Returns:
        The curve's columns, `fit`, and what `fit_curves` gives, in order of curves and then of `FITS`. A curve without
        any decision has its rows with nulls and the status `NO_UNITS`.
    """
    by = [column for column in _CURVE if column in identification]
    curves = identification[by].drop_duplicates(ignore_index=True)
    number = identification[by].merge(curves.assign(curve=curves.index), on=by, how="left")["curve"].to_numpy()
    points = identification[["level", "proportion_second"]].assign(curve=number)
    wide = points.pivot(index="curve", columns="level", values="proportion_second")
    levels, values = wide.columns.to_numpy(float), wide.to_numpy(float)
    known = ~np.isnan(values)
    tables = [curves.iloc[:0].assign(fit="", curve=0, order=0, status="", **dict.fromkeys(_RESULTS, np.nan))]
    for pattern in np.unique(known, axis=0):  # usually one: all curves have the same levels
        rows = np.flatnonzero((known == pattern).all(axis=1))
        for order, fit in enumerate(FITS):
            fitted = fit_curves(levels[pattern], values[np.ix_(rows, pattern)], fit)
            fitted["status"] = fitted["status"] if pattern.any() else NO_UNITS
            tables.append(pd.concat([curves.loc[rows].reset_index(drop=True), fitted], axis=1).assign(
                fit=fit, curve=rows, order=order))  # fmt: skip
    table = pd.concat(tables).sort_values(["curve", "order"], kind="stable", ignore_index=True)
    return table[[*by, "fit", *_RESULTS, "status"]]


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
    table = pd.DataFrame(np.nan, index=range(len(curves)), columns=_RESULTS).assign(status=_CONSTANT)
    if len(levels) <= PARAMETERS[fit]:
        return table.assign(status=f"too few levels: {len(levels)}, and {fit} needs {PARAMETERS[fit] + 1}")
    varying = np.flatnonzero(np.ptp(curves, axis=1) > 1e-12) if len(curves) else []
    if len(varying):
        table.iloc[varying] = _fit_varying(levels, curves[varying], fit)
    return table


def mean_r2(fits: pd.DataFrame) -> pd.DataFrame:
    """R2 of each fit over the continua: the rows of the table `r2_means`.

    Args:
        fits: rows of the table `fits`, with those columns that tell curves apart that there are.

    Returns:
        A row a readout and fit: `mean`, `sem` (as published: population SD over the root of n), and `n` continua, those
        whose R2 is defined.
    """
    by = [column for column in _READOUT if column in fits]
    r2 = fits.groupby([*by, "fit"], sort=False)["r2"]
    n = r2.count()
    return pd.DataFrame({"mean": r2.mean(), "sem": r2.std(ddof=0) / np.sqrt(n.where(n > 0)), "n": n}).reset_index()


def paired_tests(fits: pd.DataFrame) -> pd.DataFrame:
    """Student's t-test of the difference in R2 between two fits, paired over the continua: the rows of `r2_tests`.

    Args:
        fits: as in `mean_r2`.

    Returns:
        A row a readout and pair of `PAIRS`: `fit_a`, `fit_b`, `mean_difference` (a - b), `t` on n - 1 degrees of
        freedom, two-sided `p`, `n` continua where both R2 are defined. `t` and `p` are null if n < 2, or if all
        differences are equal. The continua share expressions and faces, so p is as published and not a fair one.
    """
    by = [column for column in _READOUT if column in fits]
    r2 = fits.pivot(index=[*by, "continuum"], columns="fit", values="r2").reindex(columns=list(FITS))
    tables = []
    for order, (a, b) in enumerate(PAIRS):
        difference = (r2[a] - r2[b]).groupby(level=by, sort=False)
        mean, sd, n = difference.mean(), difference.std(), difference.count()
        t = mean / (sd.where(sd > 1e-12) / np.sqrt(n))
        p = 2 * stdtr(n - 1, -t.abs())
        table = pd.DataFrame({"mean_difference": mean, "t": t, "p": p, "n": n}).reset_index()
        tables.append(table.assign(fit_a=a, fit_b=b, order=order))
    table = fits[by].drop_duplicates().merge(pd.concat(tables).sort_values("order", kind="stable"), how="left", on=by)
    return table[[*by, "fit_a", "fit_b", "mean_difference", "t", "p", "n"]]


def predict(fit: str, parameters: np.ndarray, levels: np.ndarray) -> np.ndarray:
    """The fitted curve: parameters (curves, 4) or (4,), unused ones ignored, at levels (n,), as (curves, n) or (n,)."""
    p = np.asarray(parameters, float)[..., None]
    x = np.asarray(levels, float)
    if fit != "hill":
        return sum(p[..., i, :] * x**i for i in range(PARAMETERS[fit]))
    a, b, c, d = (p[..., i, :] for i in range(4))
    with np.errstate(over="ignore"):  # (x/c)^b may overflow to infinity, which is d
        return d + (a - d) / (1 + (x / c) ** b)


def _fit_varying(levels: np.ndarray, curves: np.ndarray, fit: str) -> pd.DataFrame:
    """`fit_curves` of curves that are not constant, with enough levels."""
    n, k = len(levels), PARAMETERS[fit]
    parameters = np.full((len(curves), 4), np.nan)
    status = np.full(len(curves), "ok", dtype=object)
    if fit == "hill":
        parameters, converged, at_bound = fit_hill(levels, curves)
        step = _unresolved(levels, parameters)
        status[at_bound], status[step] = _BOUND, _STEP
        status[~converged] = _NOT_CONVERGED
    else:
        parameters[:, :k] = np.linalg.lstsq(np.vander(levels, k, increasing=True), curves.T)[0].T
    residual = ((curves - predict(fit, parameters, levels)) ** 2).sum(axis=1)
    total = ((curves - curves.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    exact = residual < _EXACT * total
    status[exact & (status == "ok")] = "exact: AIC is undefined"
    aic = n * np.log(np.where(exact, np.nan, residual) / n) + 2 * (k + 1)
    boundary, slope = _half(fit, parameters, np.polyfit(levels, curves.T, 1)[0])
    slope[status == _STEP] = np.nan
    table = pd.DataFrame(dict(zip(_RESULTS, [*parameters.T, 1 - residual / total, aic, boundary, slope], strict=True)))
    table.loc[status == _NOT_CONVERGED] = np.nan
    return table.assign(status=status)


def _unresolved(levels: np.ndarray, parameters: np.ndarray) -> np.ndarray:
    """Which Hill curves have fewer than two levels on their way up or down: any greater b would fit as well."""
    curves = predict("hill", parameters, levels)
    way = np.abs(curves - curves[:, :1]) / np.ptp(curves, axis=1)[:, None]
    return ((way > 1e-3) & (way < 1 - 1e-3)).sum(axis=1) < 2


def _half(fit: str, parameters: np.ndarray, trend: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Level where each curve crosses one half and its slope there, (curves,); NaN where it does not, from 0 to 1."""
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
            odds = (a - 0.5) / (0.5 - d)  # (x/c)^b at the crossing
            level = c * odds ** (1 / b)
            slope = (d - a) * b * odds / (level * (1 + odds) ** 2)
        inside = (level >= 0) & (level <= 1)
    return np.where(inside, level, np.nan), np.where(inside, slope, np.nan)
