"""Source `parametric` as diets: faces drawn by formulas, of which a class is an identity."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mien.stimuli import diets
from mien.stimuli.faces import parametric
from mien.stimuli.views import draw_views


def diet(
    name: str, design: Mapping, expressions: Sequence[str], variation: Mapping, size: int, seed: int
) -> pd.DataFrame:
    """A `diet` table of `classes` identities (`faces`)."""
    return faces(name, range(design["classes"]), design, expressions, variation, size, seed)


def faces(
    name: str, classes: range, design: Mapping, expressions: Sequence[str], variation: Mapping, size: int, seed: int
) -> pd.DataFrame:
    """A `diet` table of identities, a class each.

    They move random mixtures of action units that are none of the basic expressions or, where the design says `shows:
    expressions`, show the study's in turn; `expression` is null otherwise.
    """
    shots = diets.shots(name, classes, design, seed)
    keys = [(seed, name, label) for _, _, label, _ in shots]
    if design.get("shows") == "expressions":  # in turn; not every person's first, so that held-out pictures have all
        shown = [expressions[(label + shot) % len(expressions)] for _, _, label, shot in shots]
        actions = [
            parametric.expression_actions(person, expression, variation, (*shot, expression))
            for person, expression, shot in zip(keys, shown, shots, strict=True)
        ]
    else:
        shown, actions = None, [parametric.mixture_actions(shot) for shot in shots]
    pictures = parametric.render(
        parametric.draw_identities(keys), np.stack(actions), draw_views(shots, variation), size
    )
    labels = [f"{label:03d}" for _, _, label, _ in shots]
    return diets.table(name, labels, [f"{shot[-1]:03d}" for shot in shots], design, pictures, "parametric", shown)
