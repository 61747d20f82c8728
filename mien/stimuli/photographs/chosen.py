"""The databases of photographs that a study names, held against what is known of them before any is looked through.

Light to import: the Snakefile reads it.
"""

from collections.abc import Mapping
from pathlib import Path

from mien.errors import InputError
from mien.stimuli.photographs.choices import chosen_values, database_name
from mien.stimuli.photographs.databases import DATABASES
from mien.stimuli.photographs.own_sources import keys_of, of_own_files, own_label


def check_databases(sets: Mapping) -> None:
    """Check what a study's sets say of their databases.

    Args:
        sets: of a completed configuration, by name.

    Raises:
        InputError: a database or a choice is not known, a key is missing, or two folders or lists have one name.
    """
    places: dict[str, Path] = {}
    for name, stimulus_set in sets.items():
        key = f"configuration: stimuli.sets.{name}.databases"
        for place, source in enumerate(stimulus_set.get("databases", [])):
            try:
                _check_source(source)
            except InputError as error:
                raise InputError(f"{key}.{place}: {error}") from None
            if of_own_files(source["name"]):
                own = source[keys_of(source["name"])[0]]
                label, own = own_label(source["name"], own), Path(own).resolve()
                if places.setdefault(label, own) != own:
                    raise InputError(
                        f"{key}: {own} and {places[label]} would both be called {label}, and their identities taken "
                        "for the same. Rename one of them"
                    )


def _check_source(source: Mapping) -> None:
    name, given = source["name"], set(source) - {"name"}
    needed = set(keys_of(name))
    for missing in sorted(needed - given):
        raise InputError(f"no key '{missing}', which '{name}' needs")
    if "pattern" in needed:  # whose choices are groups of the pattern, that files' names give their values
        return
    filters = {} if of_own_files(name) else DATABASES[database_name(name)].filters
    choices = {key: value for key, value in source.items() if key in given - needed}
    chosen_values(name, filters, choices)
