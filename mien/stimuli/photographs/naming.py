"""What the names of files say of the pictures in them."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pandas as pd

from mien.errors import InputError
from mien.stimuli.folders import is_picture
from mien.stimuli.photographs.databases import Database

#: Columns of a table of files; a column for each filter comes on top.
COLUMNS = ("file", "identity", "code", "number", "picture", "reason")
#: What no group of a study's own pattern can be called: columns, and other things that a study says of a source.
_TAKEN = {"file", "code", "picture", "reason", "name", "folder", "pattern", "codes"}


def read_names(files: list[str], database: Database) -> pd.DataFrame:
    """A row a file, with what its name says by the database's pattern.

    Returns:
        `file`, `identity` (null where nobody is named), `code` (of the expression), `number` (of several pictures of
        it), `picture` (what two files of one picture have in common), `reason` (why it is no photograph of an
        expression, or null), and the filters' values; codes and values in small letters.
    """
    pattern = re.compile(database.pattern, re.IGNORECASE)
    others = [(re.compile(other, re.IGNORECASE), reason) for other, reason in database.others.items()]

    def row(file: str) -> dict[str, Any]:
        stem = os.path.splitext(file.rpartition("/")[2])[0]
        if not is_picture(file):
            return {"reason": "not a picture"}
        match = pattern.fullmatch(stem)
        if not match:
            return {"reason": next((reason for other, reason in others if other.fullmatch(stem)), "no match")}
        groups = match.groupdict(default="")
        return {
            "identity": database.identity and database.identity.format(**groups).upper(),
            "code": groups.get("expression"),
            "number": groups.get("number", ""),
            "picture": groups.get("picture") or stem[len(groups.get("prefix", "")) :],
            **{name: groups.get(name, "") for name in database.filters},
        }

    return as_table(({"file": file, **row(file)} for file in files), database.filters)


def compiled(pattern: str) -> re.Pattern:
    """A study's own pattern of names.

    Raises:
        InputError: it is no regular expression, or has no group `expression` or one whose name means something else.
    """
    try:
        found = re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        raise InputError(f"pattern '{pattern}': no regular expression ({error})") from None
    if "expression" not in found.groupindex:
        there = ", ".join(found.groupindex) or "no group that has a name"
        raise InputError(
            f"pattern '{pattern}': expected the named groups identity and expression, such as "
            f"'(?P<identity>S[0-9]+)_(?P<expression>[A-Z]+)[.]jpg', and found {there}. Only where nobody is named, "
            "identity may be absent"
        )
    taken = sorted(found.groupindex.keys() & _TAKEN)
    if taken:
        raise InputError(f"pattern '{pattern}': a group cannot be called {taken[0]}. Rename it")
    return found


def read_by_pattern(files: list[str], pattern: re.Pattern) -> pd.DataFrame:
    """A row a file as in `read_names`; each group but identity, expression and number is a filter.

    A pattern that holds a `/` is tried on the name with the folder above it, with two folders, and so on.
    """
    filters = [name for name in pattern.groupindex if name not in ("identity", "expression", "number")]
    named = "identity" in pattern.groupindex

    def row(file: str) -> dict[str, Any]:
        if not is_picture(file):
            return {"reason": "not a picture"}
        ends = _ends(file) if "/" in pattern.pattern else [file.rpartition("/")[2]]
        match = next((match for end in ends if (match := pattern.fullmatch(end))), None)
        if not match or not match["expression"] or (named and not match["identity"]):
            return {"reason": "no match"}
        groups = match.groupdict(default="")
        return {
            "identity": groups.get("identity"),
            "code": groups["expression"],
            "number": groups.get("number", ""),
            "picture": os.path.splitext(file.rpartition("/")[2] if named else file)[0],
            **{name: groups[name] for name in filters},
        }

    return as_table(({"file": file, **row(file)} for file in files), filters)


def as_table(rows: Iterable[Mapping[str, Any]], filters: Mapping[str, Any] | list[str]) -> pd.DataFrame:
    """Rows as a table of files; what they lack is null, and filters empty."""
    table = pd.DataFrame(list(rows), columns=[*COLUMNS, *filters], dtype="str")
    for name in ("code", "picture", *filters):
        table[name] = table[name].str.casefold()
    return table.fillna({name: "" for name in ("number", *filters)})


def _ends(file: str) -> Iterator[str]:
    """A file's name, that with the folder above it, and so on."""
    parts = file.split("/")
    return ("/".join(parts[first:]) for first in range(len(parts) - 1, -1, -1))
