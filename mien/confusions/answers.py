"""Participants' answers: their single trials or a published confusion matrix, read and checked."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

import numpy as np
import pandas as pd

from mien.confusions.matching import check_sets
from mien.confusions.matrices import FEWEST_SHARED, Confusion, confusion
from mien.confusions.observers import OBSERVER_TRIALS
from mien.confusions.participants import Participants, no_trials, nulls
from mien.errors import InputError
from mien.expressions import EXPRESSIONS, KNOWN
from mien.tables.csv_files import read_csv

#: A published matrix is read off a picture, so its rows sum to one only within the reading error (data card: .99-1.02).
ROW_SUM_TOLERANCE = 0.02

#: What the configuration calls the publication's matrices, in place of a file.
PUBLISHED = "published"

_MATRIX = ("observer", "stimuli", "true_expression", "response_expression", "proportion")
_TRIALS = ("subject", "stimulus", "set", "true_expression", "response_expression")
_OF = ", ".join(KNOWN)
#: How R, pandas and programs that run experiments write that a number or an answer is missing. As a name it is one.
_NO_VALUE = ("na", "n/a", "nan", "null", "none")


def read(path: str | Path) -> Participants:
    """Read participants' answers, whichever of two forms a CSV has, which its columns tell.

    Args:
        path: either trials, one row a decision: `subject`, `stimulus`, `set`, `true_expression`, `response_expression`
            (empty: no answer), and if there are, `observer` (the group of participants, else `human`), `identity` (else
            each stimulus is one of its own) and `rt` (seconds); any number of participants and observers. Or a matrix,
            as `read_published` reads it: of the observer `human`, or of all that it names if none is called so.

    Raises:
        InputError: neither, or a row of it is wrong; the message names the line.
    """
    frame = _read_csv(path)
    if "proportion" in frame:
        _check_rows(path, frame, {"is empty: every row says who answered": ("observer", frame["observer"].notna())})
        observers = ["human"] if (frame["observer"] == "human").any() else list(dict.fromkeys(frame["observer"]))
        matrices = [_published(path, frame, observer) for observer in observers]
        return Participants(pd.concat(matrices, ignore_index=True), no_trials())
    trials = _trials(path, frame)
    there = {*EXPRESSIONS, *trials["true_expression"], *trials["response_expression"]}
    table = confusion(trials, ["observer", "set"], [expression for expression in KNOWN if expression in there])
    return Participants(table.assign(**nulls(table.index), n_units=pd.Series(pd.NA, table.index, "Int64")), trials)


def read_all(
    files: Mapping[str, str | Path], networks: Collection[str], sets: Sequence[str], expressions: Sequence[str]
) -> tuple[Participants, list[str]]:
    """All files' participants as one, and a sentence on each set of theirs that the study does not compare, or only
    over some of the expressions.

    Args:
        files: by their names in the configuration; what is called `PUBLISHED` may have any sets.
        networks: the study's.
        sets: the study's, of those that show expressions.
        expressions: the study's.

    Raises:
        InputError: as `read`; an observer is called like a network, or has the same set in two files; or a file has
            none of the sets, or one that is nearly called like one of them.
    """
    parts, told = [], []
    seen: dict[tuple[str, str], str | Path] = {}
    for name, path in files.items():
        each = read(path)
        parts.append(each)
        keys = list(each.confusion[["observer", "set"]].drop_duplicates().itertuples(index=False, name=None))
        for observer, set_ in keys:
            if observer in networks:
                raise InputError(
                    f"{path}: observer '{observer}' is called like the network networks.{observer} of the "
                    "configuration. Give one of the two another name"
                )
            if (observer, set_) in seen:
                raise InputError(
                    f"{path}: observer '{observer}' answers to set '{set_}' in {seen[observer, set_]} already. Give "
                    "one of the two another name in the column observer"
                )
            seen[observer, set_] = path
        tables = each.confusion.groupby(["observer", "set"], sort=False)
        told += [_shared(path, *key, table, expressions) for key, table in tables if key[1] in sets]
        if name != PUBLISHED:
            told += check_sets(path, keys, sets)
    participants = Participants(*(pd.concat([part[i] for part in parts], ignore_index=True) for i in range(2)))
    return participants, list(filter(None, told))


def _shared(path: str | Path, observer: str, set_: str, table: pd.DataFrame, expressions: Sequence[str]) -> str:
    """Over which expressions networks are compared with an observer; nothing where both have the same."""
    matrix = Confusion.from_table(table)
    shared, theirs = matrix.shared(expressions), matrix.shared(matrix.labels)
    if len(shared) == len(expressions) == len(theirs):
        return ""
    whose = f"{path}: observer '{observer}', set '{set_}'"
    if len(shared) < FEWEST_SHARED:
        named = ", ".join(shared) or "none"
        return (
            f"{whose}: nothing is compared, which needs {FEWEST_SHARED} expressions that the study shows, too ({named})"
        )
    return f"{whose}: confusions are compared over the expressions that the study shows, too: {', '.join(shared)}"


def read_published(path: str | Path, observer: str = "human") -> pd.DataFrame:
    """Read the published confusion matrices of one observer.

    Args:
        path: a CSV with columns `observer`, `stimuli` or `set`, `true_expression`, `response_expression`, `proportion`,
            and, if known, `n`: decisions of the true expression, of which `proportion` is a share. Further columns and
            other observers' rows are ignored.
        observer: whose matrices: `human`, or a network of the publication.

    Returns:
        Rows of the table `confusion`, all entries of each set in the file's order of sets. `n`, decisions of the entry,
        is null where the file does not tell. Proportions are as published, not made to sum to one.

    Raises:
        InputError: the file is missing or lacks a column, the observer has no row, or a matrix has an unknown
            expression, an entry missing or twice, a proportion outside 0 to 1, or a row that does not sum to one.
    """
    return _published(path, _read_csv(path), observer)


def _read_csv(path: str | Path) -> pd.DataFrame:
    frame = read_csv(path, _FORMS).frame()
    if "proportion" in frame:
        frame = frame.rename(columns={"set": "stimuli"}) if "stimuli" not in frame else frame
    _check_columns(path, frame, _MATRIX if "proportion" in frame else _TRIALS)
    if frame.empty:
        raise InputError(f"{path}: has no row below its header; expected {_FORMS}")
    return frame


_FORMS = f"trials with columns {', '.join(_TRIALS)}, or a confusion matrix with columns {', '.join(_MATRIX)}"


def _or_null(column: pd.Series) -> pd.Series:
    """A column that holds no names, without the words for a missing value."""
    return column.mask(column.str.casefold().isin(_NO_VALUE))


def _check_columns(path: str | Path, frame: pd.DataFrame, needed: Sequence[str]) -> None:
    missing = [column for column in needed if column not in frame]
    if missing:
        raise InputError(f"{path}: no column {', '.join(missing)}; expected {_FORMS}")


def _check_rows(path: str | Path, frame: pd.DataFrame, problems: Mapping[str, tuple[str, pd.Series]]) -> None:
    """Say of the first bad row what is wrong: for each problem its column and which rows are good."""
    for problem, (column, good) in problems.items():
        if not good.all():
            line = good.idxmin()
            value = frame.at[line, column]
            raise InputError(f"{path}, line {line}: {column} '{'' if pd.isna(value) else value}' {problem}")


def _trials(path: str | Path, frame: pd.DataFrame) -> pd.DataFrame:
    """Trials checked and in the contract's columns."""
    response = _or_null(frame["response_expression"])
    given = _or_null(frame.get("rt", pd.Series(index=frame.index, dtype="str")))
    rt = pd.to_numeric(given, errors="coerce")
    stimuli = frame.groupby(["set", "stimulus"], dropna=False)
    problems = {f"is empty: every trial has a {c}": (c, frame[c].notna()) for c in ("subject", "stimulus", "set")}
    problems |= {
        f"is not one of {_OF}": ("true_expression", frame["true_expression"].isin(KNOWN)),
        f"is neither empty nor one of {_OF}: leave out the row, or leave the answer empty": (
            "response_expression",
            response.isin(KNOWN) | response.isna(),
        ),
        "is not what the stimulus shows in an earlier row": (
            "true_expression",
            frame["true_expression"] == stimuli["true_expression"].transform("first"),
        ),
    }
    if "observer" in frame:
        problems["is empty: name the group of participants, or leave out the column"] = (
            "observer",
            frame["observer"].notna(),
        )
    if "identity" in frame:
        earlier = frame["identity"].fillna("") == frame["identity"].fillna("").groupby(stimuli.ngroup()).transform(
            "first"
        )  # fmt: skip
        problems["is not whom the stimulus shows in an earlier row"] = "identity", earlier
    if "rt" in frame:
        problems["is not a time in seconds above 0"] = "rt", given.isna() | ((rt > 0) & (rt < np.inf))
    _check_rows(path, frame, problems)
    table = frame.reindex(columns=OBSERVER_TRIALS.names).assign(
        **nulls(frame.index), response_expression=response, rt=rt
    )
    table["observer"] = frame.get("observer", "human")
    return table.astype({c: "str" for c in ("observer", "identity", "response_expression")}).reset_index(drop=True)


