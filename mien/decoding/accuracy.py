"""How often observers are right."""

import pandas as pd

from mien.status import NO_UNITS, NO_UNITS_FOR_SOME, first_of
from mien.tables.columns import CELL, LABELS, READOUT
from mien.tables.schema import FLOAT, INT, TEXT, Schema, one_of, status_of

#: Codes that `status` may have, before `mien.comparison` adds its remarks.
STATUSES = (NO_UNITS, NO_UNITS_FOR_SOME)

ACCURACY = Schema(
    "accuracy",
    {
        **CELL,
        "set": TEXT,
        **READOUT,
        "labels": one_of(*LABELS),
        "n_units": INT,
        "n": INT,
        "correct": INT,
        "accuracy": FLOAT,
        "status": status_of(*STATUSES),
    },
)


def accuracies(trials: pd.DataFrame) -> pd.DataFrame:
    """The table `accuracy`: of `n` decisions how many are `correct`; 0, and nulls, without units.

    Args:
        trials: the cells' trials with `network`, `layer`, `seed`.
    """
    by = [*CELL, "set", *READOUT, "labels", "n_units"]
    decided = trials["response_expression"].notna()
    correct = (trials["response_expression"] == trials["true_expression"]).where(decided).astype("Int64")
    rows = trials[by].assign(decided=decided, correct=correct).groupby(by, sort=False)
    table = pd.DataFrame({"n": rows["decided"].sum(), "correct": rows["correct"].sum(min_count=1)}).reset_index()
    table["accuracy"] = table["correct"].astype("float64") / table["n"].where(table["n"] > 0)
    shown = rows.size().to_numpy()
    return table.assign(status=first_of({NO_UNITS: table["n"] == 0, NO_UNITS_FOR_SOME: table["n"] < shown}))
