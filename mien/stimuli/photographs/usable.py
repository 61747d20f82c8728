"""Draws of identities and pictures, and which of those drawn are in a set once its pictures were looked at.

Which are drawn depends on the study's seed, the set's name and their own names alone: each name has a random number of
its own, and those with the lowest are taken. So the order of files makes no difference, and another database, or a
person who becomes complete, changes no more than it must.
"""

from collections.abc import Iterable, Mapping

import pandas as pd

from mien.draws import seed_of
from mien.errors import DesignError
from mien.halves import FEWEST_LOCALIZED
from mien.stimuli.photographs.rejection import Rejected

INCOMPLETE, NOT_DRAWN = "incomplete identity", "not drawn"


def usable(
    name: str,
    pictures: pd.DataFrame,
    rejected: Mapping[int, Rejected],
    seed: int,
    identities: int | None = None,
    incomplete: str = "stop",
    per_expression: int | None = None,
) -> pd.Series:
    """Why each picture of a design is not in the set once its pictures were looked at; null for those that are.

    Where pictures may be rejected, the next identities of the draw stand in for theirs, as far as there are spares.

    Args:
        pictures: of a design (`design_set`), and `rejected`: those that cannot be used, by their row in it.

    The others as in `designs.design_set`.

    Raises:
        DesignError: pictures are rejected and none may be (the message has them all), or too few are left.
    """
    lost = [
        f"{picture.file} ({picture.identity}, {picture.expression}): {rejected[picture.Index]}"
        for picture in pictures.loc[sorted(rejected)].itertuples()
    ]
    if lost and incomplete == "stop":
        raise DesignError(
            f"set {name}: {len(lost):,} of {len(pictures):,} pictures cannot be used. Replace them or their landmarks, "
            "or say `incomplete: drop`, and other identities take their place\n  " + "\n  ".join(lost)
        )
    incomplete_ones = set(pictures.loc[list(rejected), "identity"])
    groups = [part for _, part in pictures.groupby("expression")] if per_expression else [pictures]
    wanted = per_expression or identities
    taken: set[str] = set()
    for group in groups:
        whole = [identity for identity in group["identity"].unique() if identity not in incomplete_ones]
        if len(whole) < (wanted or (FEWEST_LOCALIZED if name == "localizer" else 1)):
            what = f"{group['expression'].iloc[0]} pictures" if per_expression else "identities"
            asked = f"asks for {wanted:,} {what}" if wanted else f"has {group['identity'].nunique():,} {what}"
            raise DesignError(
                f"set {name}: {asked}, and {len(whole):,} can be used. "
                f"{'Ask for fewer, replace' if wanted else 'Replace'} pictures, or correct their landmarks\n  "
                + "\n  ".join(lost)
            )
        taken |= set(drawn(whole, wanted, seed, name))
    reason = pd.Series(None, index=pictures.index, dtype="str")
    reason = reason.mask(~pictures["identity"].isin(taken), NOT_DRAWN)
    reason = reason.mask(pictures["identity"].isin(incomplete_ones), INCOMPLETE)
    return reason.mask(reason.index.isin(list(rejected)), pd.Series({row: r.reason for row, r in rejected.items()}))


def drawn(names: Iterable[str], count: int | None, *key: object) -> list[str]:
    """So many of the names, at random; which of two comes first depends on the key and on no other name."""
    return sorted(names, key=lambda name: (seed_of(*key, name), name))[:count]
