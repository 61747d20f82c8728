"""What each database says of itself."""

import re

import pytest

from mien.expressions import EXPRESSIONS
from mien.stimuli.photographs.databases import DATABASES, WORDS, expressions_of


@pytest.mark.parametrize("name", DATABASES)
def test_an_entry_agrees_with_itself(name):
    database = DATABASES[name]
    groups = set(re.compile(database.pattern).groupindex)
    assert set(database.codes.values()) - {*WORDS} <= {
        "no expression of the study",
        "uncertain",
        "no face",
    }
    assert set(database.codes) == {code.casefold() for code in database.codes}
    assert set(re.findall(r"{(\w+)}", database.identity or "")) <= groups
    assert ("expression" in groups) == (database.labels == "names")
    for key, choice in database.filters.items():
        assert name == "AffectNet" or key in groups
        assert set(choice.default) <= set(choice.values)
        assert all(word == word.casefold() and code == code.casefold() for word, code in choice.values.items())


def test_what_databases_do_not_show():
    lacking = {
        name: set(EXPRESSIONS) - set(expressions_of(database, EXPRESSIONS)) for name, database in DATABASES.items()
    }
    assert {name: each for name, each in lacking.items() if each} == {
        "FACES": {"surprise"},
        "CFD": {"disgust", "sadness", "surprise"},
    }
    further = {name: expressions_of(database, ("contempt", "neutral")) for name, database in DATABASES.items()}
    assert {name for name, shown in further.items() if "contempt" in shown} == {"RaFD", "AffectNet", "CK+"}
    assert all("neutral" in shown for shown in further.values())
    assert [name for name, database in DATABASES.items() if database.identity is None] == ["AffectNet", "RAF-DB"]
