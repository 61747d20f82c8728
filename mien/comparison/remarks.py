"""What a status says beside why a value is missing: a classifier that had to stop, controls that are not matched."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mien.status import NOT_CONVERGED, NOTHING_TO_MATCH, SAMPLED, TOO_FEW_TO_MATCH, added, has
from mien.tables.columns import CELL, READOUT
from mien.tables.schema import Schema, status_of

#: Codes that are added to `status` in every table with a `group` of units.
REMARKS = (NOT_CONVERGED, NOTHING_TO_MATCH, TOO_FEW_TO_MATCH, SAMPLED)

_CELL = list(CELL)


def with_remarks(schema: Schema) -> Schema:
    """A table's schema, whose `status` may have the remarks, too, if they are added to it."""
    if not {"group", "status"} <= set(schema.columns):
        return schema
    codes = dict.fromkeys((*schema.columns["status"].codes, *REMARKS))
    return schema._replace(columns={**schema.columns, "status": status_of(*codes)})


def remarked(table: pd.DataFrame, trials: pd.DataFrame, selection: pd.DataFrame) -> pd.DataFrame:
    """A table of what units decided, whose `status` also says where a classifier did not converge, where controls
    are not as many as the selective units, and where `all` are a sample; any other table as it is.

    Args:
        trials: the decisions that it is made of.
    """
    if not {*_CELL, "group", "status"} <= set(table):
        return table
    by = [column for column in (*_CELL, "set", *READOUT, "labels", "continuum") if {column} <= set(table) & set(trials)]
    n_selective = selection.drop_duplicates(_CELL).set_index(_CELL)["n_selective"]
    n_selective = n_selective.reindex(pd.MultiIndex.from_frame(table[_CELL])).to_numpy()
    controls = table["group"].isin(["random", "nonselective"]) & (table["n_units"] > 0)
    remarks = {
        NOT_CONVERGED: _among(table, by, trials[stopped_early(trials)], by),
        NOTHING_TO_MATCH: controls & (n_selective == 0),
        TOO_FEW_TO_MATCH: controls & (n_selective > 0) & (table["n_units"] != n_selective),
        SAMPLED: (table["group"] == "all") & _among(table, _CELL, _sampled(trials, selection), _CELL),
    }
    return _with_remarks(table, remarks)


def remarked_counts(counts: pd.DataFrame, trials: pd.DataFrame, selection: pd.DataFrame) -> pd.DataFrame:
    """The table `unit_counts`, whose `status` also says where all units read are of a sample; as in `remarked`."""
    return _with_remarks(counts, {SAMPLED: _among(counts, _CELL, _sampled(trials, selection), _CELL)})


def remarked_pairs(pairs: pd.DataFrame, similarity: pd.DataFrame) -> pd.DataFrame:
    """The table `similarity_differences`, whose `status` also says what is remarked in `similarity` of either side."""
    by = ["network", "layer", "set", "group", "classifier"]
    remarks = {}
    for code in REMARKS:
        affected = similarity[has(similarity["status"], code)]
        sides = ([f"network_{side}", f"layer_{side}", *by[2:]] for side in "ab")
        remarks[code] = np.any([_among(pairs, columns, affected, by) for columns in sides], axis=0)
    return _with_remarks(pairs, remarks)


def _sampled(trials: pd.DataFrame, selection: pd.DataFrame) -> pd.DataFrame:
    """Cells of which fewer units are read in `all` than vary."""
    read = trials[(trials["group"] == "all") & (trials["classifier"] != "within")].groupby(_CELL)["n_units"].max()
    varying = selection.drop_duplicates(_CELL).set_index(_CELL)["n_varying"].reindex(read.index)
    return read[read < varying].reset_index()


def _with_remarks(table: pd.DataFrame, remarks: Mapping[str, np.ndarray]) -> pd.DataFrame:
    """A table whose `status` has further codes, each where its mask is true."""
    status = table["status"]
    for code, where in remarks.items():
        status = added(status, code, where)
    return table.assign(status=status)


def _among(table: pd.DataFrame, columns: list[str], others: pd.DataFrame, theirs: list[str]) -> np.ndarray:
    """Which rows' `columns` are those that some of the others have in `theirs`, (rows,) of bool."""
    return pd.MultiIndex.from_frame(table[columns]).isin(pd.MultiIndex.from_frame(others[theirs].drop_duplicates()))


def stopped_early(trials: pd.DataFrame) -> pd.Series:
    """Which decisions are of a classifier that did not converge."""
    return trials["converged"].eq(False).fillna(False).astype(bool)
