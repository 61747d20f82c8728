"""What a status says beside why a value is missing: a classifier that had to stop, controls that are not matched."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mien.decoding.classifiers import NOT_CONVERGED
from mien.tables.columns import CELL, READOUT

#: Why controls are not as many units as are selective.
NOTHING_TO_MATCH = "controls are not count-matched: no unit is selective"
TOO_FEW_TO_MATCH = "controls are not count-matched: too few units to draw from"

_CELL = list(CELL)


def remarked(table: pd.DataFrame, trials: pd.DataFrame, selection: pd.DataFrame) -> pd.DataFrame:
    """A table of what units decided, whose `status` also says where a classifier did not converge, and where controls
    are not as many as the selective units; any other table as it is.

    Args:
        trials: the decisions that it is made of.
    """
    if not {*_CELL, "group", "status"} <= set(table):
        return table
    by = [column for column in (*_CELL, "set", *READOUT, "labels", "continuum") if {column} <= set(table) & set(trials)]
    n_selective = selection.drop_duplicates(_CELL).set_index(_CELL)["n_selective"]
    n_selective = n_selective.reindex(pd.MultiIndex.from_frame(table[_CELL])).to_numpy()
    controls = (table["group"] != "selective") & (table["n_units"] > 0)
    remarks = {
        NOT_CONVERGED: _among(table, by, trials[stopped_early(trials)], by),
        NOTHING_TO_MATCH: controls & (n_selective == 0),
        TOO_FEW_TO_MATCH: controls & (n_selective > 0) & (table["n_units"] != n_selective),
    }
    return _with_remarks(table, remarks)


def remarked_pairs(pairs: pd.DataFrame, similarity: pd.DataFrame) -> pd.DataFrame:
    """The table `similarity_differences`, whose `status` also says what is remarked in `similarity` of either side."""
    by = ["network", "layer", "set", "group", "classifier"]
    remarks = {}
    for words in (NOT_CONVERGED, NOTHING_TO_MATCH, TOO_FEW_TO_MATCH):
        affected = similarity[similarity["status"].str.contains(words, regex=False)]
        sides = ([f"network_{side}", f"layer_{side}", *by[2:]] for side in "ab")
        remarks[words] = np.any([_among(pairs, columns, affected, by) for columns in sides], axis=0)
    return _with_remarks(pairs, remarks)


def _with_remarks(table: pd.DataFrame, remarks: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """A table whose `status` is joined by words, each where its mask is true."""
    status = table["status"].to_numpy(object)
    for words, where in remarks.items():
        status = np.where(where, np.where(status == "ok", words, status + "; " + words), status)
    return table.assign(status=status)


def _among(table: pd.DataFrame, columns: list[str], others: pd.DataFrame, theirs: list[str]) -> np.ndarray:
    """Which rows' `columns` are those that some of the others have in `theirs`, (rows,) of bool."""
    return pd.MultiIndex.from_frame(table[columns]).isin(pd.MultiIndex.from_frame(others[theirs].drop_duplicates()))


def stopped_early(trials: pd.DataFrame) -> pd.Series:
    """Which decisions are of a classifier that did not converge."""
    return trials["converged"].eq(False).fillna(False).astype(bool)
