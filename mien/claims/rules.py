"""How a claim is judged: rules with their numbers, stated before any study was run, and nothing else.

What a study shows (`finding`) and what that says of the publication (`verdict`) are two things. A study on other
pictures, or with other networks, may find what it finds; it has not tested the publication.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from mien.claims.published import NAMES
from mien.expressions import EXPRESSIONS
from mien.stimuli.sources import SOURCES

HOLDS, FAILS, UNSURE = "holds", "does not hold", "inconclusive"
REPRODUCED, NOT_REPRODUCED, UNTESTED = "reproduced", "not reproduced", "not tested by these stimuli or networks"

#: Seeds of a network below which nothing is inferred of other networks made alike.
FEWEST_SEEDS = 5
#: A corrected p must be below.
ALPHA = 0.05

#: What the publication's networks are: METHOD's protocol, which the configuration documents.
ARCHITECTURE = {"name": "vgg16", "input_size": 224}
LAYER = "conv5_3"
#: The very untrained network of the publication is a file, too.
ORIGINS = {"vgg_face": ("fetched",), "vgg16": ("fetched",), "untrained": ("initialised", "fetched")}


class Part(NamedTuple):
    """A network that plays the part of one of the publication's, or why none can be judged."""

    role: str  #: a key of `ORIGINS`
    network: str = ""
    layer: str = ""
    origin: str = ""
    seeds: tuple[int, ...] = ()
    problem: str = ""  #: why nothing is inferred of it; empty if something may be


def finding(low: float, high: float, above: float, least: float, met: bool = True) -> str:
    """What an interval says of the claim that a value is above `above`.

    It holds if the whole interval is above, and whatever else the claim asks for is `met`, however small the value; if
    not, it does not hold if the whole interval is below `above` + `least`, the smallest effect worth the name; else,
    and without an interval, nothing is known.
    """
    if low > above and met:
        return HOLDS
    return FAILS if high < above + least else UNSURE


def opposite(judged: str) -> str:
    """The finding of a claim that denies what was judged."""
    return {HOLDS: FAILS, FAILS: HOLDS}.get(judged, judged)


def kept(layer: str, random: str) -> str:
    """Where expression is kept.

    Args:
        layer: the finding that the whole layer tells more than its selective units.
        random: the finding that these tell more than as many random ones.
    """
    if layer == HOLDS:
        return {
            HOLDS: "in the whole layer; the selective units hold more of it than as many random ones",
            FAILS: "in the whole layer; the selective units hold no more of it than as many random ones",
        }.get(random, "in the whole layer")
    where = {HOLDS: "in the selective units", FAILS: "in any units: as many random ones hold as much"}
    return where.get(random, "not known") if layer == FAILS else "not known"


def verdict(found: str, untested: Sequence[str], published: bool) -> str:
    """What a finding says of the publication.

    Args:
        found: the finding.
        untested: why this study cannot test the publication; empty if it can.
        published: whether the publication makes this claim, by this criterion.
    """
    if untested:
        return UNTESTED
    return {HOLDS: REPRODUCED, FAILS: NOT_REPRODUCED}.get(found, UNSURE) if published else UNSURE


def why_untested(
    parts: Iterable[Part],
    sources: Mapping[str, str],
    photographs: bool,
    architectures: Mapping[str, Mapping],
    expressions: Sequence[str],
) -> list[str]:
    """Why a study does not test what the publication says of these parts; empty if it does.

    Args:
        parts: the networks in question.
        sources: of every stimulus set, its `source`.
        photographs: whether the user says that sets of `source: pictures` are photographs of people.
        architectures: of every network, its `architecture`.
        expressions: the study's.
    """
    drawn = [name for name, source in sources.items() if SOURCES[source].photographs is False]
    unsaid = [name for name, source in sources.items() if SOURCES[source].photographs is None and not photographs]
    reasons = [f"pictures that the workflow drew ({', '.join(drawn)})"] * bool(drawn)
    reasons += [f"pictures that the configuration does not call photographs ({', '.join(unsaid)})"] * bool(unsaid)
    reasons += [f"not the publication's six expressions ({', '.join(expressions)})"] * (
        set(expressions) != set(EXPRESSIONS)
    )
    for part in parts:
        reasons += _why_another(part, architectures.get(part.network, {}))
    return reasons


def _why_another(part: Part, architecture: Mapping) -> list[str]:
    """Why a part's network is not the publication's."""
    name = NAMES[part.role]
    if not part.network:
        return [f"no network plays {name}"]
    reasons = []
    if part.origin not in ORIGINS[part.role]:
        reasons.append(f"{part.origin or 'unfinished'}, not {' or '.join(ORIGINS[part.role])}")
    if any(architecture.get(key) != value for key, value in ARCHITECTURE.items()) or architecture.get("width", 1) != 1:
        reasons.append(f"not a whole {ARCHITECTURE['name']} of {ARCHITECTURE['input_size']} pixels")
    if part.layer != LAYER:
        reasons.append(f"{part.layer or 'no layer'}, not {LAYER}")
    return [f"{part.network} is not {name} as published ({'; '.join(reasons)})"] * bool(reasons)
