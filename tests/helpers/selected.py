"""Units of every kind, planted once for all tests of selection."""

import numpy as np
import pandas as pd

from mien.expressions import EXPRESSIONS
from mien.units.anova import sums_of
from mien.units.criteria import Choice
from mien.units.null import null_counts
from mien.units.selection import select_units
from mien.units.sensitivity import sensitivity
from mien.units.summary import summarise_selection
from tests.helpers.planted import design, noise, sums_over

KINDS = ["selective"] * 30 + ["mixed"] * 20 + ["identity"] * 25 + ["neither"] * 400 + ["constant"] * 5
CHOICE = Choice("two_way", 0.01, 0.01)


def plant():
    """Twenty identities seen by 480 units of known kinds; unit i prefers expression i mod 6.

    Returns:
        Responses (pictures, units), and the tables `units`, `null` and `moments`.
    """
    stimuli, kinds = design(20), np.array(KINDS)
    responses = noise(20, len(kinds))
    prefers = np.arange(len(kinds)) % 6
    shown = stimuli["expression"].map(EXPRESSIONS.index).to_numpy()
    responses += 4 * (shown[:, None] == prefers) * np.isin(kinds, ["selective", "mixed"])
    person = np.repeat(np.random.default_rng(5).standard_normal((20, len(kinds))), 6, axis=0)
    responses += 4 * person * np.isin(kinds, ["mixed", "identity"])
    responses[:, kinds == "constant"] = 0.7
    moments, permuted, units = sums_over(stimuli, responses, permutations=40)
    null = null_counts(sums_of(moments.iloc[units]), permuted)
    return responses, select_units(moments, CHOICE), null, moments


def selection_of(units: pd.DataFrame, moments: pd.DataFrame, null: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The table `selection` of a cell, as the rule `select` makes it."""
    return summarise_selection(units, moments, null, sensitivity(moments, null, choice), choice)
