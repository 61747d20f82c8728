"""The six basic expressions, and the continua that run from one to another."""

from mien.errors import InputError

EXPRESSIONS = ("anger", "disgust", "fear", "happiness", "sadness", "surprise")

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


def ends_of(continuum: str) -> tuple[str, str]:
    """First and second expression of a continuum such as `happiness-anger`.

    Raises:
        InputError: not two different basic expressions joined by a hyphen.
    """
    ends = tuple(continuum.split("-"))
    if len(ends) != 2 or ends[0] == ends[1] or not set(ends) <= set(EXPRESSIONS):
        raise InputError(
            f"continuum '{continuum}': expected two different expressions joined by a hyphen, such as "
            f"'happiness-anger', from {', '.join(EXPRESSIONS)}"
        )
    return ends
