"""What participants answered when they labelled expressions: the rows of two tables."""

from typing import NamedTuple

import pandas as pd

from mien.confusions.observers import OBSERVER_TRIALS

#: How a network is read out: what participants' rows leave null.
READOUT = {"layer": "str", "seed": "Int64", "group": "str", "draw": "Int64", "classifier": "str"}


class Participants(NamedTuple):
    """What participants answered."""

    confusion: pd.DataFrame  #: rows of the table `confusion`; `n` is null where it is not known
    trials: pd.DataFrame  #: rows of the table `observer_trials`; none for a published matrix


def of_participants(table: pd.DataFrame) -> pd.Series:
    """Which rows of the tables `confusion` or `observer_trials` are participants': those that no layer answered."""
    return table["layer"].isna()


def from_tables(confusion: pd.DataFrame, trials: pd.DataFrame) -> Participants:
    """What participants answered, from tables that were read back: numbers with nulls are whole again."""
    whole = dict.fromkeys(("seed", "draw", "n", "n_units"), "Int64")
    return Participants(*(t.astype({c: whole[c] for c in t if c in whole}) for t in (confusion, trials)))


def nulls(index: pd.Index) -> dict[str, pd.Series]:
    """What participants' rows leave null."""
    return {name: pd.Series(pd.NA, index, kind) for name, kind in READOUT.items()}


def no_trials() -> pd.DataFrame:
    """Trials of participants of whom only a matrix is known."""
    text = dict.fromkeys(OBSERVER_TRIALS.names, "str")
    return pd.DataFrame(columns=OBSERVER_TRIALS.names).astype(text | READOUT | {"rt": "float64"})
