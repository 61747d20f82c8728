"""What is known of a cell's units: each of them, how many are selective, and which are read."""

from collections.abc import Iterable

from mien.halves import HALVES
from mien.tables.columns import EXPRESSION, GROUPS
from mien.tables.schema import BOOL, FLOAT, INT, Schema, one_of, status_of
from mien.units.null_schema import CHOICE, SCHEMES

KINDS = ("selective", "mixed", "identity", "neither", "constant")

#: Codes that `status` of the table `selection` may have. `mien.status` has them and their words, but is not imported
#: here: other words would select, and so probe, every cell again.
STATUSES = ("no_selective_units", "no_unit_selective_in_either_half", "responses_vanish")

_COUNTS = {"n_units": INT, "n_varying": INT, "n_selective": INT, "share_of_all": FLOAT, "share_of_varying": FLOAT}
_CHANCE = {
    "scheme": one_of(*SCHEMES),
    "null_mean": FLOAT,
    "null_low": FLOAT,
    "null_high": FLOAT,
    "p_count": FLOAT,
}


def units_schema(expressions: Iterable[str]) -> Schema:
    """What the table `units` is in a study of these expressions."""
    return Schema(
        "units",
        {
            "unit": INT,
            "channel": INT,
            "row": INT,
            "column": INT,
            "mean": FLOAT,
            "sd": FLOAT,
            "f_expression": FLOAT,
            "p_expression": FLOAT,
            "f_identity": FLOAT,
            "p_identity": FLOAT,
            "eta2_expression": FLOAT,
            "eta2_identity": FLOAT,
            **{f"tuning_{expression}": FLOAT for expression in expressions},
            "preferred": EXPRESSION,
            "kind": one_of(*KINDS),
            "selective": BOOL,
            **{f"selective_half_{half}": BOOL for half in HALVES},
        },
    )


#: A row for each scheme of the null.
SELECTION = Schema(
    "selection",
    {
        **CHOICE,
        "n_identities": INT,
        **_COUNTS,
        "n_mixed": INT,
        "n_identity": INT,
        "n_neither": INT,
        "n_constant": INT,
        "eta2_expression_selective": FLOAT,
        "eta2_identity_selective": FLOAT,
        "eta2_expression_varying": FLOAT,
        "eta2_identity_varying": FLOAT,
        "cohens_f_selective": FLOAT,
        "n_half_a": INT,
        "n_half_b": INT,
        "n_both_halves": INT,
        "n_both_expected": FLOAT,
        "kappa_halves": FLOAT,
        "p_both": FLOAT,
        "log10_p_both": FLOAT,
        "omega2_other_half": FLOAT,
        **_CHANCE,
        "n_permutations": INT,
        "status": status_of(*STATUSES),
    },
)
#: The count and its null at all thresholds of the study's criterion.
SENSITIVITY = Schema("sensitivity", {**CHOICE, **_COUNTS, **_CHANCE})
UNIT_GROUPS = Schema(
    "groups", {"group": one_of(*GROUPS, *(f"selective_half_{half}" for half in HALVES)), "draw": INT, "unit": INT}
)
