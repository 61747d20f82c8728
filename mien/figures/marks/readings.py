"""The rows of the study's tables that a figure draws."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from mien import status
from mien.figures.style import colours, plain
from mien.tables import columns

#: What a reader calls `mien.decoding.over_seeds.READINGS`, in the order of their bars.
READINGS = {
    "selective": "selective units",
    "all": "whole layer",
    "random": "as many random units",
    "nonselective": "as many non-selective units",
    "shuffled": "selective units, shuffled labels",
}

#: What tells one cell of the study from another.
CELL = list(columns.CELL)


def at_layer(
    frame: pd.DataFrame, networks: Iterable[str], layers: Mapping[str, str], column: str = "network"
) -> pd.DataFrame:
    """Rows of some networks, in their order, each at its layer in `layers`; of one not in there, at all its layers."""
    order = {network: place for place, network in enumerate(networks)}
    at = frame[column].map(dict(layers))
    rows = frame[frame[column].isin(order) & (at.isna() | (at == frame["layer"]))]
    return rows.sort_values(column, key=lambda names: names.map(order), kind="stable", ignore_index=True)


def having(frame: pd.DataFrame, **values: str) -> pd.DataFrame:
    """Rows with these values in their columns."""
    return frame[(frame[list(values)] == pd.Series(values)).all(axis=1)]


class Shown(NamedTuple):
    """The networks that a figure draws, in order."""

    layers: Mapping[str, str]  #: where each is read
    words: dict[str, str]  #: what each is called, with its layer where they are read at several
    colour: dict[str, str]
    empty: dict[str, str]  #: what to say of each where it has nothing to draw: missing, or without selective units
    expressions: Sequence[str]  #: the study's


def shown(
    cells: pd.DataFrame,
    networks: Iterable[str],
    layers: Mapping[str, str],
    pixels: Sequence[str] = (),
    expressions: Sequence[str] = (),
) -> Shown:
    """Words and colours of some networks, each once; `pixels` are those of them that are not compared."""
    every = list(dict.fromkeys([*networks, *pixels]))
    missing = {name: status.has(at_layer(cells, [name], layers)["status"], status.MISSING).all() for name in every}
    empty = {name: status.short(status.MISSING if missing[name] else status.NO_UNITS) for name in every}
    return Shown(layers, words_of(every, layers), colours(dict.fromkeys(networks), pixels), empty, expressions)


def words_of(networks: Iterable[str], layers: Mapping[str, str]) -> dict[str, str]:
    """A reader's words for each network, with its layer where they are read at several (an image has no other)."""
    read = {network: layers[network] for network in networks if layers.get(network, "image") != "image"}
    several = len(set(read.values())) > 1
    return {name: f"{plain(name)}, {read[name]}" if several and name in read else plain(name) for name in networks}


def pixel_networks(frame: pd.DataFrame, networks: list[str]) -> list[str]:
    """Networks outside `networks` whose layer is the image itself: how far the stimuli alone go."""
    return [name for name in frame.loc[frame["layer"] == "image", "network"].unique() if name not in networks]
