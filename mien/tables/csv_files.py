"""CSV files that people make, read strictly: a row that does not fit the header is named with its line, never guessed.

Light to import: the Snakefile reads lists of pictures, too.
"""

import csv
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from mien.errors import InputError

if TYPE_CHECKING:
    import pandas as pd

_OTHER_SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "vertical bars"}


class Rows(NamedTuple):
    """The rows of a CSV as text, without blank lines; white space around a value is none of it."""

    columns: list[str]
    lines: list[int]  #: of each row in the file; the header stands on line 1
    values: list[list[str]]  #: (rows, columns)

    def frame(self) -> "pd.DataFrame":
        """As text, indexed by line; an empty value is null, and `NA` or `None` are the texts that they are."""
        import pandas as pd  # not needed for planning

        frame = pd.DataFrame(self.values, index=self.lines, columns=self.columns, dtype="str")
        return frame.mask(frame == "")


def read_csv(path: str | Path, expected: str) -> Rows:
    """Read a CSV in UTF-8 with commas, values in double quotes where they hold one.

    Rows may end in commas that the header lacks, as spreadsheets write them, if nothing stands behind these.

    Args:
        expected: what the file should be, to end an error's message with.

    Raises:
        InputError: there is no such file, it is no such CSV, its header lacks or repeats a name, or a row has more or
            fewer values than the header; the message names the line.
    """
    lines, rows = [], []
    try:
        with open(path, newline="", encoding="utf-8-sig") as file:
            reader = csv.reader(file, strict=True, skipinitialspace=True)
            read = 0
            try:
                for row in reader:
                    line, read = read + 1, reader.line_num
                    if read > line:
                        raise InputError(f"{path}, line {line}: {_unclosed(f'a value goes on to line {read}')}")
                    if any("\0" in value for value in row):
                        raise InputError(f"{path}, line {line}: holds a NUL character, so it is no text")
                    if any(map(str.strip, row)):
                        lines.append(line)
                        rows.append([value.strip() for value in row])
            except csv.Error as error:
                raise InputError(f"{path}, line {read + 1}: {_unclosed(str(error))}") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not a CSV table in UTF-8 ({error}). Save it as one; expected {expected}") from None
    except (OSError, ValueError) as error:  # a ValueError of a name that holds a NUL
        raise InputError(f"{path}: cannot be read ({getattr(error, 'strerror', error)}); expected {expected}") from None
    if not rows:
        raise InputError(f"{path}: is empty; expected {expected}")
    header, *values = rows
    columns = header[: max((place for place, name in enumerate(header, 1) if name), default=0)]
    _check_header(path, lines[0], columns, expected)
    return Rows(columns, lines[1:], [_fitting(path, *row, columns) for row in zip(lines[1:], values, strict=True)])


def _unclosed(what: str) -> str:
    return f"{what}. Is a quotation mark left open there? A value that holds one is written in quotes, and it doubled"


def _check_header(path: str | Path, line: int, columns: list[str], expected: str) -> None:
    for separator, name in _OTHER_SEPARATORS.items():
        if len(columns) == 1 and separator in columns[0]:
            raise InputError(f"{path}, line {line}: columns are separated by {name}. Save it with commas instead")
    if "" in columns:
        raise InputError(f"{path}, line {line}: column {columns.index('') + 1} has no name; expected {expected}")
    twice = [column for column in columns if columns.count(column) > 1]
    if twice:
        raise InputError(f"{path}, line {line}: two columns are called '{twice[0]}'. Rename or delete one of them")


def _fitting(path: str | Path, line: int, values: list[str], columns: list[str]) -> list[str]:
    """The values of a row, one a column."""
    if len(values) < len(columns) or any(values[len(columns) :]):
        there = f"{len(values)} value{'s' * (len(values) != 1)}"
        raise InputError(
            f"{path}, line {line}: {there}, and the header names {len(columns)} columns: {', '.join(columns)}. "
            "A value that holds a comma is written in quotes"
        )
    return values[: len(columns)]
