"""Which photographs a stimulus set of a study shows."""

from collections.abc import Mapping, Sequence
from contextlib import suppress
from typing import Any

from mien.errors import InputError
from mien.provenance import digest_of, digest_of_file, digest_of_files
from mien.stimuli.photographs.designs import Design, design_set, what_cannot_be_done
from mien.stimuli.photographs.finding import Found, find_pictures
from mien.stimuli.photographs.rejection import summary
from mien.tables.columns import EXPRESSION
from mien.tables.schema import TEXT, Schema

#: The pictures of a set, and spare ones, before they are its stimuli.
PHOTOGRAPHS = Schema(
    "photographs",
    {"identity": TEXT, "expression": EXPRESSION, "database": TEXT, "file": TEXT, "path": TEXT, "sha256": TEXT},
)
LEFT_OUT = Schema("left_out", {"database": TEXT, "file": TEXT, "reason": TEXT})


def choose(
    name: str, stimulus_set: Mapping[str, Any], found: list[Found], expressions: Sequence[str], seed: int
) -> Design:
    """The design of a set, with spare identities where some may be dropped.

    Args:
        name: of the set, and `stimulus_set`: what the configuration says of it.
        found: in its databases, and `expressions`: the study's.
        seed: of the study's stimuli.

    Raises:
        DesignError: as `designs.design_set`.
    """
    wanted = {key: stimulus_set.get(key) for key in ("identities", "incomplete", "per_expression")}
    return design_set(name, found, expressions, seed, **wanted, spares=stimulus_set["incomplete"] == "drop")


def fingerprint(name: str, stimulus_set: Mapping[str, Any], expressions: Sequence[str], seed: int) -> str:
    """A digest of the chosen pictures, their labels and contents; where they cannot be chosen, why.

    Files that are not chosen make no difference. Arguments as in `choose`.
    """
    try:
        found = [find_pictures(source, expressions) for source in stimulus_set["databases"]]
        pictures = choose(name, stimulus_set, found, expressions, seed).pictures
    except InputError as error:
        return str(error)
    return digest_of([pictures.to_numpy().tolist(), digest_of_files(pictures["path"])])


def told(name: str, found: Found, expressions: Sequence[str]) -> str:
    """What a database gives to a set and leaves out, and what a study cannot do with it, for the terminal."""
    counts = summary(f"{name}, {found.database}", found.pictures, found.left_out)
    return "\n".join([counts, *(f"          {limit}" for limit in what_cannot_be_done(found, expressions))])


def digest_of_picture(path: str) -> str | None:
    """SHA-256 of a picture's bytes; None of one that cannot be read, which the next job says."""
    with suppress(OSError):
        return digest_of_file(path)
