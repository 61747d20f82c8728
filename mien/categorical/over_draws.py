"""Discrimination as it is shown: where each seed's peaks are, and its excess over what the pictures change.

Tables here are rows of `discrimination_peaks`.
"""

import pandas as pd

from mien.tables.columns import CELL


def from_boundaries(peaks: pd.DataFrame) -> pd.DataFrame:
    """Where the peaks are beside the boundaries."""
    low, high = (peaks[f"peak_{end}"] - peaks["boundary"] for end in ("low", "high"))
    columns = [*CELL, "group", "n_units", "continuum", "peak", "boundary"]
    found = peaks[columns].assign(value=peaks["from_boundary"], low=low, high=high)
    return found.join(peaks[["n_identities", "status"]])


def excesses(peaks: pd.DataFrame) -> pd.DataFrame:
    """Excess at the boundary of selective units and of all, and the mean over draws of as many random ones."""
    keys = [*CELL, "group", "n_units", "continuum"]
    how = {"value": ("excess", "mean"), "low": ("excess_low", "mean"), "high": ("excess_high", "mean"),
           "n_identities": ("n_identities", "first"), "status": ("status", "first")}  # fmt: skip
    return peaks.groupby(keys, sort=False).agg(**how).reset_index()
