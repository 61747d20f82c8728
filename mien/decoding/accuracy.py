"""How often observers are right."""

import pandas as pd

from mien.status import NO_UNITS, WORDS
from mien.tables.columns import CELL, LABELS, READOUT
from mien.tables.schema import FLOAT, INT, TEXT, Schema, one_of

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
        "status": TEXT,
    },
)
_NO_UNITS = WORDS[NO_UNITS]


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
    table["status"] = [_decisions(n, of) for n, of in zip(table["n"], shown, strict=True)]
    return table


def _decisions(n: int, shown: int) -> str:
    if n == shown:
        return "ok"
    return f"{_NO_UNITS} for {shown - n} of {shown} images" if n else _NO_UNITS
