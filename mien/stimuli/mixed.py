"""Source `mixed`: diets of faces and of objects."""

from collections.abc import Mapping

import pandas as pd

from mien.stimuli.faces.diets import faces
from mien.stimuli.objects.diets import objects


def diet(name: str, design: Mapping, variation: Mapping, size: int, seed: int) -> pd.DataFrame:
    """A `diet` table: the first half of the classes are faces, one more where their number is odd, others objects."""
    classes, half = range(design["classes"]), (design["classes"] + 1) // 2
    things = objects(name, classes[half:], design, variation, size, seed)
    return pd.concat([faces(name, classes[:half], design, variation, size, seed), things], ignore_index=True)
