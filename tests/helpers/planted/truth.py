"""The planted truth, stated once: kinds of units, what faces look like, where morphs turn, and the study's networks.

A face that looks like an expression moves the units that prefer it. A classifier can know no better than what a face
looks like, so what it answers to faces that show one expression and look like another, drawn from a planted matrix, is
that matrix.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from mien.draws import generator
from mien.expressions import CONTINUA, EXPRESSIONS
from mien.units.criteria import Choice

#: How many units of each kind; all others are `neither`. Half of the selective ones have the weak step.
KINDS = {"selective": 120, "mixed": 60, "identity": 100, "constant": 24}
STRONG, WEAK = 2.5, 0.9  # what its preferred expression adds to a unit's response, in standard deviations of its noise
CONSTANT = 0.7  # response of the constant units
IDENTITY = 2.0  # standard deviation over identities of what an identity adds to a unit's response

CHOICE = Choice("two_way", 0.01, 0.01)  # what makes units selective

IDENTITIES = {"localizer": 20, "controlled": 60, "wild": 60, "morphs": 15}
LEVELS = np.arange(1, 20) / 20
#: Level at which the average identity turns from looking like the first expression into looking like the second.
BOUNDARIES = dict(zip(CONTINUA, (0.3, 0.5, 0.4, 0.6, 0.45, 0.55, 0.7), strict=True))
SPREAD = 0.04  # standard deviation of that level over identities


class Network(NamedTuple):
    """A network of the study, and how it reads faces."""

    seeds: int
    layers: tuple[str, ...]
    right: float  # how often, on the controlled set
    shared: float  # how much of its errors are participants'
    width: float  # of its turn along morphs


NETWORKS = {
    "face_trained": Network(2, ("conv4_3", "conv5_3"), 0.75, 0.9, 0.06),
    "object_trained": Network(2, ("conv4_3", "conv5_3"), 0.6, 0.6, 0.12),
    "untrained": Network(3, ("conv4_3", "conv5_3"), 0.45, 0.3, 0.2),
    "pixels": Network(1, ("image",), 0.65, 2 / 3, 0.03),
}


#: The networks that are compared, and where.
COMPARED = {network: of.layers[-1] for network, of in NETWORKS.items() if network != "pixels"}


def off_diagonal(matrices: np.ndarray) -> np.ndarray:
    """Errors alone, (..., true, response), each row divided by its sum."""
    errors = np.where(np.eye(len(EXPRESSIONS), dtype=bool), 0, matrices)
    return errors / errors.sum(axis=-1, keepdims=True)


def matrix(right: float | np.ndarray, errors: np.ndarray) -> np.ndarray:
    """Confusions, (..., true, response): right in a share `right`, and else wrong by the weights `errors`."""
    return right * np.eye(len(EXPRESSIONS)) + (1 - right) * off_diagonal(errors)


_SHARED, _OWN = 0.2 + generator("planted", "errors").exponential(size=(2, len(EXPRESSIONS), len(EXPRESSIONS)))

#: What participants answer.
PARTICIPANTS = matrix(0.75, _SHARED)


def confusions(network: str, set_: str) -> np.ndarray:
    """What faces look like to a network: on the wild set it is less often right, and errs less as participants do."""
    right, shared = NETWORKS[network].right, NETWORKS[network].shared
    if set_ == "wild":
        right, shared = right - 0.2, shared / 2
    return matrix(right, shared * _SHARED + (1 - shared) * _OWN)


#: Of the network `pixels`, whose units are pictures' pixels.
CONFUSIONS = {set_: confusions("pixels", set_) for set_ in ("controlled", "wild")}


def design(identities: int, expressions: Sequence[str] = EXPRESSIONS, name: str = "id") -> pd.DataFrame:
    """Identities x expressions, identity by identity."""
    return product(identity=[f"{name}{i:03d}" for i in range(identities)], expression=expressions)


def faces(set_: str, identities: int | None = None) -> pd.DataFrame:
    """A set of faces: as many identities as the study has, or so many, each with all expressions."""
    frame = design(identities or IDENTITIES[set_], name=f"{set_}-")
    return frame.assign(set=set_, stimulus=frame["identity"] + "_" + frame["expression"])


def morphs(levels: np.ndarray = LEVELS, identities: int = IDENTITIES["morphs"]) -> pd.DataFrame:
    """Morphs, continuum by continuum, identity by identity, level by level."""
    names = [f"morphs-{i:03d}" for i in range(identities)]
    frame = product(continuum=BOUNDARIES, identity=names, level=levels)
    stimulus = frame["identity"] + "_" + frame["continuum"] + "_" + frame["level"].astype(str)
    return frame.assign(set="morphs", stimulus=stimulus)


def product(**columns: Iterable) -> pd.DataFrame:
    """A row for each combination."""
    return pd.MultiIndex.from_product(columns.values(), names=list(columns)).to_frame(index=False)


def turned(levels: np.ndarray, boundaries: np.ndarray, width: float) -> np.ndarray:
    """How much morphs at some levels look like the second expression: a logistic curve."""
    return 1 / (1 + np.exp(-(levels - boundaries) / width))


def answers(matrix: np.ndarray, shown: np.ndarray, *name: object) -> np.ndarray:
    """What is drawn for every face that shows an expression (0 to 5) from a matrix (shown, drawn)."""
    chance = generator(*name).random(len(shown))
    return (chance[:, None] > np.cumsum(matrix, axis=1)[shown, :-1]).sum(axis=1)


def labelled(faces: pd.DataFrame, matrix: np.ndarray, *name: object) -> pd.DataFrame:
    """Faces with what was shown, `true_expression`, and what is answered to it, `response_expression`."""
    given = answers(matrix, faces["expression"].map(EXPRESSIONS.index).to_numpy(), *name)
    return faces.rename(columns={"expression": "true_expression"}).assign(
        response_expression=np.array(EXPRESSIONS)[given]
    )
