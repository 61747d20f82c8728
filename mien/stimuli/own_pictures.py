"""A user's own ready pictures as a stimulus set: source `pictures`."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from mien.errors import DesignError, InputError
from mien.expressions import ends_of
from mien.halves import FEWEST_LOCALIZED
from mien.stimuli.levels import LEAST_STEP, LEVEL_DECIMALS
from mien.stimuli.picture_files import open_picture
from mien.stimuli.pictures import picture_columns
from mien.tables.csv_files import read_csv


def stimulus_set(
    name: str, design: Mapping[str, Any], expressions: Sequence[str], variation: Mapping, size: int, seed: int
) -> pd.DataFrame:
    """The pictures that a design's `table` lists, as they are (`read_pictures`): neither varied nor drawn."""
    return read_pictures(design["table"], name, expressions, size)


def read_pictures(table: str | Path, set_name: str, expressions: Sequence[str], size: int) -> pd.DataFrame:
    """A `stimuli` table from ready pictures (grey or RGB, cropped) that a CSV lists.

    Args:
        table: CSV beside the pictures with the columns `file` (relative to the CSV), `identity`, `expression`; or, for
            the set `morphs`, `file`, `identity`, `continuum`, `level` (share of the second expression, 0 to 1).
        expressions: of which every identity shows each once, or between two of which continua run.
        size: side in pixels to which the pictures, square ones, are resized (antialiased).

    Raises:
        InputError: a column, file or value is wrong, a picture is tiny or shown twice; the message names the row.
        DesignError: an identity x expression combination is missing or double, or a localizer has too few identities.
    """
    table = Path(table)
    design = ["continuum", "level"] if set_name == "morphs" else ["expression"]
    columns = ["file", "identity", *design]
    rows = read_csv(table, f"a CSV with the columns {', '.join(columns)}").frame()
    for column in columns:
        if column not in rows:
            raise InputError(f"{table}: no column '{column}'. A table of the set {set_name} needs {', '.join(columns)}")
        if rows[column].isna().any():
            raise InputError(f"{table}, line {rows[column].isna().idxmax()}: '{column}' is empty")
    if rows.empty:
        raise InputError(f"{table}: lists no pictures. It needs a row for each")
    _check_labels(rows, design, expressions, table)
    rows = rows.assign(level=_one_number_a_level(rows, table)) if "level" in design else rows
    images = [
        open_picture(table.parent / file, size, where=f"{table}, line {line}: ") for line, file in rows["file"].items()
    ]
    if len({image.ndim for image in images}) > 1:
        raise InputError(f"{table}: some pictures are grey and some in colour. Give all of them alike")
    frame = pd.DataFrame(
        {
            "stimulus": [f"{set_name}/{Path(file).with_suffix('')}" for file in rows["file"]],
            "set": set_name,
            "identity": rows["identity"],
            "expression": rows["expression"] if "expression" in design else None,
            "continuum": rows["continuum"] if "continuum" in design else None,
            "level": rows["level"].astype(float) if "level" in design else None,
            **picture_columns(images, source=str(table.name)),
        }
    )
    _check_duplicates(frame, rows["file"], table)
    if set_name == "localizer" and (identities := frame["identity"].nunique()) < FEWEST_LOCALIZED:
        raise DesignError(
            f"{table}: {identities} identities; the localizer needs {FEWEST_LOCALIZED} or more, two for either half"
        )
    return frame.reset_index(drop=True)


def _check_labels(rows: pd.DataFrame, design: list[str], expressions: Sequence[str], table: Path) -> None:
    for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
        try:
            if "continuum" in design:
                ends_of(row["continuum"], expressions)
                _check_level(row["level"])
            elif row["expression"] not in expressions:
                raise InputError(f"expression '{row['expression']}': expected one of {', '.join(expressions)}")
        except InputError as error:
            raise InputError(f"{table}, line {line}: {error}") from None
    if "expression" in design:
        counts = pd.crosstab(rows["identity"], rows["expression"]).reindex(columns=list(expressions), fill_value=0)
        for (identity, expression), count in counts.stack().items():
            if count != 1:
                raise DesignError(
                    f"{table}: identity '{identity}' has {count} pictures of '{expression}', and needs exactly one of "
                    f"each of {', '.join(expressions)}. Add the missing row, or leave the identity out"
                )


def _check_level(level: str) -> None:
    try:
        is_share = 0 <= float(level) <= 1
    except ValueError:
        is_share = False
    if not is_share:
        raise InputError(f"level '{level}': expected a share from 0 to 1, with a decimal point, such as 0.25")


def _one_number_a_level(rows: pd.DataFrame, table: Path) -> pd.Series:
    """Levels of morphs, the same number where only rounding tells them apart: here a level gets its identity."""
    level = rows["level"].astype(float).round(LEVEL_DECIMALS)
    for continuum, rising in level.sort_values(kind="stable").groupby(rows["continuum"]):
        step = rising.diff()
        near = np.flatnonzero((step > 0) & (step < LEAST_STEP - 1e-9))
        if len(near):
            pair = rising.iloc[near[0] - 1 : near[0] + 1]
            raise InputError(
                f"{table}, lines {' and '.join(map(str, sorted(pair.index)))}: levels "
                f"{' and '.join(map(str, pair))} of {continuum} are hardly apart. Write equal levels alike, and others "
                f"at least {LEAST_STEP} apart"
            )
        place = rising.rank(method="dense")
        if not (place.groupby(rows["identity"]).diff() == 1).any():
            raise DesignError(
                f"{table}: no identity has two neighbouring levels of {continuum}, so that no change from one level to "
                "the next can be measured. Give all identities the same levels"
            )
    return level


def _check_duplicates(frame: pd.DataFrame, files: pd.Series, table: Path) -> None:
    """That no two rows of `frame` have one name or picture; either argument is indexed by line."""
    for column in ("stimulus", "sha256"):
        alike = frame[column].duplicated(keep=False)
        if alike.any():
            value = frame.loc[alike.idxmax(), column]
            first, second = files[frame[column] == value].iloc[:2].items()
            where = f"{table}, lines {first[0]}, {second[0]}"
            if column == "stimulus" and Path(first[1]) != Path(second[1]):
                raise InputError(
                    f"{where}: {first[1]} and {second[1]} would both be called '{value}', as stimuli go by their "
                    "files' names without the ending. Rename one of the files"
                )
            raise InputError(f"{where}: the same picture twice, {first[1]} and {second[1]}. List every picture once")