def _published(path: str | Path, frame: pd.DataFrame, observer: str) -> pd.DataFrame:
    frame = frame[frame["observer"] == observer]
    if frame.empty:
        raise InputError(f"{path}: no row of observer '{observer}'; give the matrix of {observer}, or another file")
    entry, n = ["stimuli", "true_expression", "response_expression"], np.nan
    proportion = pd.to_numeric(frame["proportion"], errors="coerce")
    problems = {
        "is empty: every row names its set": ("stimuli", frame["stimuli"].notna()),
        f"is not one of {_OF}": ("true_expression", frame["true_expression"].isin(KNOWN)),
        f"is none of {_OF}": ("response_expression", frame["response_expression"].isin(KNOWN)),
        "is not a proportion from 0 to 1": ("proportion", proportion.between(0, 1)),
        "stands there twice: keep one row for each entry": ("response_expression", ~frame.duplicated(entry)),
    }
    if "n" in frame:
        given = _or_null(frame["n"])
        n = pd.to_numeric(given, errors="coerce")
        same = n == n.groupby([frame[c] for c in entry[:2]]).transform("first")
        whole = n.between(1, 2**53) & (n % 1 == 0)
        problems["is not a whole number above 0, or empty"] = "n", given.isna() | whole
        problems["is not that of the true expression's other rows"] = "n", given.isna() | same
    _check_rows(path, frame, problems)
    checked = frame.assign(proportion=proportion, n=n)
    return pd.concat([_matrix(path, *part) for part in checked.groupby("stimuli", sort=False)], ignore_index=True)


