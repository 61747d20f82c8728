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


def notes(
    cells: pd.DataFrame, networks: Iterable[str], layers: Mapping[str, str], read: pd.DataFrame | None = None
) -> str:
    """What is wrong with the cells of some networks, in words, or an empty string.

    Args:
        cells: the study's table `cells`.
        layers: where each network is read; of one that is not in there, all layers are meant.
        read: as in `unmatched`.
    """
    found: dict[str, list[str]] = {}
    controls = {} if read is None else unmatched(read)
    for network in networks:
        rows = at_layer(cells, [network], layers).sort_values("seed", kind="stable")
        if rows.empty:
            found.setdefault(status.short(status.MISSING), []).append(plain(network))
        wrong = rows.assign(reason=[_reasons(row, controls) for row in rows.itertuples()]).explode("reason")
        for reason, here in wrong.groupby("reason"):
            seeds = here.groupby("layer", sort=False)["seed"].agg(seeds_in_words)
            for words, alike in seeds.groupby(seeds, sort=False):
                named = [plain(network), *(alike.index if len(alike) < rows["layer"].nunique() else [])]
                found.setdefault(reason, []).append(f"{', '.join(named)} ({words})")
    return ". ".join(f"{reason}: {'; '.join(found[reason])}" for reason in sorted(found))


def _reasons(cell: NamedTuple, controls: Mapping[tuple[str, str, int], str]) -> list[str]:
    """Why a cell, a row of `cells`, cannot be compared like the others, in few words."""
    said = controls.get((cell.network, cell.layer, cell.seed))
    codes = [code for code in status.codes_of(cell.status) if not (said and code == status.NO_UNITS)]
    return [*map(status.short, codes), *([said] if said else [])]


def unmatched(read: pd.DataFrame) -> dict[tuple[str, str, int], str]:
    """What to say of each cell, (network, layer, seed), whose controls are not as many units as are selective.

    Args:
        read: rows with `group` and `n_units` of the table whose controls a figure draws.
    """
    read = read[read["classifier"] != "within"] if "classifier" in read else read
    words = {}
    for cell, rows in read.groupby(CELL):
        n = rows.groupby("group")["n_units"].max()
        selective, controls = n.get("selective", 0), n.drop(["selective", "all"], errors="ignore")
        if not selective and controls.max() > 0:
            words[cell] = f"{status.short(status.NO_UNITS)}, controls of {controls.max():,} units"
        elif selective and controls.min() < selective:
            words[cell] = "fewer non-selective units than selective ones"
    return words


def seeds_in_words(seeds: Sequence[int]) -> str:
    """Some seeds, rising, by their numbers: `seed 3`, `seeds 0, 2`."""
    return f"seed{'s' * (len(seeds) > 1)} {', '.join(map(str, seeds))}"
