"""AffectNet in the two forms in which it is given: lists of labels, or an array file for each picture's label."""

import functools
import io
import os
from pathlib import Path

import numpy as np
import pandas as pd

from mien.errors import InputError
from mien.reporting import progress
from mien.stimuli.folders import entries, is_picture
from mien.stimuli.photographs.folders import as_on_disk, find_below, list_files
from mien.stimuli.photographs.label_files import UNREADABLE_LABEL, label_of, labelled
from mien.stimuli.photographs.naming import as_table

#: The form's files or folders, in small letters, and the part of the database in each.
_LISTS = {"training.csv": "training", "validation.csv": "validation"}
_SETS = {"train_set": "training", "val_set": "validation"}
#: Columns of a list, in this order where it has no header; the two that are read.
_COLUMNS = "subDirectory_filePath,face_x,face_y,face_width,face_height,facial_landmarks,expression,valence,arousal"
_FILE, _EXPRESSION = "subDirectory_filePath", "expression"
_LARGEST = 4096  # bytes of an array file that are read; one with a label has 132
_SAMPLE = 1000  # rows by which the right one of several folders of pictures is found


def read_affectnet(folder: Path, expected: str) -> pd.DataFrame:
    """The pictures of AffectNet as a table of files (`naming.read_names`).

    Raises:
        InputError: the folder cannot be read, holds neither form or both, or a list is damaged.
    """
    found = find_below(folder, {*_LISTS, *_SETS}, expected)
    names = [path.name.casefold() for path in found]
    if not found:
        raise InputError(f"{folder}: holds no labels. Expected {expected}")
    if len(set(names)) < len(names) or not (set(names) <= set(_LISTS) or set(names) <= set(_SETS)):
        there = ", ".join(path.relative_to(folder).as_posix() for path in found)
        raise InputError(f"{folder}: holds {there}. Name a folder with one copy, in one form: {expected}")
    if names[0] in _LISTS:
        return _from_lists(folder, found, expected)
    return pd.concat([_from_arrays(folder, path, expected) for path in found], ignore_index=True)


def _from_lists(folder: Path, lists: list[Path], expected: str) -> pd.DataFrame:
    """A row for each of the lists', and for each picture that they do not name."""
    rows = pd.concat([_read_list(path) for path in lists], ignore_index=True)
    root = _root_of_pictures(folder, rows["file"], expected)
    there = list_files(root, expected)
    on_disk = pd.Series(as_on_disk(rows["file"], there), dtype="str")
    rows["file"] = on_disk.fillna(rows["file"])
    rows["reason"] = rows["reason"].mask(on_disk.isna(), "no file")
    again = rows[rows["file"].duplicated(keep=False)]
    differ = again.groupby("file")["code"].nunique(dropna=False) > 1
    rows.loc[rows["file"].isin(differ.index[differ]), ["code", "reason"]] = [None, "two labels"]
    unnamed = sorted(set(there).difference(rows["file"]))
    reasons = ("not labelled" if is_picture(file) else "not a picture" for file in unnamed)
    rest = as_table([{"file": file, "reason": why} for file, why in zip(unnamed, reasons, strict=True)], ["part"])
    table = pd.concat([rows, rest], ignore_index=True)
    inside = root.relative_to(folder).as_posix()
    return table.assign(picture=table["file"], file=table["file"] if inside == "." else f"{inside}/" + table["file"])


def _read_list(path: Path) -> pd.DataFrame:
    columns = _COLUMNS.split(",")
    try:
        header = pd.read_csv(path, nrows=0, encoding="utf-8-sig").columns
        if _FILE in header and _EXPRESSION in header:
            rows = pd.read_csv(path, usecols=[_FILE, _EXPRESSION], dtype="str", encoding="utf-8-sig")
        elif len(header) == len(columns):
            rows = pd.read_csv(path, names=columns, usecols=[_FILE, _EXPRESSION], dtype="str", encoding="utf-8-sig")
        else:
            raise InputError(f"{path}: has the columns {', '.join(header)}. Expected {_COLUMNS}")
    except (ValueError, OSError) as error:
        raise InputError(f"{path}: no list of AffectNet ({error}). Expected a CSV with {_COLUMNS}") from None
    file = rows[_FILE].str.strip().str.replace("\\", "/").str.removeprefix("/")
    if file.isna().any():
        raise InputError(f"{path}: row {int(file.isna().to_numpy().argmax()) + 1} names no picture")
    words = {text: label_of(text) for text in rows[_EXPRESSION].dropna().unique()}
    code = rows[_EXPRESSION].map(words).astype("str")
    reason = code.where(code == UNREADABLE_LABEL).mask(code.isna(), "not labelled")
    table = as_table([], ["part"]).reindex(rows.index)
    return table.assign(
        file=file, code=code.mask(reason.notna()), reason=reason, number="", part=_LISTS[path.name.casefold()]
    )


def _root_of_pictures(folder: Path, files: pd.Series, expected: str) -> Path:
    """The folder to which the lists' names are relative; other pictures may lie in folders of the same names."""
    first = {file.partition("/")[0].casefold() for file in files}
    roots = sorted({path.parent for path in find_below(folder, first, expected)})
    if not roots:
        raise InputError(f"{folder}: holds none of the pictures of its lists, such as {files.iloc[0]}")
    if len(roots) == 1:
        return roots[0]
    sample = files.iloc[:: max(1, len(files) // _SAMPLE)]
    return max(roots, key=lambda root: sum((root / file).exists() for file in sample))


def _from_arrays(folder: Path, part: Path, expected: str) -> pd.DataFrame:
    """A row for each picture `images/N.jpg`, and for each label `annotations/N_exp.npy` that has none."""
    inside = part.relative_to(folder).as_posix()
    files = sorted(entries(part / "images", expected)[1])
    ending = "_exp.npy"
    arrays = sorted(name for name in entries(part / "annotations", expected)[1] if name.casefold().endswith(ending))
    names = progress(arrays, f"read labels of {part.name}", unit="label")
    labels = {name[: -len(ending)].casefold(): _array_label(part / "annotations" / name) for name in names}
    rows = [{"file": f"{inside}/images/{name}", **_picture_or_not(name)} for name in files]
    table = labelled(as_table(rows, ["part"]), labels, lambda number: f"{inside}/images/{number}.jpg")
    return table.assign(part=_SETS[part.name.casefold()], picture=f"{inside}/" + table["picture"])


def _picture_or_not(name: str) -> dict[str, str]:
    return {"picture": os.path.splitext(name)[0]} if is_picture(name) else {"reason": "not a picture"}


def _array_label(path: Path) -> str:
    """The label in an array file; only bytes that were not seen before are decoded, as labels are few."""
    try:
        with open(path, "rb", buffering=0) as file:
            return _label_in(file.read(_LARGEST))
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}). Expected the label of a picture") from None


@functools.lru_cache
def _label_in(content: bytes) -> str:
    """Of a 0-d array of text or a number, which is never unpickled."""
    try:
        value = np.load(io.BytesIO(content), allow_pickle=False).item()
    except (ValueError, EOFError, AttributeError):  # no array, or of more than one value, or of objects
        return UNREADABLE_LABEL
    return label_of(value.decode("ascii", "replace") if isinstance(value, bytes) else str(value))
