"""How people label expressions: their single trials or a published confusion matrix, read and checked."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import NamedTuple

import pandas as pd

from mien.confusion import confusion
from mien.errors import InputError
from mien.expressions import EXPRESSIONS

#: A published matrix is read off a picture, so its rows sum to one only within the reading error (data card: .99-1.02).
ROW_SUM_TOLERANCE = 0.02

#: How a network is read out: what people's rows leave null.
_READOUT = {"layer": "str", "seed": "Int64", "group": "str", "draw": "Int64", "classifier": "str"}
_MATRIX = ("observer", "stimuli", "true_expression", "response_expression", "proportion")
_TRIALS = ("subject", "stimulus", "set", "true_expression", "response_expression")
#: Columns of people's trials, those of the table `observer_trials`.
TRIALS = ("observer", *_READOUT, "subject", "stimulus", "set", "identity", "true_expression", "response_expression",
          "rt")  # fmt: skip

_OF = ", ".join(EXPRESSIONS)


class People(NamedTuple):
    """What people answered."""

    confusion: pd.DataFrame  #: rows of the table `confusion`, 36 a matrix; `n` is null where it is not known
    trials: pd.DataFrame  #: rows of the table `observer_trials`, in `TRIALS`; none for a published matrix


def read(path: str | Path) -> People:
    """Read people's answers, whichever of two forms a CSV has, which its columns tell.

    Args:
        path: either trials, one row a decision: `subject`, `stimulus`, `set`, `true_expression`, `response_expression`
            (empty: no answer), and if there are, `observer` (the group of people, else `human`), `identity` (else each
            stimulus is one of its own) and `rt` (seconds); any number of people and observers. Or a matrix, as
            `read_published` reads it: of the observer `human`, or of all that it names if none is called so.

    Raises:
        InputError: neither, or a row of it is wrong; the message names the line.
    """
    frame = _read_csv(path)
    if "proportion" in frame:
        observers = ["human"] if (frame["observer"] == "human").any() else list(dict.fromkeys(frame["observer"]))
        matrices = [_published(path, frame, observer) for observer in observers]
        return People(pd.concat(matrices, ignore_index=True), _no_trials())
    trials = _trials(path, frame)
    table = confusion(trials, ["observer", "set"])
    return People(table.assign(**_nulls(table.index), n_units=pd.Series(pd.NA, table.index, "Int64")), trials)


def read_all(paths: Sequence[str | Path]) -> People:
    """All files' people as one.

    Raises:
        InputError: as `read`, or an observer has the same set in two files.
    """
    people = [read(path) for path in paths]
    seen: dict[tuple[str, str], str | Path] = {}
    for path, each in zip(paths, people, strict=True):
        for key in each.confusion[["observer", "set"]].drop_duplicates().itertuples(index=False, name=None):
            if key in seen:
                raise InputError(
                    f"{path}: observer '{key[0]}' answers to set '{key[1]}' in {seen[key]} already. Give one of the "
                    "two another name in the column observer"
                )
            seen[key] = path
    return People(*(pd.concat([part[i] for part in people], ignore_index=True) for i in range(2)))


def read_published(path: str | Path, observer: str = "human") -> pd.DataFrame:
    """Read the published confusion matrices of one observer.

    Args:
        path: a CSV with columns `observer`, `stimuli` or `set`, `true_expression`, `response_expression`, `proportion`,
            and, if known, `n`: decisions of the true expression, of which `proportion` is a share. Further columns and
            other observers' rows are ignored.
        observer: whose matrices: `human`, or a network of the publication.

    Returns:
        Rows of the table `confusion`, 36 for each set in the file's order of sets. `n`, decisions of the cell, is null
        where the file does not tell. Proportions are as published, not made to sum to one.

    Raises:
        InputError: the file is missing or lacks a column, the observer has no row, or a matrix has an unknown
            expression, a cell missing or twice, a proportion outside 0 to 1, or a row that does not sum to one.
    """
    return _published(path, _read_csv(path), observer)


def with_identities(people: People, shown: pd.DataFrame) -> People:
    """People whose trials have the identity of every stimulus: that of the study where it shows the stimulus too.

    Args:
        shown: the study's stimuli or networks' trials: `stimulus`, `set`, `identity`, `true_expression`.

    Raises:
        InputError: people's true expression of a stimulus is not the study's.
    """
    known = shown.drop_duplicates(["set", "stimulus"])[["set", "stimulus", "identity", "true_expression"]]
    both = people.trials[["set", "stimulus"]].merge(known, how="left", on=["set", "stimulus"]).set_index(
        people.trials.index
    )  # fmt: skip
    theirs = people.trials["true_expression"]
    wrong = both["true_expression"].notna() & (both["true_expression"] != theirs)
    if wrong.any():
        row = wrong.idxmax()
        raise InputError(
            f"human data: stimulus '{people.trials.at[row, 'stimulus']}' of set '{people.trials.at[row, 'set']}' is "
            f"said to show {theirs[row]}, and in the study it shows {both.at[row, 'true_expression']}. Correct its rows"
        )
    identity = both["identity"].fillna(people.trials["identity"]).fillna("stimulus " + people.trials["stimulus"])
    return people._replace(trials=people.trials.assign(identity=identity))


def _read_csv(path: str | Path) -> pd.DataFrame:
    text = {name: "str" for name in ("observer", "subject", "stimulus", "set", "stimuli", "identity")}
    try:
        frame = pd.read_csv(path, dtype=text)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as a CSV ({error}); expected {_FORMS}") from None
    if "proportion" in frame:
        frame = frame.rename(columns={"set": "stimuli"}) if "stimuli" not in frame else frame
    _check_columns(path, frame, _MATRIX if "proportion" in frame else _TRIALS)
    return frame


_FORMS = f"trials with columns {', '.join(_TRIALS)}, or a confusion matrix with columns {', '.join(_MATRIX)}"


def _check_columns(path: str | Path, frame: pd.DataFrame, needed: Sequence[str]) -> None:
    missing = [column for column in needed if column not in frame]
    if missing:
        raise InputError(f"{path}: no column {', '.join(missing)}; expected {_FORMS}")


def _check_rows(path: str | Path, frame: pd.DataFrame, problems: Mapping[str, tuple[str, pd.Series]]) -> None:
    """Say of the first bad row what is wrong: for each problem its column and which rows are good."""
    for problem, (column, good) in problems.items():
        if not good.all():
            row = good.idxmin()
            raise InputError(f"{path}, line {row + 2}: {column} '{frame.at[row, column]}' {problem}")


def _trials(path: str | Path, frame: pd.DataFrame) -> pd.DataFrame:
    """Trials checked and in the contract's columns."""
    if frame.empty:
        raise InputError(f"{path}: no trials; expected one row a decision")
    rt = pd.to_numeric(frame.get("rt", pd.Series(index=frame.index, dtype=float)), errors="coerce")
    stimuli = frame.groupby(["set", "stimulus"], dropna=False)
    problems = {f"is empty: every trial has a {c}": (c, frame[c].notna()) for c in ("subject", "stimulus", "set")}
    problems |= {
        f"is not one of {_OF}": ("true_expression", frame["true_expression"].isin(EXPRESSIONS)),
        f"is neither empty nor one of {_OF}: leave out the row, or leave the answer empty": (
            "response_expression",
            frame["response_expression"].isin(EXPRESSIONS) | frame["response_expression"].isna(),
        ),
        "is not what the stimulus shows in an earlier row": (
            "true_expression",
            frame["true_expression"] == stimuli["true_expression"].transform("first"),
        ),
    }
    if "observer" in frame:
        problems["is empty: name the group of people, or leave out the column"] = "observer", frame["observer"].notna()
    if "identity" in frame:
        earlier = frame["identity"].fillna("") == frame["identity"].fillna("").groupby(stimuli.ngroup()).transform(
            "first"
        )  # fmt: skip
        problems["is not whom the stimulus shows in an earlier row"] = "identity", earlier
    if "rt" in frame:
        problems["is not a time in seconds above 0"] = "rt", (rt > 0) | frame["rt"].isna()
    _check_rows(path, frame, problems)
    table = frame.reindex(columns=list(TRIALS)).assign(**_nulls(frame.index), rt=rt)
    table["observer"] = frame.get("observer", "human")
    return table.astype({c: "str" for c in ("observer", "identity", "response_expression")})


