"""Landmark files that people have, and the one that mien writes: all become 0-based pixel centres.

| file | from | its pixels |
|---|---|---|
| `.tem` | webmorph, 189 points: a line with n, n lines `x TAB y`, then lines that join points | 0-based |
| `.pts` | iBUG, 68 points: `version:`, `n_points:`, points in braces | **1-based**, as Matlab's |
| OpenFace CSV | `x_0` to `x_67`, `y_0` to `y_67`; blanks before names; rows of `success` 0 hold no face | 0-based |
| plain CSV | `file, point, x, y`, points from 0: what mien writes, to be corrected and read back | 0-based |
"""

import csv
import difflib
import re
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np

from mien.atomic import atomically
from mien.errors import InputError
from mien.stimuli.photographs.rejection import Rejected
from mien.stimuli.photographs.schemes import SCHEMES, Landmarks, scheme_of
from mien.tables.csv_files import Rows, read_csv

COLUMNS = ("file", "point", "x", "y")  #: of the plain CSV
_PLAIN = f"a CSV with the columns {', '.join(COLUMNS)}, a row for each point"
_PTS = "an iBUG file: 'n_points: 68' and 68 lines 'x y' in braces"
_TEM = "a webmorph template: a line with the number of points, then a line 'x y' for each"
_FIRST_PIXEL = 1  # of .pts: Matlab counts from 1


def find_landmarks(source: str | Path, files: Iterable[str]) -> dict[str, Landmarks | Rejected]:
    """The landmarks of pictures, each with its own file in a folder or its rows in one CSV.

    Args:
        source: a plain CSV; or a folder with, for `folder/name.jpg`, one of `folder/name.tem`, `.pts` and `.csv`
            (OpenFace's or a plain one).
        files: the pictures' paths, relative and with slashes, as in the CSV's column `file`.

    Returns:
        For each picture its landmarks, or why it has none. Landmarks of other pictures are not looked at.

    Raises:
        InputError: a file of landmarks is not what it should be, or lists none of the pictures.
    """
    source, files = Path(source), list(files)
    if source.is_dir():
        return {file: _beside(source, file) for file in files}
    table = read_table(source)
    if files and not set(files) & set(table):
        raise InputError(
            f"{source}: has landmarks of {_some(table)}, and of none of the pictures, {_some(files)}. The column "
            "'file' names a picture by its path in the pictures' folder"
        )
    return {file: table[file] if file in table else _missing(source, file, table) for file in files}


def _some(names: Iterable[str]) -> str:
    names = list(names)
    return ", ".join(f"'{name}'" for name in names[:3]) + (" ..." if len(names) > 3 else "")


def _missing(source: Path, file: str, known: Iterable[str]) -> Rejected:
    near = difflib.get_close_matches(file, list(known), 1)
    return Rejected("no landmarks", f"{source} has none of '{file}'" + (f"; it has of '{near[0]}'" if near else ""))


def _beside(folder: Path, file: str) -> Landmarks | Rejected:
    there = [path for ending in _READERS if (path := (folder / file).with_suffix(ending)).is_file()]
    if len(there) > 1:
        raise InputError(f"{there[0]}, {there[1].name}: two files of landmarks for '{file}'. Keep the right one")
    if not there:
        wanted = ", ".join(Path(file).with_suffix(ending).name for ending in _READERS)
        return Rejected("no landmarks", f"{(folder / file).parent} has none of {wanted}")
    try:
        return _READERS[there[0].suffix](there[0])
    except Rejected as reason:
        return reason


def read_tem(path: str | Path) -> Landmarks:
    """A webmorph template.

    Raises:
        InputError: not such a file, or not of 189 points.
    """
    lines = _text(path, _TEM).splitlines()
    found = re.fullmatch(r"\s*(\d+)\s*", lines[0] if lines else "")
    if not found:
        raise InputError(f"{path}, line 1: expected {_TEM}")
    return _landmarks(path, _points(path, list(enumerate(lines, 1))[1 : 1 + int(found[1])]), int(found[1]), _TEM)


def read_pts(path: str | Path) -> Landmarks:
    """An iBUG annotation.

    Raises:
        InputError: not such a file, or not of 68 points.
    """
    lines = [(number, line) for number, line in enumerate(_text(path, _PTS).splitlines(), 1) if line.strip()]
    marks = [line.strip() for _, line in lines]
    counts = [found for line in marks if (found := re.fullmatch(r"n_points\s*:\s*(\d+)", line))]
    if len(counts) != 1 or marks.count("{") != 1 or marks.count("}") != 1:
        raise InputError(f"{path}: expected {_PTS}")
    points = _points(path, lines[marks.index("{") + 1 : marks.index("}")])
    return _landmarks(path, points - _FIRST_PIXEL, int(counts[0][1]), _PTS)


def read_openface(path: str | Path) -> Landmarks:
    """The one face of an OpenFace CSV of one picture.

    Raises:
        InputError: not such a file.
        Rejected: `no face` or `two faces`, by the rows that succeeded.
    """
    return _openface(path, read_csv(path, "an OpenFace CSV"))


