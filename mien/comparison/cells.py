"""Which cells of a study can be compared."""

from collections.abc import Iterable, Mapping, Sequence

import pandas as pd

from mien.status import MISSING, NO_UNITS, NOT_CONVERGED, TRAINING_FAILED, joined
from mien.tables.columns import CELL
from mien.tables.schema import FLOAT, INT, TEXT, Schema, one_of, status_of

#: How a network came about, in a reader's words.
ORIGINS = {
    "trained": "trained here",
    "initialised": "initialised, not trained",
    "fetched": "fetched with its weights",
    "shuffled": "another's weights, shuffled",
}
#: Codes that `status` may have.
STATUSES = (MISSING, TRAINING_FAILED, NO_UNITS, NOT_CONVERGED)

#: What each cell is, and whether it can be compared.
CELLS = Schema(
    "cells",
    {
        **CELL,
        "origin": one_of(*ORIGINS),
        "score": TEXT,
        "heldout_score": FLOAT,
        "n_units": INT,
        "n_varying": INT,
        "n_selective": INT,
        "share_of_all": FLOAT,
        "share_of_varying": FLOAT,
        "status": status_of(*STATUSES),
    },
)
Cell = tuple[str, str, int]  #: network, layer, seed

_CELL = list(CELL)
_COUNTS = dict.fromkeys(("n_units", "n_varying", "n_selective"), "Int64")
_COUNTS |= dict.fromkeys(("share_of_all", "share_of_varying"), "float64")


def cell_states(
    selection: pd.DataFrame,
    networks: Mapping[tuple[str, int], Mapping],
    training_score: float,
    missing: Sequence[Cell] = (),
    not_converged: Iterable[Cell] = (),
) -> pd.DataFrame:
    """The table `cells`: what each network is, and whether its cell can be compared.

    Args:
        selection: rows of the table `selection`, one or more a cell.
        networks, training_score, missing: as in `tables.compare`.
        not_converged: cells of which a classifier of true labels had to stop.
    """
    rows = []
    for row in selection.drop_duplicates(_CELL).itertuples():
        info = networks[row.network, row.seed]
        name, score = info["score"], info["heldout_score"]
        reasons = []
        if score is not None and score < training_score:
            reasons.append(TRAINING_FAILED)
        if not row.n_selective:
            reasons.append(NO_UNITS)
        if (row.network, row.layer, row.seed) in not_converged:
            reasons.append(NOT_CONVERGED)
        counts = (getattr(row, column) for column in _COUNTS)
        rows.append((row.network, row.layer, row.seed, info["origin"], name, score, *counts, joined(reasons)))
    rows += [(*cell, *[None] * (3 + len(_COUNTS)), MISSING) for cell in missing]
    return pd.DataFrame(rows, columns=CELLS.names).astype(_COUNTS)
