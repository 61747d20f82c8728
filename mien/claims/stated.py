"""The claims: the publication's, and three tests that it does not make, in the order of its figures.

Those of ours: whether the selective units do better than as many random ones, whether the whole layer does better than
they do, and a stricter sign of categorical perception (`discrimination`).
"""

from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import numpy as np

from mien.claims import evidence, values
from mien.claims import published as figures
from mien.claims.evidence import Evidence
from mien.claims.kinds import KINDS
from mien.claims.published import NAMES, Published
from mien.claims.values import Measure

_PICTURES = {
    "controlled": "the set controlled (for laboratory photographs)",
    "wild": "the set wild (for photographs from the web)",
}
_MATRICES = {"vgg_face": "Fig. 4B-C", "vgg16": "Fig. 4B, D", "untrained": "Fig. 4B, E"}
_OTHERS = ("vgg16", "untrained")
_ANOTHER_EVALUATION = (
    "Note: Fig. 1C does not say on which pictures; the matrix of Fig. 2, on other identities', has an accuracy of .679."
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
    beside: str = ""  #: the claim whose finding says, with this one's, where expression is kept


def claims_of(published: Published) -> list[Claim]:
    """Every claim, in the order of the publication's figures."""
    return [*_of_units(published), *_of_groups(), *_of_likeness(published), *_of_curves(published)]


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
            values.units,
            source[role],
        )
        for role in NAMES
    ]
    return stated + [
        _of_one(
            f"decoding_{role}_{set_}",
            "decoding",
            f"The selective units of {{{role}}} tell expressions in {_PICTURES[set_]} better than chance.",
            role,
            values.decoding(set_),
            source,
            published=figures.accuracy_of(published, role, set_),
            note=_ANOTHER_EVALUATION if set_ == "controlled" else "",
        )
        for role, set_, source in shown
    ]


def _of_groups() -> list[Claim]:
    """Ours: where expression is kept, by what selective units tell beside as many random ones and the whole layer."""
    compared = {
        "random": (
            "selective",
            "random",
            "selective units of {vgg_face} tell expressions better than as many random ones",
        ),
        "layer": ("all", "selective", "whole layer of {vgg_face} tells expressions better than its selective units"),
    }
    return [
        _of_one(
            f"{kind}_vgg_face_{set_}",
            kind,
            f"A test of ours: the {said}, in {words}.",
            "vgg_face",
            values.decoding_beyond(better, other, set_),
            "not shown",
            beside=f"random_vgg_face_{set_}" if kind == "layer" else "",
        )
        for kind, (better, other, said) in compared.items()
        for set_, words in _PICTURES.items()
    ]


def _of_likeness(published: Published) -> list[Claim]:
    """That VGG-Face confuses expressions as participants do, and the others do not."""
    shown = [("vgg_face", "controlled", "Fig. 2"), *((role, "wild", source) for role, source in _MATRICES.items())]
    stated = [
        _of_one(
            f"likeness_{role}_{set_}",
            "likeness",
            f"The confusions of {{{role}}} are {'not ' * (role in _OTHERS)}like participants', in {_PICTURES[set_]}.",
            role,
            values.likeness(set_),
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
            f"The confusions of {{vgg_face}} are more like participants' than those of {{{role}}}, in "
            f"{_PICTURES['wild']}.",
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
        _of_one("sigmoid_vgg_face", "sigmoid", criterion, "vgg_face", values.sigmoid_advantage, source, published=value)
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
            values.peak_excess,
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
