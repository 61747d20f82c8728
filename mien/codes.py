"""How codes stand in a `status`: `ok`, or one or more joined by ";". What they are and mean is in `mien.status`."""

from collections.abc import Iterable

OK = "ok"


def joined(codes: Iterable[str]) -> str:
    """A status of these codes: `ok` if there are none."""
    return ";".join(dict.fromkeys(codes)) or OK


def codes_of(status: str) -> list[str]:
    """The codes of a status; none if it is `ok`."""
    return [] if status == OK else status.split(";")
