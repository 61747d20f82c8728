"""The publication's claims, each with its value, this study's, and what the rules of `judgements` make of it.

Beside what the publication claims stand two tests that it does not make: whether the selective units do better than as
many random ones, and a stricter sign of categorical perception (`discrimination`).
"""

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import NamedTuple

import numpy as np
import pandas as pd

from mien.categorical.over_identities import ALPHA as COUNTED
from mien.claims import evidence
from mien.claims import published as figures
from mien.claims.evidence import Evidence, Measure, Tables
from mien.claims.published import NAMES, Published
from mien.claims.rules import ALPHA, FEWEST_SEEDS, LAYER, UNSURE, Part, finding, opposite, verdict, why_untested
from mien.claims.schema import CLAIMS
from mien.statistics.corrections import adjust

#: Share of the continua below which the peak is not said to be at the boundary, and of the curves below which their R2
#: says nothing of categorical perception.
HALF = 0.5

_COUNTING = (
    "its Hill fit crosses one half between the lowest and the highest level, and more identities' faces turn towards "
    f"the second expression than away from it (sign test, one-sided, p < {COUNTED:g})"
)
_MANY_COUNT = f" and {HALF:.0%} of the curves or more count"
_FEW_COUNT = "only {share:.0%} of the curves count"


class Kind(NamedTuple):
    """How claims of one kind are judged: rule and words."""

    what: str  #: the value and its interval
    least: float  #: the smallest effect: what is surely less than this above the mark, and not surely above the mark,
    #: does not show what is claimed
    mark: str = "0"  #: what the interval must be above
    also: str = ""  #: what must be true besides
    lacking: str = ""  #: what is said where the share of continua that the claim asks for is lacking
    own: bool = False  #: a test of ours, not the publication's
    limits: tuple[float, float] = (-np.inf, np.inf)  #: between which the value can be


KINDS = {
    "units": Kind(
        "Share of units that are selective, less that of shuffled expressions (of both schemes of shuffling, what is "
        "least); interval: the central 95 % of the shuffles",
        0.01,  # as many again as pass p < .01 by chance
        limits=(-1, 1),
    ),
    "decoding": Kind(
        "Six-way accuracy of the selective units; 95 % interval over identities (t)",
        0.05,
        "chance, 1/6",
        limits=(0, 1),
    ),
    "random": Kind(
        "Six-way accuracy of the selective units less that of as many random ones (mean over draws); 95 % interval "
        "over identities (t)",
        0.05,
        own=True,
        limits=(-1, 1),
    ),
    "likeness": Kind(
        "Pearson correlation of confusions with people's, 30 off-diagonal cells, without the noise of few images (the "
        "published one as measured); 95 % interval: bootstrap over stimuli",
        0.2,  # the weakest that the publication calls a likeness is .28
        "0 and the correlation of evenly spread errors of the same accuracy (0 where that is undefined)",
        f" and the exact relabeling p (median over seeds; corrected over these claims: {{correction}}) is below "
        f"{ALPHA:g}",
        limits=(-1, 1),
    ),
    "likeness_difference": Kind(
        "Difference of the correlations with people's confusions, 30 off-diagonal cells; 95 % interval: paired "
        "bootstrap over stimuli",
        0.2,
    ),
    "sigmoid": Kind(
        f"R2 of the logistic (four-parameter Hill curve) less that of a line and of a parabola (what is least), mean "
        f"over the continua whose curve counts: {_COUNTING}; 95 % interval over these continua (t, paired)",
        0.002,  # the publication's smallest difference between networks is .006
        also=_MANY_COUNT,
        lacking=_FEW_COUNT,
    ),
    "sigmoid_difference": Kind(
        f"Difference in R2 of the logistic (four-parameter Hill curve), mean over the continua where a curve of both "
        f"counts: {_COUNTING}; 95 % interval over these continua (t, paired)",
        0.002,
        also=_MANY_COUNT,
        lacking=_FEW_COUNT,
    ),
    "peak": Kind(
        "Relative change of the units at the boundary less the pictures', mean over the continua; interval: mean of "
        "the continua's own 95 % intervals over identities",
        0.1,  # of the mean change along a continuum
        also=f" and the interval of the peak holds the boundary in {HALF:.0%} of the continua or more",
        lacking="the peak is at the boundary in only {share:.0%} of the continua",
        own=True,
    ),
}

_PICTURES = {
    "controlled": "the set controlled (for laboratory photographs)",
    "wild": "the set wild (for photographs from the web)",
}
_MATRICES = {"vgg_face": "Fig. 4B-C", "vgg16": "Fig. 4B, D", "untrained": "Fig. 4B, E"}
_OTHERS = ("vgg16", "untrained")
_ANOTHER_EVALUATION = (
    "Note: Fig. 1C does not say on which pictures; the matrix of Fig. 2, on other people's, has an accuracy of .679."
)
#: The end of every rule, the same in all rows.
OF_SEEDS = (
    "Of networks that are not fetched: means over seeds, the interval widened to the 95 % interval over seeds (t). "
    f"With under {FEWEST_SEEDS} seeds of one, or any seed unfinished, failed or undefined: inconclusive."
)
#: And what a verdict needs.
OF_THE_PUBLICATION = (
    f"Only photographs and the publication's networks, read at {LAYER}, test it: fetched VGG-Face and VGG-16, and the "
    "same architecture untrained. Then what holds is reproduced, and what does not hold is not."
)


