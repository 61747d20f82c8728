"""Neighbouring levels of one identity's continuum: which morphs are a step apart."""

import numpy as np
import pandas as pd

from mien.stimuli.levels import LEVEL_DECIMALS

_ALONG = ["continuum", "identity", "level"]


def between(left: pd.Series, right: pd.Series) -> pd.Series:
    """Half-way between levels: the name of a step, by which tables find it."""
    return ((left + right) / 2).round(LEVEL_DECIMALS)


def along_continua(stimuli: pd.DataFrame) -> np.ndarray:
    """Places of morphs by continuum, identity and level, so that neighbours come one after the other."""
    return stimuli[_ALONG].reset_index(drop=True).sort_values(_ALONG, kind="stable").index.to_numpy()


def neighbours(stimuli: pd.DataFrame) -> pd.DataFrame:
    """Pairs of neighbouring levels: `continuum`, `identity`, `level` half-way, `step`, and places `first`, `second`.

    Of several pictures of an identity at a level the first is taken. Where an identity lacks a level that others have
    of the continuum, the two beside the gap are no neighbours.
    """
    order = along_continua(stimuli)
    rows = stimuli[_ALONG].iloc[order].assign(place=order).drop_duplicates(_ALONG, ignore_index=True)
    rows["rank"] = rows.groupby("continuum")["level"].rank(method="dense")  # among all levels of the continuum
    left, right = rows.iloc[:-1].reset_index(drop=True), rows.iloc[1:].reset_index(drop=True)
    pairs = left[["continuum", "identity"]].assign(
        level=between(left["level"], right["level"]),
        step=(right["level"] - left["level"]).round(LEVEL_DECIMALS),
        first=left["place"],
        second=right["place"],
    )
    same = (left["continuum"] == right["continuum"]) & (left["identity"] == right["identity"])
    return pairs[same & (right["rank"] - left["rank"] == 1)].reset_index(drop=True)
