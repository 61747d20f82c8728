"""The pictures of one source of photographs: a database, files of a study's own names, or a list.

A source gives at most one picture of a person's expression. Whatever it leaves out has its reason; the pictures
themselves are not opened here.
"""

import os
import posixpath
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import pandas as pd

from mien.errors import InputError
from mien.stimuli.folders import entries, is_litter
from mien.stimuli.photographs.affectnet import read_affectnet
from mien.stimuli.photographs.choices import OWN_CODES, chosen_values, codes_of, database_name, word_of
from mien.stimuli.photographs.databases import DATABASES, NO_EXPRESSION, WORDS, Database, Filter, expressions_of
from mien.stimuli.photographs.folders import as_on_disk, list_files
from mien.stimuli.photographs.label_files import read_ck_plus, read_raf_db
from mien.stimuli.photographs.naming import COLUMNS, as_table, compiled, read_by_pattern, read_names
from mien.stimuli.photographs.own_sources import keys_of, of_own_files, own_label
from mien.stimuli.photographs.preferences import ANOTHER_FORMAT, ANOTHER_PICTURE, DUPLICATE_NAME, check_decided, lesser
from mien.tables.csv_files import read_csv

_READERS: dict[str, Callable[[Path, str], pd.DataFrame]] = {
    "affectnet": read_affectnet,
    "ck+": read_ck_plus,
    "raf-db": read_raf_db,
}

#: Every reason for which a file is left out; with a study's own pattern, `other GROUP` too.
REASONS = (
    # what it shows
    *WORDS,
    NO_EXPRESSION,
    "uncertain",
    "no face",
    "average face",
    # a choice of the study, or the database's default
    *dict.fromkeys(choice.reason for database in DATABASES.values() for choice in database.filters.values()),
    # its label
    "not labelled",
    "not the last frame",
    "two labels",
    "unreadable label",
    # its name
    "no file",
    "no match",
    "not a picture",
    ANOTHER_PICTURE,
    ANOTHER_FORMAT,
    DUPLICATE_NAME,
)


class Found(NamedTuple):
    """What a source gives, and what it leaves out."""

    database: str  #: the name of the database; of files of a study's own, that of their folder or list
    pictures: pd.DataFrame  #: `identity` (null where nobody is named), `expression`, `file`, `path`; sorted
    left_out: pd.DataFrame  #: `database`, `file`, `reason` (of `REASONS`); files are relative to the folder
    expressions: tuple[str, ...]  #: of the study, that it can show
    names_identities: bool


def find_pictures(source: Mapping[str, Any], expressions: Sequence[str]) -> Found:
    """The pictures of a source as a study describes it.

    Args:
        source: `name` (of a database, `pattern` or `list`); `folder`, or for a list `file`; for a pattern `pattern`
            and, where names hold other than words for expressions, `codes`; and choices among the pictures.
        expressions: the study's: pictures of others are left out.

    Raises:
        InputError: the source is not described so, its folder or list cannot be read, or no picture is taken.
        DesignError: pictures of a study's own differ in what it says nothing of.
    """
    given = {str(key): value for key, value in source.items()}
    name = str(given.pop("name", ""))
    kind, needed = name.casefold() if of_own_files(name) else database_name(name), keys_of(name)
    for key in needed:
        if not isinstance(given.get(key), str | Path):
            raise InputError(f"photographs, {name}: '{key}' is missing. Needed are {', '.join(needed)}")
    if kind == "list":
        path = given.pop("file")
        chosen_values(f"photographs, {name}", {}, given)
        return find_in_list(path, expressions)
    folder = Path(given.pop("folder"))
    if kind == "pattern":
        return find_by_pattern(folder, given.pop("pattern"), given.pop("codes", OWN_CODES), given, expressions)
    return find_in_database(kind, folder, given, expressions)


def find_in_database(name: str, folder: str | Path, choices: Mapping[str, Any], expressions: Sequence[str]) -> Found:
    """The pictures of a database (a name of `DATABASES`) in a folder; `choices` are some of its filters."""
    database = DATABASES[name]
    wanted = chosen_values(name, database.filters, choices)
    expected = f"{name}'s files, such as {database.example}; they are asked for at {database.asked_at}"
    if database.labels == "names":
        table = read_names(list_files(folder, expected), database)
    else:
        table = _READERS[database.labels](Path(folder), expected)
    _check_matches(folder, table, expected)
    return _found(name, folder, table, database, expressions, wanted)


def find_by_pattern(
    folder: str | Path,
    pattern: str,
    codes: Mapping[Any, Any],
    choices: Mapping[str, Any],
    expressions: Sequence[str],
) -> Found:
    """The pictures in a folder whose names match a study's own pattern (`naming.read_by_pattern`).

    Args:
        pattern: with the named groups `expression`, `identity` (but where nobody is named), perhaps `number` (of
            several pictures the first is taken) and others.
        codes: what the group `expression` holds, and the expression that it means.
        choices: by other group, the values that are taken, most wanted first.
    """
    label, names = own_label("pattern", folder), compiled(pattern)
    codes = codes_of(label, codes)
    expected = f"pictures whose names match the pattern {pattern}"
    table = read_by_pattern(list_files(folder, expected), names)
    _check_matches(folder, table, expected)
    values = {group: sorted(set(table[group]) - {""}) for group in table.columns.difference(COLUMNS, sort=False)}
    filters = {
        group: Filter({value: value for value in found}, tuple(found), f"other {group}")
        for group, found in values.items()
    }
    own = Database(pattern, codes, "", "", filters=filters, endings=())
    wanted = chosen_values(label, filters, choices)
    said = {str(choice).casefold() for choice in choices}
    undecided = [group for group in filters if group.casefold() not in said]
    return _found(label, folder, table, own, expressions, wanted, undecided)


