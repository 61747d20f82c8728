"""What a decision on a morph is."""

from mien.tables.columns import READOUT
from mien.tables.schema import BOOL, FLOAT, INT, TEXT, Schema

IDENTIFICATION_TRIALS = Schema(
    "identification_trials",
    {
        "stimulus": TEXT,
        "continuum": TEXT,
        "level": FLOAT,
        "identity": TEXT,
        **READOUT,
        "n_units": INT,
        "converged": BOOL,
        "chose_second": BOOL,
        "decision": FLOAT,
    },
)
