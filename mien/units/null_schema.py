"""What the null of the count is kept for: a criterion of selectivity at its thresholds, under either scheme."""

from mien.configuration.criteria import CRITERIA
from mien.tables.schema import FLOAT, INT, Schema, one_of

#: A criterion and its thresholds.
CHOICE = {"criterion": one_of(*CRITERIA), "threshold_expression": FLOAT, "threshold_identity": FLOAT}
#: The effect of identity held as observed, or taken anew under every shuffle.
SCHEMES = ("fixed", "recomputed")
NULL = Schema("null", {"permutation": INT, **CHOICE, "scheme": one_of(*SCHEMES), "count": INT, "n_units": INT})
