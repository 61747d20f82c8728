"""Stimulus sets made by the workflow: which person shows what in which picture, then the pictures.

They show the study's expressions, or continua between two; every set has identities of its own. Who makes the faces is
an argument: `mien.stimuli.faces.parametric`, or `mien.stimuli.ict.faces.Faces`.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Protocol

import numpy as np
import pandas as pd

from mien.expressions import ends_of
from mien.reporting import progress
from mien.stimuli.levels import morph_levels
from mien.stimuli.pictures import picture_columns
from mien.stimuli.views import Views, draw_views

_AT_ONCE = 64  # pictures, or one person's if they are more: no more are ever held as arrays


class FaceMaker(Protocol):
    """What makes faces: `mien.stimuli.faces.parametric`, or `mien.stimuli.ict.faces.Faces`."""

    expression_actions: Callable[[tuple, str, Mapping, tuple], np.ndarray]
    interpolate: Callable[[np.ndarray, np.ndarray, float | np.ndarray], np.ndarray]
    draw_identities: Callable[[Sequence[tuple]], Any]
    render: Callable[[Any, np.ndarray, Views, int], np.ndarray]


def face_set(
    maker: FaceMaker,
    source: str,
    name: str,
    design: Mapping,
    expressions: Sequence[str],
    variation: Mapping,
    size: int,
    seed: int,
) -> pd.DataFrame:
    """A `stimuli` table of synthetic faces as the study describes it: `morphs` show continua, other sets expressions.

    Args:
        design: `identities` and, for morphs, `continua` and `levels`.

    The others as in `expression_set`.
    """
    if name == "morphs":
        shown = design["identities"], design["continua"], design["levels"]
        return morph_set(maker, source, name, *shown, variation, size, seed)
    return expression_set(maker, source, name, design["identities"], expressions, variation, size, seed)


def expression_set(
    maker: FaceMaker,
    source: str,
    name: str,
    identities: int,
    expressions: Sequence[str],
    variation: Mapping,
    size: int,
    seed: int,
) -> pd.DataFrame:
    """A `stimuli` table of synthetic faces, identities x expressions, each picture with a view of its own.

    Args:
        maker: of the faces, and `source`: its name, for the table.
        name: of the set; another set has other identities.
        variation: half-ranges of view and expression (`views.VARIATIONS`, `faces.expression_actions`).
        size: side of the pictures, pixels.
        seed: of the study's stimuli.
    """
    design = [(identity, expression) for identity in range(identities) for expression in expressions]

    def moves(identity: int, expression: str) -> np.ndarray:
        return maker.expression_actions(
            (seed, name, identity), expression, variation, (seed, name, identity, expression)
        )[None]

    return _stimuli(
        name,
        identity=[identity for identity, _ in design],
        labels={"expression": [expression for _, expression in design], "continuum": None, "level": None},
        suffix=[expression for _, expression in design],
        images=_pictures(maker, name, design, moves, len(expressions), variation, size, seed),
        source=source,
    )


def morph_set(
    maker: FaceMaker,
    source: str,
    name: str,
    identities: int,
    continua: list[str],
    levels: int,
    variation: Mapping,
    size: int,
    seed: int,
) -> pd.DataFrame:
    """A `stimuli` table of synthetic faces on continua: each person's two expressions, interpolated in action units.

    Every level is a picture of one face, never a blend of two; all levels of a person's continuum share one view.
    Arguments as in `expression_set`.
    """
    design = [(identity, continuum) for identity in range(identities) for continuum in continua]
    shares = morph_levels(levels)

    def moves(identity: int, continuum: str) -> np.ndarray:
        person, shot = (seed, name, identity), (seed, name, identity, continuum)
        first, second = (maker.expression_actions(person, end, variation, shot) for end in ends_of(continuum))
        return np.stack([maker.interpolate(first, second, level) for level in shares])

    rows = [(identity, continuum, level) for identity, continuum in design for level in shares]
    return _stimuli(
        name,
        identity=[identity for identity, _, _ in rows],
        labels={
            "expression": None,
            "continuum": [continuum for _, continuum, _ in rows],
            "level": [level for _, _, level in rows],
        },
        suffix=[f"{continuum}/{level:.3f}" for _, continuum, level in rows],
        images=_pictures(maker, name, design, moves, len(continua) * levels, variation, size, seed),
        source=source,
    )


def _pictures(
    maker: FaceMaker,
    name: str,
    design: list[tuple[int, str]],
    moves: Callable[[int, str], np.ndarray],
    per_identity: int,
    variation: Mapping,
    size: int,
    seed: int,
) -> Iterator[np.ndarray]:
    """The pictures of a set, one after the other, with a progress bar.

    Args:
        design: identity and what is shown, person by person; each gives one view and one or more pictures.
        moves: the actions (levels, A) of what is shown.
        per_identity: pictures of one person.
    """
    identities = len(design) // len({shown for _, shown in design}) if design else 0

    def rendered() -> Iterator[np.ndarray]:
        together = max(1, _AT_ONCE // per_identity)
        for first in range(0, identities, together):
            part = [(identity, shown) for identity, shown in design if first <= identity < first + together]
            actions = [moves(identity, shown) for identity, shown in part]
            shots = [(seed, name, *key) for key, levels in zip(part, actions, strict=True) for _ in levels]
            drawn = maker.draw_identities([shot[:3] for shot in shots])
            yield from maker.render(drawn, np.concatenate(actions), draw_views(shots, variation), size)

    return progress(rendered(), f"render {name}", unit="picture", total=identities * per_identity)


def _stimuli(
    name: str, identity: list[int], labels: Mapping, suffix: list[str], images: Iterator[np.ndarray], source: str
) -> pd.DataFrame:
    names = [f"{name}-{number:03d}" for number in identity]
    return pd.DataFrame(
        {
            "stimulus": [f"{person}/{end}" for person, end in zip(names, suffix, strict=True)],
            "set": name,
            "identity": names,
            **labels,
            **picture_columns(images, source),
        }
    )
