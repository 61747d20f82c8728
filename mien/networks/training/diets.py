"""What a network is trained on: a diet's pictures as arrays, with the labels that an objective teaches."""

from typing import NamedTuple

import numpy as np
import pandas as pd

from mien.networks.training.objectives import labels_of
from mien.stimuli.pictures import decode_png


class Diet(NamedTuple):
    """What a network is trained on."""

    images: np.ndarray  # (n, rows, columns) or (n, rows, columns, 3), uint8
    labels: np.ndarray  # (n,) int64, from 0 to the number of classes - 1
    heldout: np.ndarray  # (n,) bool: tested on after every epoch, never trained on


def diet_of(pictures: pd.DataFrame, objective: str) -> Diet:
    """A table of a diet as an objective uses it. Raises `InputError` as `labels_of`."""
    return Diet(
        images=decode_png(pictures["image"]),
        labels=labels_of(pictures, objective),
        heldout=(pictures["split"] == "heldout").to_numpy(),
    )
