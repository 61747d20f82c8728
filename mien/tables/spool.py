"""Rows of a table that are too many to hold, kept in a temporary file until the table is written."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

if TYPE_CHECKING:
    import pandas as pd


class Spool:
    """Rows that end in a list of numbers, in the order in which they were added; iterating gives them as Arrow tables.

    The numbers go to a file without a name, which goes when the spool does, however that ends; labels stay in memory.
    """

    def __init__(self, column: str, folder: str | Path):
        """
        Args:
            column: the name of the lists.
            folder: where the file lies: where the table is to lie, as it takes as much room.
        """
        self._column, self._parts = column, []
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115 (closed with the spool)

    def __len__(self) -> int:
        return sum(len(labels) for labels, _, _ in self._parts)

    def add(self, labels: "pd.DataFrame", numbers: np.ndarray) -> None:
        """Add rows: their other columns, and their lists, (rows, numbers)."""
        self._parts.append((labels, numbers.shape, numbers.dtype))
        self._file.write(np.ascontiguousarray(numbers).data)

    def __iter__(self) -> Iterator[pa.Table]:
        self._file.seek(0)
        for labels, (rows, length), dtype in self._parts:
            numbers = np.frombuffer(self._file.read(rows * length * dtype.itemsize), dtype)
            lists = pa.ListArray.from_arrays(np.arange(rows + 1, dtype=np.int32) * length, numbers)
            yield pa.Table.from_pandas(labels, preserve_index=False).append_column(self._column, lists)
