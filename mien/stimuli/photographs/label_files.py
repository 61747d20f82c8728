"""Databases whose labels stand in text files beside the pictures: CK+ and RAF-DB."""

import re
from collections.abc import Callable, Mapping
from pathlib import Path

import pandas as pd

from mien.errors import InputError
from mien.stimuli.photographs.databases import DATABASES
from mien.stimuli.photographs.folders import list_files
from mien.stimuli.photographs.naming import COLUMNS, as_table, read_names

NOT_LABELLED, UNREADABLE_LABEL = "not labelled", "unreadable label"


def read_ck_plus(folder: Path, expected: str) -> pd.DataFrame:
    """The frames of CK+ as a table of files (`naming.read_names`): a sequence's label is that of the frame it names.

    Raises:
        InputError: the folder cannot be read, or holds no labels.
    """
    files = list_files(folder, expected)
    emotion = re.compile(r"(?:.*/)?(S\d{3}_\d{3}_\d{8})_emotion\.txt", re.IGNORECASE)
    frames = {file: match[1].casefold() for file in files if (match := emotion.fullmatch(file))}
    if not frames:
        raise InputError(f"{folder}: holds no labels. Expected {expected}")
    labels = {frame: label_of(_text(folder / file)) for file, frame in frames.items()}
    table = read_names([file for file in files if file not in frames], DATABASES["CK+"])
    in_sequence = table["picture"].str[:8].isin({frame[:8] for frame in labels}) & ~table["picture"].isin(labels)
    table["reason"] = table["reason"].mask(in_sequence, "not the last frame")
    return labelled(table, labels, lambda frame: f"{frame.upper()}.png")


def read_raf_db(folder: Path, expected: str) -> pd.DataFrame:
    """The pictures of RAF-DB as a table of files (`naming.read_names`).

    Raises:
        InputError: the folder cannot be read, holds no list of labels or two (of the basic expressions and of compound
            ones), or a line of the list is no picture with its label.
    """
    files = list_files(folder, expected)
    lists = [file for file in files if re.search(r"(^|/)list_par?tition_label\.txt$", file.casefold())]
    if not lists:
        raise InputError(f"{folder}: holds no labels. Expected {expected}")
    if len(lists) > 1:
        raise InputError(f"{folder}: holds {', '.join(lists)}. Name the folder of the basic expressions alone")
    where, labels = folder / lists[0], {}
    for line, text in enumerate(_text(where).splitlines(), start=1):
        name, *label = text.split()[:2] or [""]
        picture = name.casefold().removesuffix(".jpg")
        if name and (not label or picture in labels):
            wrong = "this picture a second time" if label else "no label"
            raise InputError(f"{where}, line {line}: {wrong}. Expected a picture and its label: train_00001.jpg 4")
        if name:
            labels[picture] = label_of(*label)
    table = read_names([file for file in files if file not in lists], DATABASES["RAF-DB"])
    return labelled(table, labels, lambda picture: f"{picture}.jpg")


def labelled(table: pd.DataFrame, labels: Mapping[str, str], file_of: Callable[[str], str]) -> pd.DataFrame:
    """A table of files with codes from labels by `picture`; and a row for each label that has no file.

    Args:
        labels: what `label_of` makes of them, by picture.
        file_of: the name of a picture's file, for those that are not there.
    """
    code = table["picture"].map(labels).astype("str")
    reason = table["reason"].mask(table["reason"].isna() & code.isna(), NOT_LABELLED)
    reason = reason.mask(reason.isna() & (code == UNREADABLE_LABEL), UNREADABLE_LABEL)
    absent = sorted(labels.keys() - set(table["picture"].dropna()))
    filters = [name for name in table if name not in COLUMNS]
    missing = as_table([{"file": file_of(picture), "reason": "no file"} for picture in absent], filters)
    return pd.concat(
        [table.assign(code=code.mask(code == UNREADABLE_LABEL), reason=reason), missing], ignore_index=True
    )


def label_of(text: str) -> str:
    """A whole number as the databases' codes have it, or `UNREADABLE_LABEL`; `3.0000000e+00` is 3."""
    try:
        number = float(text)
    except ValueError:
        return UNREADABLE_LABEL
    return str(int(number)) if number.is_integer() else UNREADABLE_LABEL


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Expected labels of pictures") from None
