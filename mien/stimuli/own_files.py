"""Which files of the user's a set or a diet is read from, so that a study notices when one of them changes.

What is wrong with them is no matter here: the job that reads them says it. Light to import: the Snakefile asks here.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from mien.errors import InputError
from mien.stimuli.folders import class_folders, pictures_in
from mien.tables.csv_files import read_csv


def listed_files(design: Mapping[str, Any]) -> list[Path]:
    """A list of pictures, `table`, and the pictures that it names."""
    table = Path(design["table"])
    try:
        rows = read_csv(table, "a list of pictures")
        place = rows.columns.index("file")
    except (InputError, ValueError):
        return [table]
    return [table, *(table.parent / values[place] for values in rows.values)]


def labelled_files(design: Mapping[str, Any]) -> list[Path]:
    """The pictures in the class folders of `folder`."""
    try:
        return [path for of_class in class_folders(design["folder"]) for path in pictures_in(of_class)]
    except InputError:
        return []
