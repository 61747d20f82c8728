"""What is selected of a cell's units."""

import pandas as pd

from mien.units.criteria import Choice
from mien.units.sensitivity import sensitivity
from mien.units.summary import summarise_selection


def selection_of(units: pd.DataFrame, moments: pd.DataFrame, null: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The table `selection` of a cell, as the rule `select` makes it."""
    return summarise_selection(units, moments, null, sensitivity(moments, null, choice), choice)
