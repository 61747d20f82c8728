"""The files of a folder of photographs, without what Windows and macOS leave behind."""

import os
import re
import unicodedata
from collections.abc import Collection, Iterable
from pathlib import Path

from mien.errors import InputError
from mien.stimuli.folders import PICTURE_ENDINGS

#: In small letters; hidden files and folders, whose names begin with a dot (`._NAME`, `.DS_Store`), are litter, too.
_LITTER = {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir", "$recycle.bin"}
_LITTER |= {"system volume information"}
_UNDECODABLE = re.compile("[\udc80-\udcff]")  # Python's stand-ins for bytes that are not UTF-8; no table can hold them
_LEVELS = 3  # in which what a database consists of is looked for: the folder, its folders, and theirs


def is_litter(name: str) -> bool:
    """Whether a file or folder is none of the user's."""
    return name.startswith(".") or name.casefold() in _LITTER


def is_picture(file: str) -> bool:
    """Whether a file's name ends as a picture's."""
    return os.path.splitext(file)[1].lower() in PICTURE_ENDINGS


def list_files(folder: str | Path, expected: str) -> list[str]:
    """The files below a folder at any depth but litter: relative to it, with `/`, sorted.

    Links are followed; a folder with several names is listed under the first.

    Args:
        expected: what should lie there, to end an error's message with.

    Raises:
        InputError: there is no such folder, or it or a folder in it cannot be read.
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


def entries(folder: Path, expected: str) -> tuple[list[str], list[str]]:
    """Names of the folders and of the files that lie in a folder, but litter.

    Raises:
        InputError: as `list_files`.
    """
    folders, files = [], []
    try:
        with os.scandir(folder) as scanned:
            for entry in scanned:
                if not is_litter(entry.name):
                    (folders if entry.is_dir() else files).append(entry.name)
    except OSError as error:
        raise InputError(f"{folder}: cannot be read ({error.strerror}). Expected {expected}") from None
    undecodable = next(filter(_UNDECODABLE.search, folders + files), None)
    if undecodable:
        shown = os.fsencode(undecodable).decode("utf-8", "replace")
        raise InputError(f"{folder}/{shown}: its name is not in UTF-8. Rename it")
    return folders, files


def _folded(name: str) -> str:
    return (name if name.isascii() else unicodedata.normalize("NFC", name)).casefold()
