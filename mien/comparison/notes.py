"""What is wrong with some cells of a study, in few words: the note at the foot of a figure."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from mien import status
from mien.tables.columns import CELL


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
        rows = cells[(cells["network"] == network) & (cells["layer"] == layers.get(network, cells["layer"]))]
        rows = rows.sort_values("seed", kind="stable")
        if rows.empty:
            found.setdefault(status.short(status.MISSING), []).append(network.replace("_", " "))
        wrong = rows.assign(reason=[_reasons(row, controls) for row in rows.itertuples()]).explode("reason")
        for reason, here in wrong.groupby("reason"):
            seeds = here.groupby("layer", sort=False)["seed"].agg(seeds_in_words)
            for words, alike in seeds.groupby(seeds, sort=False):
                named = [network.replace("_", " "), *(alike.index if len(alike) < rows["layer"].nunique() else [])]
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
    for cell, rows in read.groupby(list(CELL)):
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
