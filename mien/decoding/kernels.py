"""Inner products of pictures' standardised responses: what a classifier is fitted to, and what it is tested on."""

from collections.abc import Iterator, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from mien.decoding.readings import TESTED, Responses, units_by_group

_PICTURE = ["set", "stimulus"]


class Kernels(NamedTuple):
    """Of one classifier: inner products with the pictures that it is fitted to."""

    n_units: int  #: that are read
    gram: np.ndarray  #: of these pictures themselves, (fitted, fitted)
    tested: list[np.ndarray]  #: of the pictures of each test, (tested, fitted)


def of_groups(
    groups: pd.DataFrame, kept: pd.DataFrame, fitted_on: str, fitted: Responses, tests: Sequence[Responses]
) -> Iterator[tuple[str, int, Kernels]]:
    """Kernels of every draw of the groups that are read on the test sets, with the group and the draw.

    Args:
        groups, kept: the cell's tables `groups` and `kernels`.
        fitted_on: the name of `fitted` in `kept`.
        fitted, tests: the pictures that are fitted to, and those of each test.
    """
    for group, draw, units in units_by_group(groups, TESTED):
        yield group, draw, of_units(fitted.of(units), [test.of(units) for test in tests])
    yield "all", 0, of_layer(kept, fitted_on, fitted, tests)


def of_units(fitted: np.ndarray, tests: Sequence[np.ndarray]) -> Kernels:
    """Kernels of responses (pictures, units), each unit standardised on the pictures that are fitted to."""
    n_units = fitted.shape[1]
    if not n_units:
        return Kernels(0, np.zeros((len(fitted),) * 2), [np.zeros((len(test), len(fitted))) for test in tests])
    scaler = StandardScaler().fit(fitted.astype(np.float64))  # float32 would be scaled in float32
    scaled = scaler.transform(fitted.astype(np.float64))
    return Kernels(n_units, scaled @ scaled.T, [scaler.transform(test.astype(np.float64)) @ scaled.T for test in tests])


def of_layer(kept: pd.DataFrame, fitted_on: str, fitted: Responses, tests: Sequence[Responses]) -> Kernels:
    """Kernels of the whole layer; arguments as in `of_groups`."""
    return of_rows(kept[kept["fitted_on"] == fitted_on], [part.stimuli for part in (fitted, *tests)])


def of_rows(rows: pd.DataFrame, pictures: Sequence[pd.DataFrame]) -> Kernels:
    """Kernels of one classifier from the rows of a table, float64.

    Args:
        rows: `n_units`, `set`, `stimulus`, `kernel`.
        pictures: `set` and `stimulus` of those that are fitted to, and of those of each test.
    """
    kernels = rows.set_index(_PICTURE)["kernel"]
    parts = (kernels.loc[pd.MultiIndex.from_frame(part[_PICTURE])] for part in pictures)
    gram, *tested = (np.stack(part).astype(np.float64, copy=False) for part in parts)
    return Kernels(int(rows["n_units"].iloc[0]), gram, tested)
