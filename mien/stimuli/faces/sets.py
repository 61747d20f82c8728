"""Source `parametric` as stimulus sets: faces drawn by formulas, with expressions or as morphs."""

from collections.abc import Mapping, Sequence

import pandas as pd

from mien.stimuli import sets
from mien.stimuli.faces import parametric


def stimulus_set(
    name: str, design: Mapping, expressions: Sequence[str], variation: Mapping, size: int, seed: int
) -> pd.DataFrame:
    """A `stimuli` table (`sets.face_set`)."""
    return sets.face_set(parametric, "parametric", name, design, expressions, variation, size, seed)