def find_in_list(path: str | Path, expressions: Sequence[str]) -> Found:
    """The pictures that a CSV lists: `file` (relative to it), `expression`, and `identity` but where nobody is named.

    Of several pictures of a person's expression the first in the list is taken.
    """
    path = Path(path)
    rows = read_csv(path, "the columns file, identity and expression (without identity where nobody is named)").frame()
    for column in ("file", "expression", *({"identity"} & set(rows))):
        if column not in rows:
            raise InputError(f"{path}: no column '{column}'. A list of photographs needs file, identity, expression")
        if rows[column].isna().any():
            raise InputError(f"{path}, line {rows.index[rows[column].isna()][0]}: '{column}' is empty")
    rows["file"] = rows["file"].str.replace("\\", "/").map(posixpath.normpath)
    rows = rows.loc[[not is_litter(file.rpartition("/")[2]) for file in rows["file"]]]
    file = rows["file"]
    if rows.empty:
        raise InputError(f"{path}: lists no pictures. It needs a row for each")
    if file.duplicated().any():
        first, second = file.index[file == file[file.duplicated()].iloc[0]][:2]
        raise InputError(f"{path}, lines {first} and {second}: the same file twice. List every picture once")
    words = [word_of(f"{path}, line {line}", word) for line, word in rows["expression"].items()]
    on_disk = pd.Series(_found_in(path.parent, file), dtype="str")
    table = as_table([], []).reindex(range(len(rows)))
    table = table.assign(
        file=on_disk.fillna(file.reset_index(drop=True)),
        identity=rows["identity"].array if "identity" in rows else None,
        code=words,
        number=[str(line) for line in rows.index],
        picture=file.array,
        reason=on_disk.isna().map({True: "no file", False: None}),
    )
    own = Database("", {word: word for word in words}, "", "", endings=())
    return _found(own_label("list", path), path.parent, table, own, expressions, {})


def _found(
    label: str,
    folder: str | Path,
    table: pd.DataFrame,
    database: Database,
    expressions: Sequence[str],
    wanted: Mapping[str, Sequence[str]],
    undecided: Sequence[str] = (),
) -> Found:
    """What is taken of a table of files (`naming.read_names`), and why each other file is not.

    A reason is what is shown, or else a filter's, or else the table's, or else that another picture is wanted more.

    Args:
        wanted: by filter, the values that are taken, most wanted first.
        undecided: filters of which a study has said nothing, and must if pictures of one thing differ in them.
    """
    word = table["code"].map(database.codes).astype("str")
    expression = word.where(word.isin(list(expressions)))
    reason = word.where(expression.isna()).mask(table["code"].notna() & word.isna(), NO_EXPRESSION)
    for name, values in wanted.items():
        others = set(database.filters[name].values.values()) - set(values)
        reason = reason.mask(
            reason.isna() & table["code"].notna() & table[name].isin(others), database.filters[name].reason
        )
    table = table.assign(expression=expression, reason=reason.fillna(table["reason"]))
    candidates = table[table["reason"].isna()]
    if candidates.empty:
        counts = ", ".join(f"{count:,} {why}" for why, count in table["reason"].value_counts().sort_index().items())
        raise InputError(f"{folder}: none of the files of {label} is taken: {counts}")
    check_decided(candidates, undecided, label)
    reasons = {name: choice.reason for name, choice in database.filters.items()}
    table["reason"] = table["reason"].fillna(lesser(candidates, wanted, reasons, database.endings))
    taken = table["reason"].isna()
    pictures = table.loc[taken, ["identity", "expression", "file"]].sort_values(["identity", "expression", "file"])
    left_out = table.loc[~taken, ["file", "reason"]].sort_values(["file", "reason"]).assign(database=label)
    return Found(
        label,
        pictures.assign(path=[os.path.join(folder, file) for file in pictures["file"]]).reset_index(drop=True),
        left_out[["database", "file", "reason"]].reset_index(drop=True),
        expressions_of(database, expressions),
        bool(pictures["identity"].notna().all()),
    )


def _check_matches(folder: str | Path, table: pd.DataFrame, expected: str) -> None:
    """Check that at least one file is one of the source's."""
    if table["code"].isna().all():
        such = ", ".join(table["file"].head(3))
        there = f"none of its {len(table):,} files is one, such as {such}" if len(table) else "holds no files"
        raise InputError(f"{folder}: {there}. Expected {expected}")


def _found_in(folder: Path, files: pd.Series) -> list[str | None]:
    """Listed files as the disk has them, None for those that are not there; each of their folders is listed once."""
    there = []
    for inside in sorted({file.rpartition("/")[0] for file in files}):
        if (folder / inside).is_dir():
            there += [posixpath.join(inside, name) for name in entries(folder / inside, "listed pictures")[1]]
    return as_on_disk(files, there)
