"""What is read of a cell: its responses to a stimulus set, and its groups of units."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from mien.tables import parquet
from mien.tables.columns import PICTURE

#: Groups of which responses are kept, and read on the test sets; the halves are read on each other's identities.
TESTED = ("selective", "random", "nonselective")


@dataclass(frozen=True)
class Responses:
    """One stimulus set as a cell sees it: its table without the pictures, and float32 (stimuli, units) responses.

    `units` holds the unit numbers of the columns, in any order.
    """

    stimuli: pd.DataFrame
    values: np.ndarray
    units: np.ndarray

    def of(self, units: np.ndarray) -> np.ndarray:
        """Responses of some of the units, (stimuli, units)."""
        return self.values[:, pd.Index(self.units).get_indexer(units)]

    def where(self, shown: np.ndarray) -> "Responses":
        """Responses to some of the stimuli, (stimuli,) of bool."""
        return Responses(self.stimuli[shown], self.values[shown], self.units)


def read_sets(stimuli: Sequence[str], responses: Sequence[str]) -> list[Responses]:
    """Stimulus sets as a cell sees them, from the files of their tables and of the cell's responses to them."""
    return [
        Responses(parquet.read(labelled, PICTURE), *parquet.read_responses(read_out))
        for labelled, read_out in zip(stimuli, responses, strict=True)
    ]


def units_by_group(groups: pd.DataFrame, names: tuple[str, ...]) -> Iterator[tuple[str, int, np.ndarray]]:
    """Every draw of the named groups with its units; a group without units is one draw of none."""
    for name in names:
        members = groups[groups["group"] == name]
        if members.empty:
            yield name, 0, np.array([], dtype=np.int64)
        for draw, drawn in members.groupby("draw", sort=True):
            yield name, int(draw), drawn["unit"].to_numpy()
