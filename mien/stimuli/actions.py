"""What a face does: action units of the Facial Action Coding System, 0 at rest and 1 at full strength."""

from collections.abc import Mapping

import numpy as np

from mien.draws import generator
from mien.errors import InputError
from mien.expressions import EXPRESSIONS, KNOWN

#: The action units that a face can show, by number; the columns of every array of actions, in this order. 14 is a sign
#: of contempt: nothing else moves it, and it stands last, so that a face's draws of the others do not depend on it.
ACTION_UNITS = {
    1: "inner brow raiser",
    2: "outer brow raiser",
    4: "brow lowerer",
    5: "upper lid raiser",
    6: "cheek raiser",
    7: "lid tightener",
    9: "nose wrinkler",
    10: "upper lip raiser",
    12: "lip corner puller",
    15: "lip corner depressor",
    16: "lower lip depressor",
    17: "chin raiser",
    20: "lip stretcher",
    23: "lip tightener",
    25: "lips part",
    26: "jaw drop",
    14: "dimpler",
}

#: The action units of each expression. Which they are: EMFACS (Friesen & Ekman, 1983), with 10, 17 and 25 from the
#: variants in Ekman, Friesen & Hager, Facial Action Coding System: Investigator's Guide (2002); of contempt, Ekman &
#: Friesen, Motivation and Emotion 10 (1986) 159-168, doi:10.1007/BF00992253. How strong: by eye.
_EMFACS = {
    "anger": {4: 1.0, 5: 0.4, 7: 0.7, 23: 1.0},
    "disgust": {9: 1.0, 10: 0.6, 15: 0.6, 16: 0.6},
    "fear": {1: 1.0, 2: 0.5, 4: 0.5, 5: 1.0, 20: 1.0, 25: 0.4, 26: 0.45},
    "happiness": {6: 1.0, 12: 1.0, 25: 0.9},
    "sadness": {1: 1.0, 4: 0.4, 15: 1.0, 17: 0.5},
    "surprise": {1: 1.0, 2: 1.0, 5: 0.8, 26: 1.0},
    "contempt": {12: 0.25, 14: 1.0},
    "neutral": {},
}

_STRONGEST = 1.25  # no action unit is ever stronger
TOO_ALIKE = 0.75  # a mixture whose cosine with a prototype is higher is drawn again


_SHARED = np.array([unit != 14 for unit in ACTION_UNITS])


def prototype_of(expression: str) -> np.ndarray:
    """The action units of an expression at full intensity, (A,) float32.

    Raises:
        InputError: an unknown expression.
    """
    if expression not in _EMFACS:
        raise InputError(f"expression '{expression}': expected one of {', '.join(KNOWN)}")
    return np.array([_EMFACS[expression].get(unit, 0.0) for unit in ACTION_UNITS], np.float32)


#: (6, A): the prototypes of the basic expressions, in the order of `EXPRESSIONS`.
PROTOTYPES = np.stack([prototype_of(expression) for expression in EXPRESSIONS])


def expression_actions(
    identity_key: tuple, expression: str, variation: Mapping[str, float], image_key: tuple
) -> np.ndarray:
    """The actions, (A,) float32, of one person's expression in one image.

    A person has a style of each expression: every action unit of the prototype has its own relative strength, and other
    action units join in. An image has an intensity, common to all of them.

    Args:
        identity_key: names the person, and so the style.
        expression: one of `expressions.KNOWN`; `neutral` is no action at all.
        variation: `intensity_low`, `intensity_high`: range of the intensity, 1 when missing; `jitter`: relative
            standard deviation of an action unit's strength; `extra`: strength of the other action units (each is
            `extra` times a standard normal draw where that is positive). Missing ones are 0, other names are not read.
        image_key: names the image, and so its intensity.

    Raises:
        InputError: an unknown expression.
    """
    prototype = prototype_of(expression)
    if not prototype.any():
        return prototype
    moved = _SHARED | (prototype > 0)
    own, others = np.zeros((2, len(prototype)))
    own[moved], others[moved] = generator(*identity_key, "style", expression).standard_normal((2, moved.sum()))
    style = np.where(
        prototype > 0,
        prototype * (1 + variation.get("jitter", 0.0) * own),
        variation.get("extra", 0.0) * others,
    )
    low, high = variation.get("intensity_low", 1.0), variation.get("intensity_high", 1.0)
    intensity = generator(*image_key, "intensity").uniform(low, high)
    return np.clip(intensity * np.maximum(style, 0), 0, _STRONGEST).astype(np.float32)


def interpolate(first: np.ndarray, second: np.ndarray, level: float | np.ndarray) -> np.ndarray:
    """Actions at a morph level: all `first` at 0, all `second` at 1. A morph moves one face and blends no pictures.

    Args:
        first, second: (A,).
        level: a number, giving (A,), or (n,), giving (n, A).
    """
    level = np.asarray(level, np.float32)[..., None]
    return (1 - level) * first + level * second


def mixture_actions(image_key: tuple) -> np.ndarray:
    """Two to six action units, (A,) float32, at random strengths: a face that moves, but shows no basic expression,
    nor contempt, whose sign, 14, none has.

    A mixture in the direction of a prototype (cosine above `TOO_ALIKE`) is drawn again.
    """
    draw, n, actions = generator(*image_key, "mixture"), _SHARED.sum(), np.zeros(len(ACTION_UNITS), np.float32)
    while True:
        active = draw.permutation(n) < draw.integers(2, 7)
        actions[_SHARED] = np.where(active, draw.uniform(0.2, 1.0, n), 0)
        if likeness(actions).max() <= TOO_ALIKE:
            return actions


def likeness(actions: np.ndarray) -> np.ndarray:
    """Cosines, (..., 6), between actions (..., A), not all zero, and the prototypes, in the order of `EXPRESSIONS`."""
    lengths = np.linalg.norm(actions, axis=-1, keepdims=True) * np.linalg.norm(PROTOTYPES, axis=1)
    return actions @ PROTOTYPES.T / lengths