def _matrix(path: str | Path, name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """All entries of one set in contract order, checked as a whole."""
    names = ["true_expression", "response_expression"]
    there = [expression for expression in KNOWN if (rows[names] == expression).any(axis=None)]
    entries = pd.MultiIndex.from_product([there, there], names=names)
    given = rows.set_index(entries.names)["proportion"]
    for true, response in entries.difference(given.index):
        raise InputError(
            f"{path}: stimuli '{name}' has no row for true expression {true} and response {response}; all "
            f"{len(entries)} are needed"
        )
    for true, total in given.groupby(level=0).sum().items():
        if abs(total - 1) > ROW_SUM_TOLERANCE:
            line = rows.index[rows["true_expression"] == true][0]
            raise InputError(
                f"{path}, from line {line}: proportions of stimuli '{name}', true expression {true}, sum to "
                f"{total:.3f}; expected 1 within {ROW_SUM_TOLERANCE}"
            )
    table = given.reindex(entries).reset_index().assign(observer=rows["observer"].iloc[0], set=name)
    of = rows.set_index(entries.names)["n"].reindex(entries).to_numpy()
    n = (table["proportion"] * of).round().astype("Int64")
    return table.assign(**nulls(table.index), n_units=pd.Series(pd.NA, table.index, "Int64"), n=n)
