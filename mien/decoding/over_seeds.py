"""Accuracies as they are shown: of each seed, over the draws of its controls, and of all seeds.

A *reading* is which of a cell's units were read, with which labels.
"""

import pandas as pd
from statsmodels.stats.proportion import proportion_confint

from mien.tables.columns import CELL, GROUPS

#: Selective units; all of the layer; as many as are selective at random, and of those that are not; shuffled labels.
READINGS = (*GROUPS, "shuffled")


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
    keys = ["network", "layer", "seed", "set", "reading"]
    # `within` has a row for either half of the identities: its pictures are those of both
    draws = frame.groupby([*keys, "draw"], sort=False)[["n_units", "n", "tested", "correct"]].sum(min_count=1)
    draws["accuracy"] = draws["correct"].astype(float) / draws["tested"].astype(float)
    means = draws.groupby(keys, sort=False).agg({"n_units": "first", "n": "first", "accuracy": "mean"})
    return means.reset_index()


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


def over_orders(counts: pd.DataFrame) -> pd.DataFrame:
    """Accuracy against the number of units read, over the orders in which they are read.

    Args:
        counts: rows of the table `unit_counts`.

    Returns:
        One row a cell, `set`, `group` and `n_units`, of which there are some: how many `draws`, `n` test images, mean
        `accuracy`, and whether these units are the `whole` group.
    """
    groups = [*CELL, "set", "group"]
    found = counts[counts["n_units"] > 0].groupby([*groups, "n_units"], sort=False)
    found = found.agg(draws=("accuracy", "size"), n=("n", "first"), accuracy=("accuracy", "mean")).reset_index()
    return found.assign(whole=found["n_units"] == found.groupby(groups)["n_units"].transform("max"))