def _openface(path: str | Path, rows: Rows) -> Landmarks:
    names = [f"{axis}_{k}" for k in range(SCHEMES["ibug68"].count) for axis in "xy"]
    absent = [name for name in names if name not in rows.columns]
    if absent:
        raise InputError(f"{path}: no column '{absent[0]}'; expected {_PLAIN}, or an OpenFace CSV with x_0 to y_67")
    kept = list(zip(rows.lines, rows.values, strict=True))
    if "success" in rows.columns:
        column = rows.columns.index("success")
        kept = [(line, row) for line, row in kept if _number(path, line, row[column])]
    if len(kept) != 1:
        found = (
            "no row that succeeded"
            if not kept
            else f"{len(kept)} rows that succeeded, on lines " + ", ".join(str(line) for line, _ in kept[:5])
        )
        raise Rejected("two faces" if kept else "no face", f"{path} has {found}")
    line, row = kept[0]
    values = [_number(path, line, row[rows.columns.index(name)]) for name in names]
    return Landmarks("ibug68", np.array(values).reshape(-1, 2))


def read_table(path: str | Path) -> dict[str, Landmarks]:
    """The plain CSV: landmarks by picture, in the file's order. A picture's rows may stand in any order.

    Raises:
        InputError: not such a file; a picture's points are not 0 to 67, 188 or 477; a coordinate is no number.
    """
    return _table(path, read_csv(path, _PLAIN))


def _table(path: str | Path, rows: Rows) -> dict[str, Landmarks]:
    for column in COLUMNS:
        if column not in rows.columns:
            raise InputError(f"{path}: no column '{column}'; expected {_PLAIN}")
    columns = [rows.columns.index(column) for column in COLUMNS]
    found: dict[str, dict[int, tuple[float, float]]] = {}
    for line, row in zip(rows.lines, rows.values, strict=True):
        file, point, x, y = (row[column] for column in columns)
        if not file or not re.fullmatch(r"\d{1,3}", point):
            raise InputError(
                f"{path}, line {line}: file '{file}', point '{point}'; expected a name and a number from 0"
            )
        points = found.setdefault(file, {})
        if int(point) in points:
            raise InputError(f"{path}, line {line}: point {point} of '{file}' is there twice. Delete one of them")
        points[int(point)] = (_number(path, line, x), _number(path, line, y))
    return {file: _numbered(path, file, points) for file, points in found.items()}


def _numbered(path: str | Path, file: str, points: dict[int, tuple[float, float]]) -> Landmarks:
    if set(points) == set(range(1, len(points) + 1)) and scheme_of(len(points)):
        raise InputError(f"{path}: the points of '{file}' are counted from 1. Count them from 0")
    count = max(points) + 1
    missing = sorted(set(range(count)) - set(points))
    if missing:
        raise InputError(f"{path}: '{file}' has no point {missing[0]} but a point {count - 1}. Add the missing row")
    return _landmarks(f"{path}, '{file}'", np.array([points[k] for k in range(count)]), count, _PLAIN)


def write_table(path: str | Path, found: Mapping[str, Landmarks | Rejected]) -> None:
    """Write the plain CSV of those that have landmarks; `read_table` gives the same numbers back to the last digit."""
    with atomically(path) as partial, open(partial, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(COLUMNS)
        for name, face in found.items():
            if isinstance(face, Landmarks):
                writer.writerows((name, point, float(x), float(y)) for point, (x, y) in enumerate(face.points))


def _csv(path: Path) -> Landmarks:
    """A picture's own CSV, OpenFace's or a plain one that names but one picture."""
    rows = read_csv(path, f"{_PLAIN}, or an OpenFace CSV")
    if "point" not in rows.columns:
        return _openface(path, rows)
    table = _table(path, rows)
    if [Path(file).stem for file in table] != [path.stem]:
        raise InputError(f"{path}: has landmarks of {_some(table) or 'no picture'}; expected those of '{path.stem}'")
    return next(iter(table.values()))


_READERS = {".tem": read_tem, ".pts": read_pts, ".csv": _csv}


def _text(path: str | Path, expected: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8-sig")
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror}); expected {expected}") from None
    except UnicodeDecodeError:
        raise InputError(f"{path}: is no text; expected {expected}") from None


def _points(path: str | Path, lines: list[tuple[int, str]]) -> np.ndarray:
    points = []
    for number, line in lines:
        values = line.split()
        if len(values) != 2:
            raise InputError(f"{path}, line {number}: '{line.strip()[:40]}'; expected two numbers, x and y of a point")
        points.append([_number(path, number, value) for value in values])
    return np.array(points, float).reshape(-1, 2)


def _number(path: str | Path, line: int, text: str) -> float:
    try:
        value = float(text)
    except ValueError:
        value = np.nan
    if not np.isfinite(value):
        raise InputError(f"{path}, line {line}: '{text[:40]}' is not a finite number. Write decimals with a point")
    return value


def _landmarks(where: str | Path, points: np.ndarray, count: int, expected: str) -> Landmarks:
    """Points of a scheme, of which the file says that there are so many."""
    if len(points) != count:
        raise InputError(f"{where}: {len(points)} points, where {count} are announced; expected {expected}")
    scheme = scheme_of(count)
    if scheme is None:
        known = ", ".join(f"{scheme.count} ({name})" for name, scheme in SCHEMES.items())
        raise InputError(f"{where}: {count} points; the schemes that mien knows have {known}")
    return Landmarks(scheme, points)
