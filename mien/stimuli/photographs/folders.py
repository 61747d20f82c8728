"""What lies below a folder of photographs, at any depth and by any coding of its names."""

import os
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path

from mien.errors import InputError
from mien.stimuli.folders import entries, is_picture

_LEVELS = 3  # in which what a database consists of is looked for: the folder, its folders, and theirs


def list_files(folder: str | Path, expected: str) -> list[str]:
    """The files below a folder at any depth but litter: relative to it, with `/`, sorted.

    Links are followed; a folder with several names is listed under the first.

    Args:
        expected: what should lie there, to end an error's message with.

    Raises:
        InputError: as `folders.entries`, of the folder or of one in it.
    """
    files: list[str] = []
    waiting, seen = [(Path(folder), "")], set()
    while waiting:
        here, start = waiting.pop()
        real = os.path.realpath(here)
        if real not in seen:
            seen.add(real)
            folders, names = entries(here, expected)
            files.extend(start + name for name in names)
            waiting.extend((here / name, f"{start}{name}/") for name in sorted(folders, reverse=True))
    return sorted(files)


def find_below(folder: str | Path, names: Collection[str], expected: str) -> list[Path]:
    """The files and folders of these names (in small letters) in a folder, or else in its folders, or in theirs.

    Raises:
        InputError: as `list_files`.
    """
    level = [Path(folder)]
    for _ in range(_LEVELS):
        inside = [(here, *entries(here, expected)) for here in level]
        found = [here / name for here, folders, files in inside for name in folders + files if name.casefold() in names]
        if found:
            return sorted(found)
        level = [here / name for here, folders, _ in inside for name in folders]
    return []


def as_on_disk(files: Iterable[str], there: Iterable[str]) -> list[str | None]:
    """Files as the disk has them, None for those that are not there.

    Names may differ in the case of their letters, and in how accents are coded (macOS).

    Args:
        files: as a list names them.
        there: as the disk does.
    """
    exact = {name: name for name in there}
    names = {_folded(name): name for name in sorted(exact, reverse=True)} | exact
    return [names.get(file) or names.get(_folded(file)) for file in files]


def landmark_files(given: str) -> list[Path]:
    """The files of landmarks that the user gives: a CSV, or those in a folder; to notice when one of them changes."""
    try:
        return [Path(given) / file for file in list_files(given, "") if not is_picture(file)]
    except InputError:  # a CSV; or what the job that reads it says
        return [Path(given)]


def _folded(name: str) -> str:
    return (name if name.isascii() else unicodedata.normalize("NFC", name)).casefold()
