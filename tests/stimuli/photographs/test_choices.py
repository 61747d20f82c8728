"""What a study may say of a database, and what it is told of a wrong name."""

import pytest

from mien.errors import InputError
from mien.stimuli.photographs.choices import chosen_values, codes_of, database_name, word_of
from mien.stimuli.photographs.databases import DATABASES, Filter


def chosen(name: str, **given) -> dict:
    return chosen_values(name, DATABASES[name].filters, given)


@pytest.mark.parametrize("text", ["kdef", "KDEF", "Kdef"])
def test_a_database_is_known_in_any_letters(text):
    assert database_name(text) == "KDEF"


def test_a_wrong_name_is_told_what_there_is():
    with pytest.raises(InputError, match="called 'NimStin'. Did you mean NimStim[?] There are: KDEF, NimStim, RaFD"):
        database_name("NimStin")


def test_defaults():
    assert chosen("KDEF") == {"view": ("s",), "session": ("a", "b")}
    assert chosen("NimStim") == {"mouth": ("c", "o")}
    assert chosen("RaFD") == {"camera": ("090",), "gaze": ("frontal",), "who": ("caucasian", "moroccan", "kid")}
    assert chosen("FACES") == {"age": ("y", "m", "o"), "version": ("a", "b")}
    assert chosen("BU-3DFE") == {"strength": ("04",)}
    assert chosen("RAF-DB") == {"part": ("train", "test"), "version": ("_aligned",)}


@pytest.mark.parametrize(
    "name, given, values",
    [
        ("KDEF", {"view": "S"}, ("s",)),
        ("KDEF", {"View": ["Half left", "hr", "HR"]}, ("hl", "hr")),
        ("NimStim", {"mouth": ["O", "closed"]}, ("o", "c")),
        ("RaFD", {"camera": 90}, ("090",)),
        ("RaFD", {"camera": [45, "135"]}, ("045", "135")),
        ("BU-3DFE", {"strength": [4, "03"]}, ("04", "03")),
        ("RAF-DB", {"version": "original"}, ("",)),
    ],
)
def test_values_are_words_or_codes_most_wanted_first(name, given, values):
    (key,) = given
    assert chosen(name, **given)[key.casefold()] == values


def test_a_spelling_that_is_a_value_means_that_value():
    steps = {"view": Filter({"1": "1", "01": "01"}, ("1",), "other view")}
    assert chosen_values("own", steps, {"view": ["01", "1"]}) == {"view": ("01", "1")}


@pytest.mark.parametrize(
    "name, given, message",
    [
        ("KDEF", {"veiw": "S"}, "KDEF: no choice is called 'veiw'. Did you mean view[?] There are: view, session"),
        ("JAFFE", {"view": "S"}, "JAFFE: no choice is called 'view'. There are: none"),
        (
            "KDEF",
            {"view": "strait"},
            "KDEF: view: no value is called 'strait'. Did you mean straight[?] There are: str",
        ),
        ("RaFD", {"gaze": False}, "RaFD: gaze: no value is called 'False'. There are: frontal, left, right"),
        ("KDEF", {"view": []}, "KDEF: view: says nothing"),
        ("KDEF", {"view": None}, "KDEF: view: says nothing"),
        ("KDEF", {"view": ["S", None]}, "KDEF: view: says nothing"),
    ],
)
def test_a_wrong_choice_is_told_what_there_is(name, given, message):
    with pytest.raises(InputError, match=message):
        chosen(name, **given)


def test_own_codes_mean_expressions_or_what_is_left_out():
    assert codes_of("own", {"HA": "Happiness", 1: "anger", "n": "neutral"}) == {
        "ha": "happiness",
        "1": "anger",
        "n": "neutral",
    }
    assert word_of("list", "FEAR") == "fear"


@pytest.mark.parametrize(
    "codes, message",
    [
        ({}, "own: codes: expected codes and the expressions"),
        (["HA"], "own: codes: expected codes and the expressions"),
        ({"HA": "happines"}, "own: codes: HA: no expression is called 'happines'. Did you mean happiness[?]"),
        ({False: "neutral"}, "own: codes: 'False' is no text. Put the code of neutral in quotes"),
        ({"a": "anger", "A": "fear"}, "own: codes: A means anger and fear"),
    ],
)
def test_wrong_codes_are_named(codes, message):
    with pytest.raises(InputError, match=message):
        codes_of("own", codes)
