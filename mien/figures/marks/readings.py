"""The rows of the study's tables that a figure draws, and their means over seeds.

A *reading* is which of a cell's units were read, with which labels: the bars of an accuracy panel.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from mien import status
from mien.figures.style import colours, plain

#: Readings in the order of their bars, with the words of the legend.
READINGS = {
    "selective": "selective units",
    "random": "as many random units",
    "nonselective": "as many non-selective units",
    "shuffled": "selective units, shuffled labels",
}

#: What tells one cell of the study from another.
CELL = ["network", "layer", "seed"]


def at_layer(
    frame: pd.DataFrame, networks: Iterable[str], layers: Mapping[str, str], column: str = "network"
) -> pd.DataFrame:
    """Rows of some networks, each at its layer in `layers`; of one that is not in there, at all of its layers."""
    chosen = [frame.iloc[:0]]
    for network in networks:
        rows = frame[frame[column] == network]
        chosen.append(rows[rows["layer"] == layers[network]] if network in layers else rows)
    return pd.concat([rows for rows in chosen if len(rows)] or chosen[:1], ignore_index=True)


class Shown(NamedTuple):
    """The networks that a figure draws, in order."""

    layers: Mapping[str, str]  #: where each is read
    words: dict[str, str]  #: what each is called, with its layer where they are read at several
    colour: dict[str, str]
    empty: dict[str, str]  #: what to say of each where it has nothing to draw: missing, or without selective units


def shown(cells: pd.DataFrame, networks: Iterable[str], layers: Mapping[str, str], pixels: Sequence[str] = ()) -> Shown:
    """Words and colours of some networks, each once; `pixels` are those of them that are not compared."""
    every = list(dict.fromkeys([*networks, *pixels]))
    missing = {name: status.has(at_layer(cells, [name], layers)["status"], status.MISSING).all() for name in every}
    empty = {name: word(status.MISSING if missing[name] else status.NO_UNITS) for name in every}
    return Shown(layers, words_of(every, layers), colours(dict.fromkeys(networks), pixels), empty)


def words_of(networks: Iterable[str], layers: Mapping[str, str]) -> dict[str, str]:
    """A reader's words for each network, with its layer where they are read at several (an image has no other)."""
    read = {network: layers[network] for network in networks if layers.get(network, "image") != "image"}
    several = len(set(read.values())) > 1
    return {name: f"{plain(name)}, {read[name]}" if several and name in read else plain(name) for name in networks}


def pixel_networks(frame: pd.DataFrame, networks: list[str]) -> list[str]:
    """Networks outside `networks` whose layer is the image itself: how far the stimuli alone go."""
    return [name for name in frame.loc[frame["layer"] == "image", "network"].unique() if name not in networks]


def accuracies(accuracy: pd.DataFrame) -> pd.DataFrame:
    """Accuracy of each seed by reading, over its control draws.

    Args:
        accuracy: rows of the `accuracy` table.

    Returns:
        One row for each `network`, `layer`, `seed`, `set` and `reading`: `n_units` read, `n` test images, `accuracy`
        (null without units).
    """
    reading = accuracy["group"].where(accuracy["labels"] == "true", accuracy["group"] + " shuffled")
    frame = accuracy.assign(
        reading=reading.replace({"selective shuffled": "shuffled"}),
        set=accuracy["set"].where(accuracy["classifier"] != "within", "within"),
        tested=accuracy["n"].where(accuracy["correct"].notna()),
    )
    frame = frame[frame["reading"].isin(READINGS)]
    keys = [*CELL, "set", "reading"]
    # `within` has a row for either half of the identities: its pictures are those of both
    draws = frame.groupby([*keys, "draw"], sort=False)[["n_units", "n", "tested", "correct"]].sum(min_count=1)
    draws["accuracy"] = draws["correct"].astype(float) / draws["tested"].astype(float)
    means = draws.groupby(keys, sort=False).agg(
        n_units=("n_units", "first"), n=("n", "first"), accuracy=("accuracy", "mean")
    )
    return means.reset_index()


def selective_and_random(accuracy: pd.DataFrame, set_: str) -> pd.DataFrame:
    """Accuracy on a set of each seed's selective and of as many random units (`group`), as `accuracies`."""
    frame = accuracies(accuracy[accuracy["set"] == set_]).rename(columns={"reading": "group"})
    return frame.loc[frame["group"].isin(["selective", "random"]), [*CELL, "group", "n_units", "n", "accuracy"]]


