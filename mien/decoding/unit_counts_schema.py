"""Accuracy against the number of units that are read: what is known of each number."""

from mien.status import NO_UNITS, NOT_CONVERGED
from mien.tables.columns import GROUP
from mien.tables.schema import FLOAT, INT, TEXT, Schema, status_of

#: Codes that `status` may have, before `mien.comparison` adds its remarks.
STATUSES = (NO_UNITS, NOT_CONVERGED)

#: A row a group, order of its units, number of units read, and set: of `n` decisions how many are `correct`.
UNIT_COUNTS = Schema(
    "unit_counts",
    {
        **GROUP,
        "n_units": INT,
        "set": TEXT,
        "n": INT,
        "correct": INT,
        "accuracy": FLOAT,
        "status": status_of(*STATUSES),
    },
)
