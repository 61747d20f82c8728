"""What a study says of databases of photographs is known, or refused by the set and the place in its list."""

import pytest

from mien.errors import InputError
from mien.stimuli.photographs.chosen import check_databases


def of(**sets: dict) -> dict:
    return {name: {"source": "photographs", "databases": [source]} for name, source in sets.items()}


def test_one_folder_may_be_in_two_sets_and_two_of_one_name_may_not(tmp_path):
    here = {"name": "list", "file": f"{tmp_path}/here/faces.csv"}
    there = {"name": "list", "file": f"{tmp_path}/there/faces.csv"}
    check_databases(of(localizer=here, wild=here) | {"controlled": {"source": "pictures", "table": "x.csv"}})
    with pytest.raises(InputError) as error:
        check_databases(of(localizer=here, wild=there))
    assert "stimuli.sets.wild.databases: " in str(error.value) and "would both be called faces" in str(error.value)


def test_a_pattern_has_choices_of_its_own():
    check_databases(of(wild={"name": "pattern", "folder": "x", "pattern": "(?P<light>.)", "light": "a"}))
    with pytest.raises(InputError, match=r"sets\.wild\.databases\.0: RaFD: no choice is called 'light'"):
        check_databases(of(wild={"name": "RaFD", "folder": "x", "light": "a"}))
