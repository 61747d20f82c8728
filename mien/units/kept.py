"""Responses of some units of a layer, kept in a file until they are wanted: those of many layers fill no memory."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import torch


def by_unit(responses: torch.Tensor) -> torch.Tensor:
    """Responses (batch, channels, rows, columns) as (batch, units), units in order of row, column and channel.

    So a channels-last network leaves them in memory, and nothing is copied.
    """
    return responses.permute(0, 2, 3, 1).flatten(1)


def places_of(units: np.ndarray, shape: Sequence[int]) -> np.ndarray:
    """Where units lie in `by_unit`; they are numbered over channel, row and column of a layer of this shape."""
    channel, row, column = np.unravel_index(units, shape)
    return np.ravel_multi_index((row, column, channel), (*shape[1:], shape[0]))


class Kept:
    """Responses of some units, a row a picture, in a file without a name, which goes with this object.

    `units` are in the order of their places in memory.
    """

    def __init__(self, units: np.ndarray, responses: torch.Tensor, folder: str | Path | None):
        """
        Args:
            units: whose responses are kept.
            responses: of the layer, to any pictures, (batch, channels, rows, columns).
            folder: where the file lies; where temporary files do if None.
        """
        places = places_of(units, responses.shape[1:])
        order = places.argsort()
        self.units, self._places = units[order], torch.from_numpy(places[order]).to(responses.device)
        self._dtype = torch.empty(0, dtype=responses.dtype).numpy().dtype
        self._file = tempfile.TemporaryFile(dir=folder)  # noqa: SIM115, open as long as this object is

    def of(self, responses: torch.Tensor) -> np.ndarray:
        """These units' of a layer's responses (batch, channels, rows, columns): (batch, units)."""
        return by_unit(responses).index_select(1, self._places).cpu().numpy()

    def write(self, row: int, values: np.ndarray) -> None:
        """Keep values (pictures, units) as this row and those after it."""
        self._file.seek(row * len(self.units) * values.itemsize)
        self._file.write(np.ascontiguousarray(values).data)

    def rows(self, n: int) -> np.ndarray:
        """The first n rows, (n, units), as they lie in the file."""
        self._file.flush()
        shape = (n, len(self.units))
        return (
            np.memmap(self._file, self._dtype, "r+", shape=shape) if len(self.units) else np.empty(shape, self._dtype)
        )
