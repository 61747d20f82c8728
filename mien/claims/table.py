"""The publication's claims, each with its value, this study's, and what the rules make of it."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mien.claims import evidence
from mien.claims.evidence import Evidence
from mien.claims.kinds import HALF, KINDS, Kind
from mien.claims.published import NAMES, Published
from mien.claims.rules import ALPHA, FEWEST_SEEDS, LAYER, UNSURE, Part, finding, kept, opposite, verdict, why_untested
from mien.claims.schema import CLAIMS
from mien.claims.stated import Claim, claims_of
from mien.claims.values import Tables
from mien.expressions import count_in_words
from mien.statistics.corrections import adjust

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


def claims(study: Tables, published: Published, settings: Mapping) -> pd.DataFrame:
    """The table `claims`: one row a claim.

    Args:
        study: its tables `cells`, `selection`, `observer_trials`, `similarity`, `similarity_differences`, `fits`,
            `discrimination_peaks`.
        settings: `roles` (the network of each part), `layers` (of each network that is drawn), `sources` (of each
            stimulus set), `photographs` (whether the user says that sets of `source: pictures` are), `architectures`
            (of each network), `correction` (of p, over the claims that ask for one), `expressions` (of the
            study).

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
    findings = {row["claim"]: row["finding"] for row in rows}
    for claim, row in zip(stated, rows, strict=True):
        if claim.beside:
            row["why"] += f" Expression is kept: {kept(row['finding'], findings[claim.beside])}."
    return pd.DataFrame(rows)[CLAIMS.names]


def rule_of(claim: Claim, correction: str, expressions: Sequence[str]) -> str:
    """How a claim is judged, in words."""
    kind = KINDS[claim.kind]
    so, not_so = ("does not hold", "holds") if claim.denied else ("holds", "does not hold")
    also = kind.also.format(correction=correction)
    count = {"n": len(expressions), "Ways": count_in_words(expressions).capitalize()}
    what, above = kind.what.format_map(count), kind.above.format_map(count)
    return (
        f"{what}. The claim {so} if the whole interval is above {above}{also}; if not, it {not_so} if "
        f"the whole interval is less than the smallest effect of interest, {kind.least:g}, above that; else it is "
        f"inconclusive. {kind.so}{OF_SEEDS} "
        f"{OF_THE_PUBLICATION}"
    )


def _judged(claim: Claim, found: Evidence, p: float, parts: Sequence[Part], settings: Mapping) -> dict:
    """A row of the table."""
    kind = KINDS[claim.kind]
    unmet = [f"the corrected relabeling p, {p:.3f}, is not below {ALPHA:g}"] * bool(p >= ALPHA)
    unmet += [kind.lacking.format(share=found.share)] * bool(found.share < HALF)
    so = UNSURE if found.problem else finding(found.low, found.high, found.above, kind.least, not unmet)
    judged = opposite(so) if claim.denied else so
    above = f"to be above {found.above:.3f}; smallest effect of interest: {kind.least:g}"
    shown = f"nothing is inferred: {found.problem}"
    if not found.problem:
        shown = "; ".join([f"interval {found.low:.3f} to {found.high:.3f}, {above}", *unmet])
    of_study = (settings[key] for key in ("sources", "photographs", "architectures", "expressions"))
    untested = why_untested(parts, *of_study)
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
        "rule": rule_of(claim, settings["correction"], settings["expressions"]),
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
