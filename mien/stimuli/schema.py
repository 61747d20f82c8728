"""What a stimulus set is: one row a picture, in the order of presentation."""

from mien.stimuli.pictures import COLUMNS
from mien.tables.columns import EXPRESSION
from mien.tables.schema import FLOAT, TEXT, Schema

STIMULI = Schema(
    "stimuli",
    {
        "stimulus": TEXT,
        "set": TEXT,
        "identity": TEXT,
        "expression": EXPRESSION,
        "continuum": TEXT,
        "level": FLOAT,
        **COLUMNS,
    },
)