def _published(path: str | Path, frame: pd.DataFrame, observer: str) -> pd.DataFrame:
    frame = frame[frame["observer"] == observer]
    if frame.empty:
        raise InputError(f"{path}: no row of observer '{observer}'; give the matrix of {observer}, or another file")
    cell = ["stimuli", "true_expression", "response_expression"]
    proportion = pd.to_numeric(frame["proportion"], errors="coerce")
    problems = {
        f"is not one of {_OF}": ("true_expression", frame["true_expression"].isin(EXPRESSIONS)),
        f"is none of {_OF}": ("response_expression", frame["response_expression"].isin(EXPRESSIONS)),
        "is not a proportion from 0 to 1": ("proportion", proportion.between(0, 1)),
        "stands there twice: keep one row for each cell": ("response_expression", ~frame.duplicated(cell)),
    }
    if "n" in frame:
        n = pd.to_numeric(frame["n"], errors="coerce")
        same = n == n.groupby([frame[c] for c in cell[:2]]).transform("first")
        problems["is not a whole number above 0, or empty"] = "n", frame["n"].isna() | ((n >= 1) & (n % 1 == 0))
        problems["is not that of the true expression's other rows"] = "n", frame["n"].isna() | same
    _check_rows(path, frame, problems)
    return pd.concat([_matrix(path, *part) for part in frame.groupby("stimuli", sort=False)], ignore_index=True)


