"""How people label expressions: confusion tables, read and checked."""

from pathlib import Path

import pandas as pd

from mien.errors import InputError
from mien.expressions import EXPRESSIONS

#: A published matrix is read off a picture, so its rows sum to one only within the reading error (data card: .99-1.02).
ROW_SUM_TOLERANCE = 0.02

#: Columns of the table that people's rows leave null: how a network is read out, and how many decisions there were.
_OF_NETWORKS = {"layer": "str", "seed": "Int64", "group": "str", "draw": "Int64", "classifier": "str",
                "n_units": "Int64", "n": "Int64"}  # fmt: skip
_COLUMNS = ("observer", "stimuli", "true_expression", "response_expression", "proportion")


def read_published(path: str | Path, observer: str = "human") -> pd.DataFrame:
    """Read the published confusion matrices of one observer.

    Args:
        path: a CSV with columns `observer`, `stimuli` (becomes `set`), `true_expression`, `response_expression`,
            `proportion`; further columns and other observers' rows are ignored.
        observer: whose matrices: `human`, or a network of the publication.

    Returns:
        Rows of the table `confusion`, 36 for each set in the file's order of sets. `n` is null: the publication does
        not give it. Proportions are as published, not made to sum to one.

    Raises:
        InputError: the file is missing or lacks a column, the observer has no row, or a matrix has an unknown
            expression, a cell missing or twice, a proportion outside 0 to 1, or a row that does not sum to one.
    """
    try:
        frame = pd.read_csv(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{path}: cannot be read as a CSV ({error}); expected columns {', '.join(_COLUMNS)}") from None
    missing = [column for column in _COLUMNS if column not in frame]
    if missing:
        raise InputError(f"{path}: no column {', '.join(missing)}; expected {', '.join(_COLUMNS)}")
    frame = frame[frame["observer"] == observer]
    if frame.empty:
        raise InputError(f"{path}: no row of observer '{observer}'; give the matrix of {observer}, or another file")
    _check_rows(path, frame)
    return pd.concat([_matrix(path, *part) for part in frame.groupby("stimuli", sort=False)], ignore_index=True)


def _check_rows(path: str | Path, frame: pd.DataFrame) -> None:
    """Check what can be said of one row alone; its index is its place below the header."""
    proportion = pd.to_numeric(frame["proportion"], errors="coerce")
    problems = {
        f"is not one of {', '.join(EXPRESSIONS)}": ("true_expression", frame["true_expression"].isin(EXPRESSIONS)),
        f"is none of {', '.join(EXPRESSIONS)}": ("response_expression", frame["response_expression"].isin(EXPRESSIONS)),
        "is not a proportion from 0 to 1": ("proportion", proportion.between(0, 1)),
        "stands there twice: keep one row for each cell": (
            "response_expression",
            ~frame.duplicated(["stimuli", "true_expression", "response_expression"]),
        ),
    }
    for problem, (column, good) in problems.items():
        if not good.all():
            row = good.idxmin()
            raise InputError(f"{path}, line {row + 2}: {column} '{frame.at[row, column]}' {problem}")


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
    return table.assign(**{c: pd.Series(pd.NA, table.index, kind) for c, kind in _OF_NETWORKS.items()})
