"""Source `mixed`: diets of faces and of objects."""

from collections.abc import Mapping, Sequence

import pandas as pd

from mien.stimuli.faces.diets import faces
from mien.stimuli.objects.diets import objects


def diet(
    name: str, design: Mapping, expressions: Sequence[str], variation: Mapping, size: int, seed: int
) -> pd.DataFrame:
    """A `diet` table: the first half of the classes are faces, one more where their number is odd, others objects."""
    classes, half = range(design["classes"]), (design["classes"] + 1) // 2
    things = objects(name, classes[half:], design, variation, size, seed)
    shown = faces(name, classes[:half], design, expressions, variation, size, seed)
    return pd.concat([shown, things], ignore_index=True)
