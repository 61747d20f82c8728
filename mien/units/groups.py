"""The units of a cell that are read: the selective ones, and controls of as many units."""

import numpy as np
import pandas as pd

from mien.draws import generator
from mien.halves import HALVES


def draw_groups(units: pd.DataFrame, draws: int, control_units: int, seed: tuple) -> pd.DataFrame:
    """The `groups` table: the selective units (of all identities and of either half), and their controls.

    Controls are count-matched to the selective units, or `control_units` where none is selective, and drawn `draws`
    times, `random` from all varying units and `nonselective` from the varying ones that are not selective; all of them
    where there are too few.
    """
    groups = [
        (name, 0, units.loc[units[name].astype(bool), "unit"].to_numpy())
        for name in ("selective", *(f"selective_half_{half}" for half in HALVES))
    ]
    count = int(units["selective"].sum()) or control_units
    varying = units["kind"] != "constant"
    pools = {"random": varying, "nonselective": varying & (units["kind"] != "selective")}
    for name, members in pools.items():
        pool = units.loc[members, "unit"].to_numpy()
        for draw in range(draws):
            chosen = generator(*seed, name, draw).choice(pool, min(count, len(pool)), replace=False)
            groups.append((name, draw, np.sort(chosen)))
    return pd.concat(
        [pd.DataFrame({"group": name, "draw": draw, "unit": unit}) for name, draw, unit in groups], ignore_index=True
    )
