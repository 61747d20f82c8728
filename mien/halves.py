"""The two halves of the localizer's identities: either selects units, which are read on the identities of the other."""

from collections.abc import Iterable

HALVES = ("a", "b")

#: Fewest identities of a localizer: either half has an analysis of variance of its own, which needs two.
FEWEST_LOCALIZED = 2 * len(HALVES)


def halves_of(identities: Iterable[str]) -> dict[str, str]:
    """The half that each identity belongs to: in the order of their names, identities alternate between the halves."""
    return {name: HALVES[place % len(HALVES)] for place, name in enumerate(sorted(set(identities)))}