def shares_selective(selection: pd.DataFrame) -> pd.DataFrame:
    """Selective units of each cell (`percent`), and what shuffled expressions give, in percent of the layer's units.

    Args:
        selection: the study's table.

    Returns:
        One row a cell: `n_units`, `n_varying`, `n_selective`, `p_count`, `percent`, `null_mean`, `null_low`,
        `null_high`, `percent_of_varying` (of the units that vary; null where all do), and `group`, which is
        `selective`.
    """
    frame = selection[selection["scheme"] == "fixed"]
    null = ["null_mean", "null_low", "null_high"]
    counts = frame[["n_selective", *null]].astype(float).set_axis(["percent", *null], axis=1)
    percent = counts.mul(100 / frame["n_units"].astype(float), axis=0)
    of_varying = 100 * frame["share_of_varying"].where(frame["n_varying"] < frame["n_units"])
    counts = frame[[*CELL, "n_units", "n_varying", "n_selective", "p_count"]]
    return counts.join(percent).assign(percent_of_varying=of_varying, group="selective")


def over_seeds(by_seed: pd.DataFrame) -> pd.DataFrame:
    """Mean of `accuracies` over seeds, with a 95 % interval for one seed's number of test images.

    All seeds see the same images, so more seeds do not narrow the interval: it says what other images would give.

    Returns:
        One row for each `network`, `layer`, `set` and `reading`: `accuracy`, `low`, `high`, `seeds` that have units,
        `seeds_without_units`, `n`.
    """
    groups = by_seed.groupby(["network", "layer", "set", "reading"], sort=False)
    frame = groups.agg(
        accuracy=("accuracy", "mean"),
        seeds=("accuracy", "count"),
        seeds_without_units=("accuracy", lambda values: int(values.isna().sum())),
        n=("n", "max"),
    ).reset_index()
    return with_intervals(frame)


def with_intervals(accuracies: pd.DataFrame) -> pd.DataFrame:
    """Accuracies of `n` images each, with their 95 % score intervals (Wilson): `low`, `high`; null where they are."""
    n = accuracies["n"].astype(float).where(accuracies["n"] > 0)
    low, high = proportion_confint(accuracies["accuracy"] * n, n, method="wilson")
    return accuracies.assign(low=low, high=high)


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
        rows = at_layer(cells, [network], layers)
        if rows.empty:
            found.setdefault(word(status.MISSING), []).append(plain(network))
        wrong = [(reason, row.layer, int(row.seed)) for row in rows.itertuples() for reason in reasons(row, controls)]
        seeds: dict[tuple[str, str], tuple[int, ...]] = {}
        for reason, layer, seed in wrong:
            seeds[reason, layer] = (*seeds.get((reason, layer), ()), seed)
        layers_of: dict[tuple[str, tuple[int, ...]], list[str]] = {}
        for (reason, layer), numbers in seeds.items():
            layers_of.setdefault((reason, tuple(sorted(numbers))), []).append(layer)
        for (reason, numbers), names in layers_of.items():
            named = names if len(names) < rows["layer"].nunique() else []
            found.setdefault(reason, []).append(f"{', '.join([plain(network), *named])} ({seeds_in_words(numbers)})")
    return ". ".join(f"{reason}: {'; '.join(found[reason])}" for reason in sorted(found))


def unmatched(read: pd.DataFrame) -> dict[tuple[str, str, int], str]:
    """What to say of each cell, (network, layer, seed), whose controls are not as many units as are selective.

    Args:
        read: rows with `group` and `n_units` of the table whose controls a figure draws.
    """
    read = read[read["classifier"] != "within"] if "classifier" in read else read
    words = {}
    for cell, rows in read.groupby(CELL):
        n = rows.groupby("group")["n_units"].max()
        selective, controls = n.get("selective", 0), n.drop("selective", errors="ignore")
        if not selective and controls.max() > 0:
            words[cell] = f"{word(status.NO_UNITS)}, controls of {controls.max():,} units"
        elif selective and controls.min() < selective:
            words[cell] = "fewer non-selective units than selective ones"
    return words


def seeds_in_words(seeds: Sequence[int]) -> str:
    """Some seeds, rising, by their numbers: `seed 3`, `seeds 0, 2`."""
    return f"seed{'s' * (len(seeds) > 1)} {', '.join(map(str, seeds))}"


def word(code: str) -> str:
    """A code of a status in few words, as a figure has room for: without its explanation."""
    return status.words(code).partition(":")[0]


def reasons(cell: NamedTuple, controls: Mapping[tuple[str, str, int], str]) -> list[str]:
    """Why a cell cannot be compared like the others, in few words.

    Args:
        cell: its row in `cells`.
        controls: from `unmatched`.
    """
    codes = status.codes_of(cell.status)
    said = controls.get((cell.network, cell.layer, cell.seed))
    if said:
        return [*(word(code) for code in codes if code != status.NO_UNITS), said]
    return [word(code) for code in codes]