def _matrix(path: str | Path, name: str, rows: pd.DataFrame) -> pd.DataFrame:
    """The 36 cells of one set in contract order, checked as a whole."""
    cells = pd.MultiIndex.from_product([EXPRESSIONS, EXPRESSIONS], names=["true_expression", "response_expression"])
    given = rows.set_index(cells.names)["proportion"].astype(float)
    for true, response in cells.difference(given.index):
        raise InputError(
            f"{path}: stimuli '{name}' has no row for true expression {true} and response {response}; all 36 are needed"
        )
    for true, total in given.groupby(level=0).sum().items():
        if abs(total - 1) > ROW_SUM_TOLERANCE:
            line = rows.index[rows["true_expression"] == true][0] + 2
            raise InputError(
                f"{path}, from line {line}: proportions of stimuli '{name}', true expression {true}, sum to "
                f"{total:.3f}; expected 1 within {ROW_SUM_TOLERANCE}"
            )
    table = given.reindex(cells).reset_index().assign(observer=rows["observer"].iloc[0], set=name)
    n = pd.Series(pd.NA, table.index, "Int64")
    if "n" in rows:
        of = rows.set_index(cells.names)["n"].astype(float).reindex(cells).to_numpy()
        n = (table["proportion"] * of).round().astype("Int64")
    return table.assign(**_nulls(table.index), n_units=pd.Series(pd.NA, table.index, "Int64"), n=n)


def _nulls(index: pd.Index) -> dict[str, pd.Series]:
    return {name: pd.Series(pd.NA, index, kind) for name, kind in _READOUT.items()}


def _no_trials() -> pd.DataFrame:
    text = {name: "str" for name in TRIALS}
    return pd.DataFrame(columns=list(TRIALS)).astype(text | _READOUT | {"rt": "float64"})
