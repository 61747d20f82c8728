"""Diets: labelled pictures to train a network on. What diets of all sources share.

The identities of a diet are in no stimulus set.
"""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd

from mien.stimuli.pictures import COLUMNS, picture_columns
from mien.tables.columns import EXPRESSION
from mien.tables.schema import TEXT, Schema, one_of

TRAIN, HELDOUT = "train", "heldout"
DIET = Schema(
    "diet",
    {
        "stimulus": TEXT,
        "diet": TEXT,
        "label": TEXT,
        "expression": EXPRESSION,
        "split": one_of(TRAIN, HELDOUT),
        **COLUMNS,
    },
)


def shots(name: str, classes: range, design: Mapping, seed: int) -> list[tuple]:
    """The name of every picture that is drawn: (seed, diet, class, number)."""
    return [(seed, name, label, shot) for label in classes for shot in range(design["images"] + design["heldout"])]


def table(
    name: str,
    labels: list[str],
    names: list[str],
    design: Mapping,
    pictures: Iterable[np.ndarray],
    source: str,
    expressions: list[str] | None = None,
) -> pd.DataFrame:
    """A `diet` table of classes one after the other, each of `images` pictures to train on and `heldout` to test with.

    Args:
        name: of the diet; another diet has other identities.
        labels: the class of each picture, and `names`: what tells it from the others of its class.
        design: `images` and `heldout`.
        pictures: uint8, (size, size) or (size, size, 3) each.
        source: the pictures' own, for the table.
        expressions: that pictures show, of the study's; None where they show none.
    """
    of_a_class = [TRAIN] * design["images"] + [HELDOUT] * design["heldout"]
    return pd.DataFrame(
        {
            "stimulus": [f"{name}/{label}/{picture}" for label, picture in zip(labels, names, strict=True)],
            "diet": name,
            "label": labels,
            "expression": expressions,
            "split": of_a_class * (len(labels) // len(of_a_class)),
            **picture_columns(pictures, source),
        }
    )
