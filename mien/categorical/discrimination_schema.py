"""How much a cell's units change between neighbouring levels: what is known of each pair."""

from mien.tables.columns import GROUP
from mien.tables.schema import FLOAT, INT, TEXT, Schema

DISCRIMINATION = Schema(
    "discrimination",
    {**GROUP, "n_units": INT, "continuum": TEXT, "identity": TEXT, "level": FLOAT, "step": FLOAT, "distance": FLOAT},
)
