"""What a study may say of databases and of names of its own, and what it is told of a wrong word.

Light to import: a study's configuration is checked here.
"""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any

from mien.errors import InputError
from mien.stimuli.photographs.databases import DATABASES, WORDS, Filter

#: The words by which a study's own files may name what they show, as codes for themselves.
OWN_CODES = {word: word for word in WORDS}


def database_name(name: object) -> str:
    """The name of a database as it is written in `DATABASES`, from a study's in small or capital letters.

    Raises:
        InputError: there is no such database; the message lists them.
    """
    known = {each.casefold(): each for each in DATABASES}
    return _meaning(name, known, "no database of photographs is called", DATABASES, " Others: `pattern` or `list`.")


def chosen_values(where: str, filters: Mapping[str, Filter], given: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    """What is taken, by filter: values as file names have them, most wanted first.

    Args:
        where: the database's name, which begins an error's message.
        filters: of the database.
        given: what a study says of some of them: one value or several, as words or as in file names.

    Raises:
        InputError: the database has no such filter, or the filter no such value; the message lists what there is.
    """
    names = {name.casefold(): name for name in filters}
    said = {_meaning(key, names, f"{where}: no choice is called", filters): value for key, value in given.items()}
    return {
        name: _codes(f"{where}: {name}", said[name], choice.values)
        if name in said
        else tuple(choice.values[word] for word in choice.default)
        for name, choice in filters.items()
    }


def codes_of(where: str, given: Mapping[Any, Any]) -> dict[str, str]:
    """A study's own codes in small letters, with the words of `WORDS` that they mean.

    Raises:
        InputError: there is none, a code is no text or number, means two things, or means none of these.
    """
    if not isinstance(given, Mapping) or not given:
        raise InputError(f"{where}: codes: expected codes and the expressions that they mean, such as HA: happiness")
    codes: dict[str, str] = {}
    for code, word in given.items():
        if isinstance(code, bool) or code is None:  # YAML's reading of NO, ON and the like
            raise InputError(f"{where}: codes: '{code}' is no text. Put the code of {word} in quotes")
        meaning = word_of(f"{where}: codes: {code}", word)
        if codes.setdefault(str(code).casefold(), meaning) != meaning:
            raise InputError(f"{where}: codes: {code} means {codes[str(code).casefold()]} and {meaning}")
    return codes


def word_of(where: str, given: object) -> str:
    """A word of `WORDS`, in small letters.

    Raises:
        InputError: it is none; `where` begins the message.
    """
    return _meaning(given, OWN_CODES, f"{where}: no expression is called", WORDS)


def _listed(where: str, given: object) -> list[str]:
    values = list(given) if isinstance(given, list | tuple) else [given]
    if not values or None in values:
        raise InputError(f"{where}: says nothing. Give one value, or several with the most wanted first")
    return [str(value) for value in values]


def _codes(where: str, given: object, values: Mapping[str, str]) -> tuple[str, ...]:
    known = {code.lstrip("0"): code for code in values.values() if code.lstrip("0")}  # YAML reads 04 as 4
    known |= values | {code: code for code in values.values() if code}
    unknown = f"{where}: no value is called"
    return tuple(dict.fromkeys(_meaning(text, known, unknown, values) for text in _listed(where, given)))


def _meaning(given: object, known: Mapping[str, str], unknown: str, shown: Iterable[str], more: str = "") -> str:
    """What a name means, whatever its letters' case, or an `InputError` with a near name and all that may be said."""
    text = str(given).casefold()
    if text in known:
        return known[text]
    near = difflib.get_close_matches(text, [each.casefold() for each in shown], n=1)
    hint = "".join(f"Did you mean {each}? " for each in shown if each.casefold() in near)
    raise InputError(f"{unknown} '{given}'. {hint}There are: {', '.join(shown) or 'none'}.{more}")
