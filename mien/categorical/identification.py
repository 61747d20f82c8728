"""Categorical perception: identification curves, their fits, and how the fits compare over the continua.

The publication's criterion: a sigmoid (here `hill`, there "logistic") explains the share of faces that are given the
second expression better than a line or a parabola does.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.stats import ttest_1samp

from mien.categorical.fits import FITS, RESULTS, fit_curves
from mien.categorical.fits import STATUSES as FIT_STATUSES
from mien.categorical.over_identities import INTERVAL_STATUSES
from mien.statistics.corrections import CORRECTED, with_corrected
from mien.status import NO_UNITS, OK
from mien.tables.columns import CELL, READOUT
from mien.tables.schema import BOOL, FLOAT, INT, TEXT, Schema, one_of, status_of

#: The paired tests: the publication's, and the same of the sigmoid that either direction of a continuum fits alike.
PAIRS = (("hill", "linear"), ("hill", "quadratic"), ("logistic", "linear"), ("logistic", "quadratic"))

#: Codes that `status` may have in the table `identification`, before `mien.comparison` adds its remarks.
STATUSES = (NO_UNITS,)

_READINGS = {**CELL, **READOUT, "n_units": INT}
IDENTIFICATION = Schema(
    "identification",
    {
        **_READINGS,
        "continuum": TEXT,
        "level": FLOAT,
        "n": INT,
        "chose_second": INT,
        "proportion_second": FLOAT,
        "same_identities": BOOL,
        "status": status_of(*STATUSES),
    },
)
#: Every fit to every identification curve, with what `over_identities.validated` adds.
FITTED = Schema(
    "fits",
    {
        **_READINGS,
        "continuum": TEXT,
        "fit": one_of(*FITS),
        "p0": FLOAT,
        "p1": FLOAT,
        "p2": FLOAT,
        "p3": FLOAT,
        "r2": FLOAT,
        "aic": FLOAT,
        "cv_error": FLOAT,
        "boundary": FLOAT,
        "boundary_low": FLOAT,
        "boundary_high": FLOAT,
        "slope": FLOAT,
        "slope_low": FLOAT,
        "slope_high": FLOAT,
        "p_rise": FLOAT,
        "counts": BOOL,
        "status": status_of(NO_UNITS, *FIT_STATUSES, *INTERVAL_STATUSES),
    },
)
R2_MEANS = Schema(
    "r2_means",
    {**_READINGS, "fit": one_of(*FITS), "mean": FLOAT, "sem": FLOAT, "sem_sample": FLOAT, "n": INT},
)
R2_TESTS = Schema(
    "r2_tests",
    {
        **_READINGS,
        "fit_a": one_of(*FITS),
        "fit_b": one_of(*FITS),
        "mean_difference": FLOAT,
        "t": FLOAT,
        "p": FLOAT,
        **CORRECTED,
        "n": INT,
    },
)

_FAMILY = ("group", "draw", "classifier")
_TESTS = [name for name in R2_TESTS.columns if name not in _READINGS]
_CURVE = [*_READINGS, "continuum"]


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
    return table.assign(proportion_second=proportion, status=np.where(table["n"] > 0, OK, NO_UNITS))


def identified(trials: pd.DataFrame, localizer: set[str]) -> pd.DataFrame:
    """The table `identification`, from the cells' identification trials with `network`, `layer`, `seed`.

    Args:
        localizer: its identities; `same_identities` says whether a morph shows one of them.
    """
    curves = identification(trials, _CURVE)
    return curves.assign(same_identities=not localizer.isdisjoint(trials["identity"]))


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
    tables = [curves.iloc[:0].assign(fit="", curve=0, order=0, status="", **dict.fromkeys(RESULTS, np.nan))]
    for pattern in np.unique(known, axis=0):  # usually one: all curves have the same levels
        rows = np.flatnonzero((known == pattern).all(axis=1))
        for order, fit in enumerate(FITS):
            fitted = fit_curves(levels[pattern], values[np.ix_(rows, pattern)], fit)
            fitted["status"] = fitted["status"] if pattern.any() else NO_UNITS
            tables.append(pd.concat([curves.loc[rows].reset_index(drop=True), fitted], axis=1).assign(
                fit=fit, curve=rows, order=order))  # fmt: skip
    table = pd.concat(tables).sort_values(["curve", "order"], kind="stable", ignore_index=True)
    return table[[*by, "fit", *RESULTS, "status"]]


def mean_r2(fits: pd.DataFrame) -> pd.DataFrame:
    """R2 of each fit over the continua: the rows of the table `r2_means`.

    Args:
        fits: rows of the table `fits`, with those columns that tell curves apart that there are.

    Returns:
        A row a readout and fit: `mean`, `sem` (as published: population SD over the root of n) and `sem_sample` (sample
        SD over the root of n), both null if n < 2, and `n` continua, those whose R2 is defined.
    """
    by = [column for column in _READINGS if column in fits]
    r2 = fits.groupby([*by, "fit"], sort=False)["r2"]
    n = r2.count()
    root = np.sqrt(n.where(n > 1))
    table = {"mean": r2.mean(), "sem": r2.std(ddof=0) / root, "sem_sample": r2.std(ddof=1) / root, "n": n}
    return pd.DataFrame(table).reset_index()


def paired_tests(fits: pd.DataFrame, correction: str = "none", measure: str = "r2") -> pd.DataFrame:
    """Student's t-test of the difference in R2 between two fits, paired over the continua: the rows of `r2_tests`.

    Args:
        fits: as in `mean_r2`.
        correction: how p is corrected for the number of comparisons (`corrections.adjust`): those of one readout
            (group, draw, classifier), over all cells and pairs of fits.
        measure: the column that is compared; instead of `r2`, `cv_error`, of which less is better.

    Returns:
        A row a readout and pair of `PAIRS`: `fit_a`, `fit_b`, `mean_difference` (a - b), `t` on n - 1 degrees of
        freedom, two-sided `p`, `p_corrected`, `correction`, `n_comparisons`, `n` continua where both values are
        defined. `t` and `p` are null if n < 2, or if all differences are equal; then nothing was compared. The continua
        share expressions and faces, so p is as published and not a fair one.
    """
    by = [column for column in _READINGS if column in fits]
    values = fits.pivot(index=[*by, "continuum"], columns="fit", values=measure).reindex(columns=list(FITS))
    tables = []
    for order, (a, b) in enumerate(PAIRS):
        difference = values[a] - values[b]
        over = difference.groupby(level=by, sort=False)
        table = pd.DataFrame({"mean_difference": over.mean(), "t": np.nan, "p": np.nan, "n": over.count()})
        tested = table.index[over.std() > 1e-12]  # of two and more that are not all equal
        wide = difference.unstack("continuum").reindex(tested)
        table.loc[tested, ["t", "p"]] = np.transpose(ttest_1samp(wide, 0, axis=1, nan_policy="omit"))
        table = table.reset_index()
        tables.append(table.assign(fit_a=a, fit_b=b, order=order))
    table = fits[by].drop_duplicates().merge(pd.concat(tables).sort_values("order", kind="stable"), how="left", on=by)
    family = ["measure", *(column for column in _FAMILY if column in fits)]
    table = with_corrected(table.assign(measure=measure), "p", family, correction)
    return table[[*by, *_TESTS]]