class Claim(NamedTuple):
    """A claim, how it is measured, and what the publication shows."""

    name: str
    kind: str
    statement: str  #: a network stands in it as the name of its part in braces
    roles: tuple[str, ...]
    measure: Callable[..., Evidence]  #: of the tables and the parts
    source: str
    published: float = np.nan
    denied: bool = False  #: the claim is that it is not so
    note: str = ""


def claims(study: Tables, published: Published, settings: Mapping) -> pd.DataFrame:
    """The table `claims`: one row a claim.

    Args:
        study: its tables `cells`, `selection`, `observer_trials`, `similarity`, `similarity_differences`, `fits`,
            `discrimination_peaks`.
        settings: `roles` (the network of each part), `layers` (of each network that is drawn), `sources` (of each
            stimulus set), `photographs` (whether the user says that sets of `source: pictures` are), `architectures`
            (of each network), `correction` (of p, over the claims that ask for one).

    Returns:
        `value`, `low`, `high` are of what `rule` names, null where they are not known, and then `why` says it.
        `finding` is what this study shows of its own networks; `verdict`, what that says of the publication.
    """
    parts = {role: evidence.part_of(study, role, settings["roles"], settings["layers"]) for role in NAMES}
    stated = claims_of(published)
    found = [claim.measure(study, *(parts[role] for role in claim.roles)) for claim in stated]
    corrected = adjust(np.array([each.p for each in found]), settings["correction"])
    rows = [
        _judged(claim, each, p, [parts[role] for role in claim.roles], settings)
        for claim, each, p in zip(stated, found, corrected, strict=True)
    ]
    return pd.DataFrame(rows)[CLAIMS.names]


def claims_of(published: Published) -> list[Claim]:
    """Every claim, in the order of the publication's figures."""
    return [*_of_units(published), *_of_likeness(published), *_of_curves(published)]


def rule_of(claim: Claim, correction: str) -> str:
    """How a claim is judged, in words."""
    kind = KINDS[claim.kind]
    so, not_so = ("does not hold", "holds") if claim.denied else ("holds", "does not hold")
    also = kind.also.format(correction=correction)
    return (
        f"{kind.what}. The claim {so} if the whole interval is above {kind.mark}{also}; if not, it {not_so} if "
        f"the whole interval is less than {kind.least:g} above that; else it is inconclusive. {OF_SEEDS} "
        f"{OF_THE_PUBLICATION}"
    )


def _judged(claim: Claim, found: Evidence, p: float, parts: Sequence[Part], settings: Mapping) -> dict:
    """A row of the table."""
    kind = KINDS[claim.kind]
    unmet = [f"the corrected relabeling p, {p:.3f}, is not below {ALPHA:g}"] * bool(p >= ALPHA)
    unmet += [kind.lacking.format(share=found.share)] * bool(found.share < HALF)
    so = UNSURE if found.problem else finding(found.low, found.high, found.above, kind.least, not unmet)
    judged = opposite(so) if claim.denied else so
    marks = f"marks {found.above:.3f} and {found.above + kind.least:.3f}"
    shown = f"nothing is inferred: {found.problem}"
    if not found.problem:
        shown = "; ".join([f"interval {found.low:.3f} to {found.high:.3f}, {marks}", *unmet])
    untested = why_untested(parts, settings["sources"], settings["photographs"], settings["architectures"])
    reasons = [
        _cast(parts),
        f"Finding: {shown}.",
        _errors(found),
        f"Verdict: {_why(kind, parts, untested)}.",
        claim.note,
    ]
    return {
        "claim": claim.name,
        "statement": claim.statement.format_map({part.role: _read_as(part) for part in parts}),
        "published": claim.published,
        "published_source": claim.source,
        **{name: getattr(found, name) for name in ("value", "low", "high", "n_networks", "n_seeds")},
        "rule": rule_of(claim, settings["correction"]),
        "finding": judged,
        "verdict": verdict(judged, untested, not kind.own),
        "why": " ".join(filter(None, reasons)),
    }


def _read_as(part: Part) -> str:
    """The network that was read, and the publication's for which it stands."""
    return f"{part.network} (for {NAMES[part.role]})" if part.network else NAMES[part.role]


def _errors(found: Evidence) -> str:
    """The cross-validated errors that stand beside an R2."""
    if not found.errors:
        return ""
    known = [f"of {of} {error:.4f}" for of, error in found.errors.items() if not np.isnan(error)]
    return f"Mean squared error on identities that the curves were not fitted to: {', '.join(known) or 'not known'}."


def _cast(parts: Sequence[Part]) -> str:
    """Of which networks a finding is."""
    played = [
        f"{part.network} ({part.origin or 'unfinished'}, {part.layer or 'no layer'}) in the part of {NAMES[part.role]}"
        for part in parts
        if part.network
    ]
    return f"Of {' and '.join(played)}." if played else "Of no network."


