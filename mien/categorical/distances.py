"""How much units' responses, and the pictures themselves, change between neighbouring levels of a continuum."""

import numpy as np
import pandas as pd
from sklearn.preprocessing import StandardScaler

from mien.decoding.readings import TESTED, Responses, units_by_group
from mien.stimuli.neighbours import neighbours
from mien.stimuli.pictures import decode_png

_PAIRS = 256  # neighbours whose responses are held at once


def unit_distances(localizer: Responses, morphs: Responses, groups: pd.DataFrame, layer: pd.DataFrame) -> pd.DataFrame:
    """The `discrimination` table of a cell.

    Args:
        groups: the cell's `groups` table.
        layer: rows of the group `all`, the cell's table `distances`.

    Returns:
        `group`, `draw`, `n_units`, `continuum`, `identity`, `level`, half-way between two neighbouring levels of one
        identity's continuum, `step`, the levels' difference, and `distance`, per unit of level: Euclidean, between the
        group's responses to the two, each unit standardised on the localizer as the classifier does it, over the root
        of the number of units, over the step; null without units.
    """
    pairs = neighbours(morphs.stimuli)
    scale = StandardScaler().fit(localizer.values).scale_ if localizer.values.size else 1
    members = [(group, draw, units) for name in TESTED for group, draw, units in units_by_group(groups, (name,))]
    columns = [pd.Index(morphs.units).get_indexer(units) for _, _, units in members]
    found = np.full((len(members), len(pairs)), np.nan)
    for start in range(0, len(pairs), _PAIRS):
        first, second = (pairs[end].to_numpy()[start : start + _PAIRS] for end in ("first", "second"))
        squares = ((morphs.values[second] - morphs.values[first]) / scale) ** 2
        for place, of in enumerate(columns):
            if len(of):
                found[place, start : start + _PAIRS] = np.sqrt(squares[:, of].mean(axis=1))
    labels = pairs[["continuum", "identity", "level", "step"]]
    tables = [
        labels.assign(group=group, draw=draw, n_units=len(units), distance=distance / pairs["step"])
        for (group, draw, units), distance in zip(members, found, strict=True)
    ]
    return pd.concat([*tables, layer], ignore_index=True)


def picture_distances(morphs: pd.DataFrame) -> pd.DataFrame:
    """The table `morph_distance`: how much the pictures themselves change.

    Args:
        morphs: `continuum`, `identity`, `level`, `image` of the set of morphs.

    Returns:
        `continuum`, `identity`, `level`, `step` as in `unit_distances`, and `distance`, per unit of level: the root of
        the mean squared difference of all pixels, in grey levels (0 to 255), over the step.
    """
    pairs = neighbours(morphs)
    images = morphs["image"].to_numpy()
    found = []
    for _, shown in pairs.groupby(["continuum", "identity"], sort=False):  # no more pictures are ever held as arrays
        needed, places = np.unique(shown[["first", "second"]], return_inverse=True)
        pictures = decode_png(images[needed]).astype(float)
        first, second = places.reshape(-1, 2).T
        found.append(np.sqrt(((pictures[second] - pictures[first]) ** 2).reshape(len(shown), -1).mean(axis=1)))
    labels = pairs[["continuum", "identity", "level", "step"]]
    return labels.assign(distance=np.concatenate([[], *found]) / pairs["step"])
