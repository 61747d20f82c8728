"""The units of a cell that are read: the selective ones, the whole layer, and controls of as many as are selective."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mien.draws import generator
from mien.halves import HALVES


def draw_groups(units: pd.DataFrame, settings: Mapping, seed: tuple) -> pd.DataFrame:
    """The `groups` table: selective units (of all identities and of either half), the whole layer, and controls.

    Controls are count-matched to the selective units, or `control_units` where none is selective, and drawn
    `control_draws` times, `random` from all varying units and `nonselective` from the varying ones that are not
    selective; all of them where there are too few. `all` are the varying units, or `all_units` of them, drawn at
    random, where there are more.

    Args:
        settings: the four of them.
        seed: name of the random draws.
    """
    groups = [
        (name, 0, units.loc[units[name].astype(bool), "unit"].to_numpy())
        for name in ("selective", *(f"selective_half_{half}" for half in HALVES))
    ]
    varying = units["kind"] != "constant"
    pool = units.loc[varying, "unit"].to_numpy()
    if len(pool) > settings["all_units"]:
        pool = np.sort(generator(*seed, "all").choice(pool, settings["all_units"], replace=False))
    groups.append(("all", 0, pool))
    count = int(units["selective"].sum()) or settings["control_units"]
    pools = {"random": varying, "nonselective": varying & (units["kind"] != "selective")}
    for name, members in pools.items():
        pool = units.loc[members, "unit"].to_numpy()
        for draw in range(settings["control_draws"]):
            chosen = generator(*seed, name, draw).choice(pool, min(count, len(pool)), replace=False)
            groups.append((name, draw, np.sort(chosen)))
    return pd.concat(
        [pd.DataFrame({"group": name, "draw": draw, "unit": unit}) for name, draw, unit in groups], ignore_index=True
    )
