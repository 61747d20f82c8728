"""How much units' responses change between neighbouring levels of the morphs, picture by picture."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
import torch

from mien.stimuli.neighbours import neighbours


class Changes:
    """Distances between the responses of one group of units to neighbouring morphs, of which few are held at once."""

    def __init__(self, morphs: pd.DataFrame):
        """
        Args:
            morphs: `continuum`, `identity` and `level` of each picture.
        """
        self._pairs = neighbours(morphs)
        self._firsts = set(self._pairs["first"])
        self._pair_of = {second: pair for pair, second in enumerate(self._pairs["second"])}
        self._squares = np.full(len(self._pairs), np.nan)
        self._held: dict[int, torch.Tensor] = {}

    def add(self, responses: Iterable[torch.Tensor], per_sd: torch.Tensor, rows: Iterable[int]) -> None:
        """Add responses, each (units,), to the morphs of these places, which come in the order of `along_continua`.

        Args:
            per_sd: one over each unit's standard deviation, (units,).
        """
        for response, place in zip(responses, rows, strict=True):
            if place in self._pair_of:
                pair = self._pair_of[place]
                change = (response - self._held.pop(int(self._pairs["first"][pair]))) * per_sd
                self._squares[pair] = change.square().sum().item()
            if place in self._firsts:
                self._held[place] = response.clone()

    def table(self, group: str, n_units: int) -> pd.DataFrame:
        """Rows of the table `discrimination`, as `categorical.distances.unit_distances` gives them."""
        labels = self._pairs[["continuum", "identity", "level", "step"]]
        mean = self._squares / n_units if n_units else np.nan
        return labels.assign(group=group, draw=0, n_units=n_units, distance=np.sqrt(mean) / labels["step"])
