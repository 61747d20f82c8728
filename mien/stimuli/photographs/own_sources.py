"""Sources of photographs that are no database: files whose names a study's own pattern reads, and lists.

Light to import: a study's configuration is checked here.
"""

from pathlib import Path

#: The keys that they need.
_OWN = {"pattern": ("folder", "pattern"), "list": ("file",)}


def keys_of(name: str) -> tuple[str, ...]:
    """The keys that a source of this name needs: a database a folder, a study's own files what says which they are."""
    return _OWN.get(name.casefold(), ("folder",))


def of_own_files(name: str) -> bool:
    """Whether a source is files of a study's own, `pattern` or `list`, and no database."""
    return name.casefold() in _OWN


def own_label(name: str, place: str | Path) -> str:
    """What a study's own files go by in place of a database's name: their folder's name, or their list's."""
    return Path(place).stem if name.casefold() == "list" else Path(place).resolve().name
