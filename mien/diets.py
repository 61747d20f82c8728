"""Diets made by the workflow: pictures to rear a network on, of face identities or of object categories.

The people of a diet are in no stimulus set, and they move random mixtures of action units, never one of the six
expressions.
"""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mien import faces, objects
from mien.errors import InputError
from mien.pictures import picture_columns
from mien.views import draw_views


def diet(
    name: str, source: str, classes: int, images: int, heldout: int, variation: Mapping, size: int, seed: int
) -> pd.DataFrame:
    """A `diet` table: pictures to rear a network on, labelled by face identity or by object category.

    Args:
        source: `parametric` (faces: a class is a person) or `objects` (a class is a category).
        images: pictures of a class to train on, and `heldout` more of each to test the trained network with.

    Raises:
        InputError: more classes of objects than there are categories.
    """
    design = [(label, shot) for label in range(classes) for shot in range(images + heldout)]
    shots = [(seed, name, label, shot) for label, shot in design]
    views = draw_views(shots, variation)
    if source == "objects":
        if classes > len(objects.CATEGORIES):
            raise InputError(
                f"diets: {name}: {classes} classes of objects; there are {len(objects.CATEGORIES)} categories"
            )
        spread = [objects.CATEGORIES[label * len(objects.CATEGORIES) // classes] for label in range(classes)]
        labels = [spread[label] for label, _ in design]
        pictures = objects.render(labels, shots, views, size)
    else:
        labels = [f"{label:03d}" for label, _ in design]
        people = faces.draw_identities([(seed, name, label) for label, _ in design])
        pictures = faces.render(people, np.stack([faces.mixture_actions(shot) for shot in shots]), views, size)
    return pd.DataFrame(
        {
            "stimulus": [f"{name}/{label}/{shot:03d}" for label, (_, shot) in zip(labels, design, strict=True)],
            "diet": name,
            "label": labels,
            "split": ["train" if shot < images else "heldout" for _, shot in design],
            **picture_columns(pictures, source),
        }
    )
