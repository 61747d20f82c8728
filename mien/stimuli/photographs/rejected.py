"""The photographs that are not used, as a table."""

from collections.abc import Mapping

import pandas as pd

from mien.stimuli.photographs.rejection import Rejected
from mien.tables.schema import TEXT, Schema

#: Chosen photographs that cannot be used, or are not needed.
REJECTED = Schema(
    "rejected",
    {"identity": TEXT, "expression": TEXT, "database": TEXT, "file": TEXT, "reason": TEXT, "detail": TEXT},
)


def names_of(pictures: pd.DataFrame) -> list[str]:
    """What landmarks go by: `DATABASE/FILE`."""
    return (pictures["database"] + "/" + pictures["file"]).tolist()


def rejected_table(pictures: pd.DataFrame, reasons: Mapping[int, Rejected | str]) -> pd.DataFrame:
    """Table `rejected` of some rows of table `photographs`, in its order: each with its reason, by its row."""
    rows = pictures.loc[sorted(reasons), ["identity", "expression", "database", "file"]]
    each = [reasons[row] for row in rows.index]
    return rows.assign(
        reason=[why.reason if isinstance(why, Rejected) else why for why in each],
        detail=[why.args[0] if isinstance(why, Rejected) else None for why in each],
    ).reset_index(drop=True)


def without_landmarks(pictures: pd.DataFrame, found: Mapping[str, object]) -> pd.DataFrame:
    """Table `rejected` of the pictures for which there is a reason, and no landmarks, by name (`names_of`)."""
    each = ((row, found[name]) for row, name in zip(pictures.index, names_of(pictures), strict=True))
    return rejected_table(pictures, {row: why for row, why in each if isinstance(why, Rejected)})
