"""What is said of a claim."""

from mien.claims.rules import FAILS, HOLDS, NOT_REPRODUCED, REPRODUCED, UNSURE, UNTESTED
from mien.tables.schema import FLOAT, INT, TEXT, Schema, one_of

CLAIMS = Schema(
    "claims",
    {
        "claim": TEXT,
        "statement": TEXT,
        "published": FLOAT,
        "published_source": TEXT,
        "value": FLOAT,
        "low": FLOAT,
        "high": FLOAT,
        "n_networks": INT,
        "n_seeds": INT,
        "rule": TEXT,
        "finding": one_of(HOLDS, FAILS, UNSURE),
        "verdict": one_of(REPRODUCED, NOT_REPRODUCED, UNSURE, UNTESTED),
        "why": TEXT,
    },
)
