"""Folders of labelled pictures: a subfolder a class, as for torchvision's ImageFolder."""

from pathlib import Path

#: What the name of a picture ends with, in small or capital letters.
PICTURE_ENDINGS = (".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")


def class_folders(folder: str | Path) -> list[Path]:
    """The subfolders of a folder, but hidden ones, sorted."""
    return sorted(path for path in Path(folder).iterdir() if path.is_dir() and not path.name.startswith("."))


def pictures_in(folder: Path) -> list[Path]:
    """The pictures that lie in a folder, sorted; other files are passed over."""
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in PICTURE_ENDINGS)