def _why(kind: Kind, parts: Sequence[Part], untested: Sequence[str]) -> str:
    """The reasons of a verdict."""
    if untested:
        return f"the publication is not tested: {'; '.join(untested)}"
    reasons = ["the publication makes no such test"] if kind.own else ["photographs, and the publication's networks"]
    fetched = any(part.origin == "fetched" for part in parts)
    return "; ".join(reasons + ["a file of weights is one network, not an experience"] * fetched)


def _of_units(published: Published) -> list[Claim]:
    """That there are selective units, and what they tell."""
    source = {"vgg_face": "Fig. 1B, which does not show how many", "vgg16": "not shown", "untrained": "not shown"}
    shown = [("vgg_face", "controlled", "Fig. 1C"), *((role, "wild", "Fig. 4A") for role in NAMES)]
    stated = [
        _of_one(
            f"units_{role}",
            "units",
            f"Units of {{{role}}} are selective for facial expression.",
            role,
            evidence.units,
            source[role],
        )
        for role in NAMES
    ]
    stated += [
        _of_one(
            f"decoding_{role}_{set_}",
            "decoding",
            f"The selective units of {{{role}}} tell expressions in {_PICTURES[set_]} better than chance.",
            role,
            evidence.decoding(set_),
            source,
            published=figures.accuracy_of(published, role, set_),
            note=_ANOTHER_EVALUATION if set_ == "controlled" else "",
        )
        for role, set_, source in shown
    ]
    control = "A control of ours: the selective units of {vgg_face} tell expressions better than as many random units."
    measure = evidence.decoding_beyond_random("controlled")
    return [*stated, _of_one("random_vgg_face_controlled", "random", control, "vgg_face", measure, "not shown")]


def _of_likeness(published: Published) -> list[Claim]:
    """That VGG-Face confuses expressions as people do, and the others do not."""
    shown = [("vgg_face", "controlled", "Fig. 2"), *((role, "wild", source) for role, source in _MATRICES.items())]
    stated = [
        _of_one(
            f"likeness_{role}_{set_}",
            "likeness",
            f"The confusions of {{{role}}} are {'not ' * (role in _OTHERS)}like people's, in {_PICTURES[set_]}.",
            role,
            evidence.likeness(set_),
            source,
            published=figures.similarity_of(published, role, set_),
            denied=role in _OTHERS,
        )
        for role, set_, source in shown
    ]
    return stated + [
        Claim(
            f"likeness_vgg_face_{role}_wild",
            "likeness_difference",
            f"The confusions of {{vgg_face}} are more like people's than those of {{{role}}}, in {_PICTURES['wild']}.",
            ("vgg_face", role),
            partial(evidence.of_similarity_difference, set_="wild"),
            f"Fig. 4B-{_MATRICES[role][-1]}",
            figures.similarity_of(published, "vgg_face", "wild") - figures.similarity_of(published, role, "wild"),
        )
        for role in _OTHERS
    ]


def _of_curves(published: Published) -> list[Claim]:
    """That VGG-Face perceives morphs categorically, and more so than the others."""
    criterion = (
        "The curves of {vgg_face} are categorical: a logistic explains them better than a line and a parabola do."
    )
    source, value = "Fig. 3D, 4F", figures.advantage_of(published, "vgg_face")
    stated = [
        _of_one(
            "sigmoid_vgg_face", "sigmoid", criterion, "vgg_face", evidence.sigmoid_advantage, source, published=value
        )
    ]
    stated += [
        Claim(
            f"sigmoid_vgg_face_{role}",
            "sigmoid_difference",
            f"A logistic explains the curves of {{vgg_face}} better than those of {{{role}}}.",
            ("vgg_face", role),
            evidence.of_r2_difference,
            "Fig. 4F",
            figures.r2_of(published, "vgg_face") - figures.r2_of(published, role),
            note=_note(published, role),
        )
        for role in _OTHERS
    ]
    return stated + [
        _of_one(
            f"peak_{role}",
            "peak",
            "A stricter test of ours of categorical perception: "
            + ("it is not so that " * (role in _OTHERS))
            + f"the units of {{{role}}} change most at the boundary, and there more than the pictures do.",
            role,
            evidence.peak_excess,
            "not shown",
            denied=role in _OTHERS,
        )
        for role in NAMES
    ]


def _note(published: Published, role: str) -> str:
    """What VGG-Face's own test gives for another's published curves."""
    more, p = figures.advantage_of(published, role), figures.p_of_advantage(published, role)
    return (
        f"Note: on the published curves of {NAMES[role]} the logistic's R2 is higher than line's and parabola's by "
        f"{more:.4f} or more; the larger p of the two paired tests is {p:.4f}, uncorrected."
    )


def _of_one(name: str, kind: str, statement: str, role: str, measure: Measure, source: str, **rest: object) -> Claim:
    """A claim about one network."""
    return Claim(
        name,
        kind,
        statement,
        (role,),
        partial(evidence.of_part, measure=measure, limits=KINDS[kind].limits),
        source,
        **rest,
    )
