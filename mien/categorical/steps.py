"""Steps between neighbouring levels of a continuum."""

import pandas as pd

from mien.stimuli.levels import LEVEL_DECIMALS


def between(left: pd.Series, right: pd.Series) -> pd.Series:
    """Half-way between levels: the name of a step, by which tables find it."""
    return ((left + right) / 2).round(LEVEL_DECIMALS)
