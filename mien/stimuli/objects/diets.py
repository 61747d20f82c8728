"""Source `objects` as diets: everyday objects, of which a class is a category."""

from collections.abc import Mapping, Sequence

import pandas as pd

from mien.errors import InputError
from mien.stimuli import diets
from mien.stimuli.objects.render import CATEGORIES, render
from mien.stimuli.views import draw_views


def diet(
    name: str, design: Mapping, expressions: Sequence[str], variation: Mapping, size: int, seed: int
) -> pd.DataFrame:
    """A `diet` table of `classes` categories (`objects`)."""
    return objects(name, range(design["classes"]), design, variation, size, seed)


def objects(name: str, classes: range, design: Mapping, variation: Mapping, size: int, seed: int) -> pd.DataFrame:
    """A `diet` table of objects, a class a category, spread over the catalogue.

    Raises:
        InputError: more classes than there are categories.
    """
    if len(classes) > len(CATEGORIES):
        raise InputError(f"diets: {name}: {len(classes)} classes of objects; there are {len(CATEGORIES)} categories")
    shots = diets.shots(name, classes, design, seed)
    spread = [CATEGORIES[place * len(CATEGORIES) // len(classes)] for place in range(len(classes))]
    labels = [spread[label - classes[0]] for _, _, label, _ in shots]
    pictures = render(labels, shots, draw_views(shots, variation), size)
    return diets.table(name, labels, [f"{shot[-1]:03d}" for shot in shots], design, pictures, "objects")
