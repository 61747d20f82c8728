"""In which order units are read for the curve of accuracy against their number."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from mien.draws import generator


def members(groups: pd.DataFrame, name: str, draw: int = 0) -> np.ndarray:
    """The units of a draw of a group, from the `groups` table."""
    return groups.loc[(groups["group"] == name) & (groups["draw"] == draw), "unit"].to_numpy()


def orders(groups: pd.DataFrame, settings: Mapping, seed: tuple) -> Iterator[tuple[str, int, np.ndarray, list[int]]]:
    """Orders of the units of the group `all`.

    Args:
        groups: the `groups` table.
        settings: `unit_counts`, and `count_draws` of orders of each group.
        seed: name of the random draws.

    Yields:
        Group, draw, places in `all`, and of how many of the first of these accuracy is wanted: of those units of `all`
        that are selective, of all (`random`), and of those that are not selective, each of `unit_counts` that is less
        than there are; then once all that are selective. (What all units, and all that are not selective, say, follows
        from this and `kernels`.)
    """
    every = members(groups, "all")
    selective = np.isin(every, members(groups, "selective"))
    pools = {"selective": selective, "random": np.ones(len(every), bool), "nonselective": ~selective}
    for group, pool in pools.items():
        counts = sorted(count for count in settings["unit_counts"] if count < pool.sum())
        for draw in range(settings["count_draws"]) if counts else ():
            order = generator(*seed, "count", group, draw).permutation(np.flatnonzero(pool))
            yield group, draw, order[: counts[-1]], counts
    if selective.any():
        yield "selective", 0, np.flatnonzero(selective), [int(selective.sum())]
