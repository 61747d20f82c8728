"""The second pass over a network: responses of the units that are read, and what is kept of the whole layer."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch

from mien.stimuli.neighbours import along_continua
from mien.tables import parquet
from mien.units.kernels import WholeLayer
from mien.units.responses import Layer

_LABELS = ["stimulus", "set", "identity", "expression", "continuum", "level"]


def labels(stimuli: Sequence[str | Path]) -> dict[str, pd.DataFrame]:
    """The tables of stimulus sets without their pictures, by the sets' names; the localizer first."""
    tables = [parquet.read(file, _LABELS) for file in stimuli]
    return {table["set"].iloc[0]: table for table in tables}


def units_kept(groups: pd.DataFrame) -> np.ndarray:
    """Units whose responses are kept, sorted: of all groups but `all`."""
    return np.unique(groups.loc[groups["group"] != "all", "unit"].to_numpy())


def probe(
    layer: Layer,
    whole: WholeLayer,
    labelled: pd.DataFrame,
    pictures: Sequence[bytes],
    units: np.ndarray,
    batch_size: int,
    what: str,
) -> np.ndarray:
    """Responses of some units to a stimulus set, float32 (pictures, units); `whole` takes those of the layer.

    Args:
        labelled: the set's table as `labels` gives it.
        what: words for the progress bar.
    """
    name = labelled["set"].iloc[0]
    order = along_continua(labelled) if name == "morphs" else np.arange(len(labelled))
    index, values = torch.from_numpy(units).to(layer.device), np.empty((len(order), len(units)), np.float32)
    for batch, responses in layer.stream([pictures[place] for place in order], batch_size, f"{what} {name}"):
        rows = order[batch]
        values[rows] = responses.flatten(1)[:, index].cpu().numpy()
        if name == "localizer":
            whole.add_localizer(responses, rows)
        else:
            whole.add(name, responses, rows)
    return values
