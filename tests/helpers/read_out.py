"""Cells whose units are known to say what faces show, for the tests of decoding."""

import numpy as np
import pandas as pd

from mien.decoding.readings import Responses
from mien.expressions import EXPRESSIONS
from tests.helpers.planted.responses import noise
from tests.helpers.planted.truth import faces

SETTINGS = {
    "C": 1.0, "multiclass": "one_vs_one", "shuffles": 3, "identification": "two_way", "max_iter": 10_000,
}  # fmt: skip
UNITS = np.arange(100, 112)


def seen(name, identities, seed, signal=3.0):
    """A set whose first six units each respond to one expression; the other six to nothing."""
    stimuli = faces(name, identities)
    values = noise(identities, len(UNITS), seed)
    values[:, :6] += signal * np.eye(6)[stimuli["expression"].map(EXPRESSIONS.index)]
    return Responses(stimuli, values.astype(np.float32), UNITS)


def groups_of(selective, half_a, half_b):
    named = {"selective": selective, "selective_half_a": half_a, "selective_half_b": half_b,
             "random": UNITS[6:], "nonselective": UNITS[8:]}  # fmt: skip
    return pd.concat([pd.DataFrame({"group": g, "draw": 0, "unit": u}) for g, u in named.items()], ignore_index=True)


GROUPS = groups_of(UNITS[:6], UNITS[:6], UNITS[:5])


def morphs(identities=5):
    """Morphs of happiness to anger, whose units' responses move with the level."""
    levels = np.arange(1, 10) / 10
    rows = [(f"m{i}", "happiness-anger", level) for i in range(identities) for level in levels]
    stimuli = pd.DataFrame(rows, columns=["identity", "continuum", "level"])
    values = np.random.default_rng(4).standard_normal((len(rows), len(UNITS))) * 0.1
    values[:, EXPRESSIONS.index("happiness")] += 3 * (1 - stimuli["level"])
    values[:, EXPRESSIONS.index("anger")] += 3 * stimuli["level"]
    stimuli["stimulus"] = [f"s{i}" for i in range(len(rows))]
    return Responses(stimuli, values.astype(np.float32), UNITS)
