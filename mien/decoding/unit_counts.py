"""Accuracy against the number of units that are read: what count-matching cannot say."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd

from mien.decoding.classifiers import fit
from mien.decoding.kernels import Kernels, of_rows
from mien.decoding.unit_counts_schema import UNIT_COUNTS
from mien.status import NO_UNITS, NOT_CONVERGED, OK


def unit_counts(
    localizer: pd.DataFrame, tests: Sequence[pd.DataFrame], kept: pd.DataFrame, counted: pd.DataFrame, settings: Mapping
) -> pd.DataFrame:
    """The `unit_counts` table of a cell.

    Args:
        localizer, tests: `set`, `stimulus` and `expression` of the localizer's pictures, and of each test's.
        kept, counted: the cell's tables `kernels` and `count_kernels`.
        settings: as in `classifiers.fit`.
    """
    rows, labels = [], localizer["expression"].to_numpy(str)
    for group, draw, kernels in _readings([localizer, *tests], kept, counted):
        fitted = fit(kernels.gram, labels, settings) if kernels.n_units else None
        status = NO_UNITS if fitted is None else OK if fitted.converged else NOT_CONVERGED
        for test, tested in zip(tests, kernels.tested, strict=True):
            n = len(test) if fitted else 0
            correct = int((fitted.predict(tested) == test["expression"].to_numpy(str)).sum()) if fitted else None
            share = correct / n if n else np.nan
            rows.append((group, draw, kernels.n_units, test["set"].iloc[0], n, correct, share, status))
    table = pd.DataFrame(rows, columns=UNIT_COUNTS.names).astype({"correct": "Int64"})
    return table.sort_values(["group", "n_units", "draw", "set"], kind="stable", ignore_index=True)


def _readings(
    pictures: Sequence[pd.DataFrame], kept: pd.DataFrame, counted: pd.DataFrame
) -> Iterator[tuple[str, int, Kernels]]:
    """Group, draw and kernels of every number of units; last of each whole group."""
    for (group, draw, _), rows in counted.groupby(["group", "draw", "n_units"], sort=True):
        yield group, draw, of_rows(rows, pictures)
    every = of_rows(kept[kept["fitted_on"] == "localizer"], pictures)
    yield "random", 0, every
    selective = counted[(counted["group"] == "selective") & (counted["draw"] == 0)]
    if selective.empty:
        yield "selective", 0, Kernels(0, every.gram * 0, [tested * 0 for tested in every.tested])
        yield "nonselective", 0, every
        return
    # the most that were read are all that there are; without them, inner products are less by theirs
    most = of_rows(selective[selective["n_units"] == selective["n_units"].max()], pictures)
    tested = [whole - part for whole, part in zip(every.tested, most.tested, strict=True)]
    yield "nonselective", 0, Kernels(every.n_units - most.n_units, every.gram - most.gram, tested)
