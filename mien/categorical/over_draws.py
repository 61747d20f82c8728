"""Categorical perception as it is shown, over the draws of controls: differences of fits, peaks and excesses."""

import pandas as pd

from mien.tables.columns import CELL


def differences(tests: pd.DataFrame) -> pd.DataFrame:
    """R2 of the Hill curve minus that of the line, mean over the `n` continua where both are defined.

    Args:
        tests: the table `r2_tests`.
    """
    rows = tests[(tests["fit_a"] == "hill") & (tests["fit_b"] == "linear")]
    return rows.groupby([*CELL, "group", "n_units"], sort=False)[["mean_difference", "n"]].mean().reset_index()


def from_boundaries(peaks: pd.DataFrame) -> pd.DataFrame:
    """Where the peaks, rows of `discrimination_peaks`, are beside the boundaries."""
    low, high = (peaks[f"peak_{end}"] - peaks["boundary"] for end in ("low", "high"))
    columns = [*CELL, "group", "n_units", "continuum", "peak", "boundary"]
    found = peaks[columns].assign(value=peaks["from_boundary"], low=low, high=high)
    return found.join(peaks[["n_identities", "status"]])


def excesses(peaks: pd.DataFrame) -> pd.DataFrame:
    """Excess at the boundary, of rows of `discrimination_peaks`, over the draws of each group."""
    keys = [*CELL, "group", "n_units", "continuum"]
    how = {"value": ("excess", "mean"), "low": ("excess_low", "mean"), "high": ("excess_high", "mean"),
           "n_identities": ("n_identities", "first"), "status": ("status", "first")}  # fmt: skip
    return peaks.groupby(keys, sort=False).agg(**how).reset_index()
