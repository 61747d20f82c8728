"""What a table is to hold: its columns in order, their types and, of a column with few values or codes, these.

A schema stands with the stage that makes the table, so that a new column runs that stage again and no other. Light to
import.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from mien.codes import codes_of

if TYPE_CHECKING:
    import pandas as pd


LIST_OF = "list of "  #: before the type of its numbers, the type of a column of lists


class Column(NamedTuple):
    """What a column holds, beside nulls."""

    type: str  #: as Arrow calls it, maybe after `LIST_OF`
    allowed: tuple[str, ...] = ()  #: its values; none named: any
    codes: tuple[str, ...] = ()  #: of a status: what it may say beside `ok`


TEXT, INT, FLOAT, BOOL, BYTES = map(Column, ("string", "int64", "float64", "bool", "binary"))
FLOATS, FLOATS32 = (Column(LIST_OF + kind) for kind in ("float64", "float32"))


def one_of(*values: str) -> Column:
    """A column of text with few values."""
    return Column(TEXT.type, values)


def status_of(*codes: str) -> Column:
    """A column of statuses: each is `ok`, or some of these codes, joined."""
    return Column(TEXT.type, codes=codes)


class Schema(NamedTuple):
    """A table's name, that of its file, and its columns."""

    name: str
    columns: Mapping[str, Column]

    @property
    def names(self) -> list[str]:
        """Of the columns, in order."""
        return list(self.columns)

    def check(self, frame: "pd.DataFrame") -> None:
        """Refuse what is not this table, whatever the order of its columns; types are checked when it is written.

        Raises:
            ValueError: a column is missing or is none of the table's, or holds a value that it may not.
        """
        wrong = []
        if missing := [name for name in self.columns if name not in frame]:
            wrong.append(f"no column {', '.join(missing)}")
        if unknown := [name for name in frame if name not in self.columns]:
            wrong.append(f"unknown column {', '.join(unknown)}")
        for name, column in self.columns.items():
            known = column.allowed or column.codes
            if known and name in frame:
                found = set(frame[name].dropna())
                found = {code for status in found for code in codes_of(str(status))} if column.codes else found
                wrong += [f"{name} '{value}' is none of {', '.join(known)}" for value in sorted(found - set(known))[:1]]
        if wrong:
            raise ValueError(f"table {self.name}: {'; '.join(wrong)}")
