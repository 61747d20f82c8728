"""The first pass over a network: sums over the localizer, and the counts that permuted labels give."""

from collections.abc import Sequence

import pandas as pd

from mien.units.anova import sums_of
from mien.units.moments import MomentSums, presentation
from mien.units.null import null_counts
from mien.units.responses import Layer


def localize(
    layer: Layer,
    localizer: pd.DataFrame,
    expressions: Sequence[str],
    permutations: int,
    null_units: int,
    batch_size: int,
    cell: tuple,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The `moments` and `null` tables of a cell.

    Args:
        localizer: a `stimuli` table.
        expressions, permutations, null_units: as in `MomentSums`.
        cell: network, layer and seed; names the random draws.

    Raises:
        DesignError: as `presentation`.
        InputError: as `Layer.check`.
    """
    order = presentation(localizer, expressions)
    pictures = localizer["image"].to_numpy()[order]
    layer.check(pictures)
    sums = MomentSums(localizer, expressions, permutations, null_units, cell, layer.device)
    for batch, responses in layer.stream(pictures, batch_size, f"localize {' '.join(cell)}"):
        sums.add(responses.flatten(1), order[batch])
    moments, permuted = sums.finish(responses.shape[1:])
    return moments, null_counts(sums_of(moments), permuted, sums.units)
