"""Places on this machine that a source may name. Light: the Snakefile imports it."""

import importlib.util
import os.path
from pathlib import Path

_PACKAGE = "package:"


def local_path(place: str) -> Path:
    """The file or folder that a source names: a path, `~` for the user's own folder, or `package:MODULE/PATH`.

    The last is a file that comes with an installed package; where that is not installed, no such file exists.
    """
    if not place.startswith(_PACKAGE):
        return Path(os.path.expanduser(place))  # which leaves an unknown user's as it is
    module, _, inside = place.removeprefix(_PACKAGE).partition("/")
    try:
        found = importlib.util.find_spec(module)
    except (ImportError, ValueError):
        found = None
    folders = (found and found.submodule_search_locations) or []
    return next((Path(folder) / inside for folder in folders), Path(place))
