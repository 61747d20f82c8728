"""Why a result is missing or doubtful: codes in the tables, and the words for people that go with them.

A `status` is `ok`, or one or more codes joined by ";". Numbers that belong to a code stand in columns of their own.
Code compares codes; only what people read (captions, figures, messages, the report) looks the words up.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

OK = "ok"
MISSING = "missing"
NO_UNITS = "no_selective_units"
TRAINING_FAILED = "training_failed"
NOT_CONVERGED = "classifier_not_converged"
NOTHING_TO_MATCH = "nothing_to_match"
TOO_FEW_TO_MATCH = "too_few_to_match"

#: Every code, in the words of a table's reader.
WORDS: Mapping[str, str] = {
    OK: "ok",
    MISSING: "missing: not finished when the cells were compared",
    NO_UNITS: "no selective units",
    TRAINING_FAILED: "training failed: its held-out score is below comparison.training_score",
    NOT_CONVERGED: "classifier did not converge: it was stopped at decoding.max_iter",
    NOTHING_TO_MATCH: "controls are not count-matched: no unit is selective",
    TOO_FEW_TO_MATCH: "controls are not count-matched: too few units to draw from",
}


def joined(codes: Iterable[str]) -> str:
    """A status of these codes: `ok` if there are none."""
    return ";".join(dict.fromkeys(codes)) or OK


def codes_of(status: str) -> list[str]:
    """The codes of a status; none if it is `ok`."""
    return [] if status == OK else status.split(";")


def has(column: pd.Series, code: str) -> np.ndarray:
    """Which statuses of a column hold a code, (rows,) of bool."""
    return np.array([code in codes_of(status) for status in column], bool)


def added(column: pd.Series, code: str, where: np.ndarray) -> pd.Series:
    """Statuses with `code` after those that they have, where the mask is true."""
    return column.where(~np.asarray(where, bool), [joined([*codes_of(status), code]) for status in column])


def words(status: str) -> str:
    """A status in a reader's words."""
    return "; ".join(WORDS[code] for code in codes_of(status)) or WORDS[OK]
