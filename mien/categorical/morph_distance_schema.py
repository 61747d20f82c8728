"""How much pictures change between neighbouring levels: what is known of each pair."""

from mien.tables.schema import FLOAT, TEXT, Schema

MORPH_DISTANCE = Schema(
    "morph_distance",
    {"continuum": TEXT, "identity": TEXT, "level": FLOAT, "step": FLOAT, "distance": FLOAT},
)
