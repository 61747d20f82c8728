"""Folders of labelled pictures: a subfolder a class, as for torchvision's ImageFolder.

Light to import: the Snakefile lists a diet's pictures, too.
"""

from pathlib import Path

from mien.errors import InputError

#: What the name of a picture ends with, in small or capital letters.
PICTURE_ENDINGS = (".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")


def class_folders(folder: str | Path) -> list[Path]:
    """The subfolders of a folder, sorted.

    Raises:
        InputError: there is no such folder, or it cannot be read.
    """
    return _in(folder)[0]


def pictures_in(folder: str | Path) -> list[Path]:
    """The pictures that lie in a folder, sorted; other files are passed over.

    Raises:
        InputError: there is no such folder, or it cannot be read.
    """
    return [path for path in _in(folder)[1] if path.suffix.lower() in PICTURE_ENDINGS]


def _in(folder: str | Path) -> tuple[list[Path], list[Path]]:
    """Subfolders and files of a folder, either sorted; not what is hidden, nor what macOS adds to a zip archive."""
    subfolders, files = [], []
    try:
        for path in sorted(Path(folder).iterdir()):
            if not path.name.startswith(".") and path.name != "__MACOSX":
                (subfolders if path.is_dir() else files).append(path)
    except (OSError, ValueError) as error:
        raise InputError(f"{folder}: cannot be read ({error})") from None
    return subfolders, files
