"""Stimulus sets made by the workflow: which person shows what in which picture, then the pictures.

They show the six expressions, or continua between two; every set has people of its own.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mien import faces
from mien.expressions import EXPRESSIONS, ends_of
from mien.pictures import picture_columns
from mien.views import draw_views


def expression_set(name: str, identities: int, variation: Mapping, size: int, seed: int) -> pd.DataFrame:
    """A `stimuli` table of synthetic faces, identities x six expressions, each picture with a view of its own.

    Args:
        name: of the set; another set has other people.
        variation: half-ranges of view and expression (`views.VARIATIONS`, `faces.expression_actions`).
        size: side of the pictures, pixels.
        seed: of the study's stimuli.
    """
    design = [(identity, expression) for identity in range(identities) for expression in EXPRESSIONS]
    people = [(seed, name, identity) for identity, _ in design]
    shots = [(seed, name, identity, expression) for identity, expression in design]
    actions = np.stack(
        [
            faces.expression_actions(person, shot[-1], variation, shot)
            for person, shot in zip(people, shots, strict=True)
        ]
    )
    return _stimuli(
        name,
        identity=[identity for identity, _ in design],
        labels={"expression": [expression for _, expression in design], "continuum": None, "level": None},
        suffix=[expression for _, expression in design],
        images=faces.render(faces.draw_identities(people), actions, draw_views(shots, variation), size),
    )


def morph_levels(levels: int) -> np.ndarray:
    """The inner levels of a continuum, equally spaced: 19 levels are .05, .10 ... .95."""
    return np.arange(1, levels + 1) / (levels + 1)


def morph_set(
    name: str, identities: int, continua: list[str], levels: int, variation: Mapping, size: int, seed: int
) -> pd.DataFrame:
    """A `stimuli` table of synthetic faces on continua: each person's two expressions, interpolated in action units.

    Every level is a picture of one face, never a blend of two; all levels of a person's continuum share one view.
    Arguments as in `expression_set`.
    """
    design = [(identity, continuum) for identity in range(identities) for continuum in continua]
    shares = morph_levels(levels)
    actions, shots = [], []
    for identity, continuum in design:
        person, shot = (seed, name, identity), (seed, name, identity, continuum)
        first, second = (faces.expression_actions(person, end, variation, shot) for end in ends_of(continuum))
        actions += [faces.interpolate(first, second, level) for level in shares]
        shots += [shot] * levels
    rows = [(identity, continuum, level) for identity, continuum in design for level in shares]
    people = faces.draw_identities([(seed, name, identity) for identity, _, _ in rows])
    return _stimuli(
        name,
        identity=[identity for identity, _, _ in rows],
        labels={
            "expression": None,
            "continuum": [continuum for _, continuum, _ in rows],
            "level": [level for _, _, level in rows],
        },
        suffix=[f"{continuum}/{level:.3f}" for _, continuum, level in rows],
        images=faces.render(people, np.stack(actions), draw_views(shots, variation), size),
    )


def _stimuli(name: str, identity: list[int], labels: Mapping, suffix: list[str], images: np.ndarray) -> pd.DataFrame:
    people = [f"{name}-{number:03d}" for number in identity]
    return pd.DataFrame(
        {
            "stimulus": [f"{person}/{end}" for person, end in zip(people, suffix, strict=True)],
            "set": name,
            "identity": people,
            **labels,
            **picture_columns(images, "parametric"),
        }
    )
