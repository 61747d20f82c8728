"""The first pass over a network: sums over the localizer, and the counts that permuted labels give."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from mien.units.moments import MomentSums, presentation
from mien.units.null import NullResponses, null_of
from mien.units.responses import Layer


class LayerSums:
    """What a pass over the localizer keeps of one layer; several may be fed in turn."""

    def __init__(
        self,
        localizer: pd.DataFrame,
        expressions: Sequence[str],
        permutations: int,
        null_units: int,
        cell: tuple,
        folder: str | Path,
    ):
        """Nothing added yet; the arguments are those of `MomentSums` and `NullResponses`."""
        self._moments = MomentSums(localizer, expressions)
        self._null = NullResponses(localizer, expressions, permutations, null_units, cell, folder)

    def add(self, responses: torch.Tensor, images: np.ndarray) -> None:
        """Add responses, (batch, channels, rows, columns) float32, to the images at these rows of the localizer.

        Identities may come in any order, and batches be of any size, if the images of an identity come one after
        another, as by `presentation`.
        """
        self._moments.add(responses, images)
        self._null.add(responses, images)

    def tables(self) -> tuple[pd.DataFrame, pd.DataFrame]:
        """The `moments` and `null` tables of the cell, once all is added."""
        moments = self._moments.finish()
        return moments, null_of(moments, self._null)


def localize(
    layer: Layer,
    localizer: pd.DataFrame,
    expressions: Sequence[str],
    permutations: int,
    null_units: int,
    batch_size: int,
    cell: tuple,
    folder: str | Path,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The `moments` and `null` tables of a cell.

    Args:
        localizer: a `stimuli` table.
        expressions, permutations, null_units: as in `NullResponses`.
        cell: network, layer and seed; names the random draws.
        folder: where temporary files go.

    Raises:
        DesignError: as `presentation`.
        InputError: as `Layer.check`.
    """
    order = presentation(localizer, expressions)
    pictures = localizer["image"].to_numpy()[order]
    layer.check(pictures)
    sums = LayerSums(localizer, expressions, permutations, null_units, cell, folder)
    for batch, responses in layer.stream(pictures, batch_size, f"localize {' '.join(cell)}"):
        sums.add(responses, order[batch])
        del responses  # the next ones need the room
    return sums.tables()
