"""Folders of pictures, without what Windows, macOS and network disks leave behind.

Light to import: the Snakefile lists pictures, too.
"""

import os
import re
from pathlib import Path

from mien.errors import InputError

#: What the name of a picture ends with, in small letters.
PICTURE_ENDINGS = (".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
#: In small letters; hidden files and folders, whose names begin with a dot (`._NAME`, `.DS_Store`), are litter, too.
_LITTER = {"thumbs.db", "ehthumbs.db", "desktop.ini", "icon\r", "__macosx", "@eadir", "$recycle.bin"}
_LITTER |= {"system volume information"}
_UNDECODABLE = re.compile("[\udc80-\udcff]")  # Python's stand-ins for bytes that are not UTF-8; no table can hold them


def is_litter(name: str) -> bool:
    """Whether a file or folder is none of the user's."""
    return name.startswith(".") or name.casefold() in _LITTER


def is_picture(file: str) -> bool:
    """Whether a file's name ends as a picture's."""
    return os.path.splitext(file)[1].lower() in PICTURE_ENDINGS


def entries(folder: str | Path, expected: str) -> tuple[list[str], list[str]]:
    """Names of the folders and of the files that lie in a folder, but litter; in the disk's order.

    Args:
        expected: what should lie there, to end an error's message with.

    Raises:
        InputError: there is no such folder, it cannot be read, or it holds a name that is not in UTF-8.
    """
    folders, files = [], []
    try:
        with os.scandir(folder) as scanned:
            for entry in scanned:
                if not is_litter(entry.name):
                    (folders if entry.is_dir() else files).append(entry.name)
    except (OSError, ValueError) as error:  # a name that holds a NUL
        reason = getattr(error, "strerror", None) or error
        raise InputError(f"{folder}: cannot be read ({reason}). Expected {expected}") from None
    undecodable = next(filter(_UNDECODABLE.search, folders + files), None)
    if undecodable:
        shown = os.fsencode(undecodable).decode("utf-8", "replace")
        raise InputError(f"{folder}/{shown}: its name is not in UTF-8. Rename it")
    return folders, files


def class_folders(folder: str | Path) -> list[Path]:
    """The subfolders of a folder, one a class as for torchvision's ImageFolder, sorted.

    Raises:
        InputError: as `entries`.
    """
    return sorted(Path(folder) / name for name in entries(folder, "a subfolder of pictures a class")[0])


def pictures_in(folder: str | Path) -> list[Path]:
    """The pictures that lie in a folder, sorted; other files are passed over.

    Raises:
        InputError: as `entries`.
    """
    return sorted(Path(folder) / name for name in entries(folder, "pictures")[1] if is_picture(name))
