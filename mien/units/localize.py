"""The first pass over a network: sums over the localizer, and the counts that permuted labels give."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from mien.units.moments import MomentSums, presentation
from mien.units.null import NullResponses, null_of
from mien.units.responses import Readout

#: Units of all layers that share a pass. The sums of one take 144 bytes; the convolutions of VGG-16 have 13.5 million.
#: Layers beyond it are left to the next pass.
MOST_UNITS = 20_000_000


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
    readout: Readout,
    localizer: pd.DataFrame,
    expressions: Sequence[str],
    permutations: int,
    null_units: int,
    batch_size: int,
    network: tuple[str, str],
    folder: str | Path,
) -> Iterator[tuple[str, pd.DataFrame, pd.DataFrame]]:
    """Layers, and the `moments` and `null` tables of each, from one pass; a layer's sums are forgotten once it is told.

    Args:
        localizer: a `stimuli` table.
        expressions, permutations, null_units: as in `NullResponses`.
        network: its name, and its seed; with the layer they name the random draws.
        folder: where temporary files go.

    Raises:
        DesignError: as `presentation`.
    """
    order = presentation(localizer, expressions)
    name, seed = network
    sums = {
        layer: LayerSums(localizer, expressions, permutations, null_units, (name, layer, seed), folder)
        for layer in readout.layers
    }
    readout.stream(
        localizer["image"].to_numpy()[order],
        batch_size,
        f"localize {name} {seed}",
        lambda layer, batch, responses: sums[layer].add(responses, order[batch]),
    )
    for layer in readout.layers:
        yield layer, *sums.pop(layer).tables()
