"""Selective units as they are shown: how large a share they are, how they are tuned, and how large their effect is."""

from collections.abc import Sequence

import pandas as pd

from mien.tables.columns import CELL


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
    counts = frame[["n_selective", "null_mean", "null_low", "null_high"]].astype(float)
    percent = counts.mul(100 / frame["n_units"].astype(float), axis=0).rename(columns={"n_selective": "percent"})
    of_varying = 100 * frame["share_of_varying"].where(frame["n_varying"] < frame["n_units"])
    frame = frame[["network", "layer", "seed", "n_units", "n_varying", "n_selective", "p_count"]].join(percent)
    return frame.assign(percent_of_varying=of_varying, group="selective")


def sorted_tuning(units: pd.DataFrame, expressions: Sequence[str]) -> pd.DataFrame:
    """Selective units with their tuning, by preferred expression, then falling tuning to it; `column` counts them.

    Args:
        units: a cell's table.
    """
    selective = units[units["selective"].fillna(False).astype(bool)]
    names = {f"tuning_{expression}": expression for expression in expressions}
    tuning = selective[list(names)].astype(float).rename(columns=names)
    order, strength = pd.Categorical(selective["preferred"], expressions), -tuning.max(axis=1)
    by = selective[["unit", "preferred"]].assign(order=order, strength=strength).join(tuning)
    by = by.sort_values(["order", "strength", "unit"], ignore_index=True)
    return by.assign(column=by.index)[["column", "unit", "preferred", *expressions]]


def effects(selection: pd.DataFrame) -> pd.DataFrame:
    """How far the halves of the localizer agree on each cell's selective units, and the effect in the other half.

    Args:
        selection: the study's table.
    """
    frame = selection[selection["scheme"] == "fixed"]
    columns = ["n_half_a", "n_half_b", "n_both_halves", "n_both_expected", "kappa_halves", "omega2_other_half"]
    return frame[[*CELL, "n_units", *columns]].assign(group="selective")
