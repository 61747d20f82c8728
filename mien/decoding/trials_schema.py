"""What a decision on a picture's expression is."""

from mien.tables.columns import EXPRESSION, LABELS, READOUT
from mien.tables.schema import BOOL, INT, TEXT, Schema, one_of

TRIALS = Schema(
    "trials",
    {
        "stimulus": TEXT,
        "set": TEXT,
        "identity": TEXT,
        **READOUT,
        "labels": one_of(*LABELS),
        "n_units": INT,
        "converged": BOOL,
        "true_expression": EXPRESSION,
        "response_expression": EXPRESSION,
    },
)
