"""The expressions that faces can show: those of the publication, which a study has by default, and further ones."""

from collections.abc import Iterable, Sequence

from mien.errors import InputError

#: The publication's.
EXPRESSIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")

#: All that a study may have; which of them, and in what order, its key `expressions` says.
KNOWN = (*EXPRESSIONS, "contempt", "neutral")

#: The continua of the publication, in its order (METHOD.md): `first-second`, level 0 is all first.
CONTINUA = (
    "happiness-anger",
    "happiness-fear",
    "anger-disgust",
    "happiness-sadness",
    "anger-fear",
    "disgust-fear",
    "disgust-sadness",
)

_NUMBERS = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight")


def ends_of(continuum: str, expressions: Sequence[str] = KNOWN) -> tuple[str, str]:
    """First and second expression of a continuum such as `happiness-anger`.

    Raises:
        InputError: not two different ones of the expressions, joined by a hyphen.
    """
    ends = tuple(continuum.split("-"))
    if len(ends) != 2 or ends[0] == ends[1] or not set(ends) <= set(expressions):
        raise InputError(
            f"continuum '{continuum}': expected two different expressions joined by a hyphen, such as "
            f"'happiness-anger', from {', '.join(expressions)}"
        )
    return ends


def continua_of(expressions: Iterable[str]) -> list[str]:
    """The publication's continua between some expressions."""
    expressions = set(expressions)
    return [continuum for continuum in CONTINUA if set(ends_of(continuum)) <= expressions]


def count_in_words(expressions: Sequence[str]) -> str:
    """How many expressions there are, as prose has it: `six`."""
    n = len(expressions)
    return _NUMBERS[n] if n < len(_NUMBERS) else str(n)
