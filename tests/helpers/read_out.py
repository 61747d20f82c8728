"""Cells whose units are known to say what faces show, for the tests of decoding."""

import numpy as np
import pandas as pd

from mien.decoding.decode import decode
from mien.decoding.identify import identify
from mien.decoding.readings import Responses
from mien.expressions import EXPRESSIONS, ends_of
from mien.halves import HALVES, halves_of
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
    stimuli = stimuli.assign(stimulus=[f"s{i}" for i in range(len(rows))], set="morphs")
    return Responses(stimuli, values.astype(np.float32), UNITS)


def kept(localizer, *tests):
    """The table `kernels` of a layer of these units, made of its definition."""
    half = localizer.stimuli["identity"].map(halves_of(localizer.stimuli["identity"]))
    everything = np.ones(len(half), bool)
    parts = [_kernels("localizer", localizer, everything, [localizer, *tests])]
    parts += [_kernels(f"half_{name}", localizer, (half == name).to_numpy(), [localizer]) for name in HALVES]
    for test in tests:
        for continuum in test.stimuli["continuum"].dropna().unique() if "continuum" in test.stimuli else ():
            ends = localizer.stimuli["expression"].isin(ends_of(continuum)).to_numpy()
            shown = test.where((test.stimuli["continuum"] == continuum).to_numpy())
            parts.append(_kernels(continuum, localizer, ends, [localizer.where(ends), shown]))
    return pd.concat(parts, ignore_index=True)


def decoded(localizer, tests, groups, settings, seed=()):
    """The table `trials` of these groups, and of a layer of these units."""
    return decode(localizer, tests, groups, kept(localizer, *tests), settings, seed)


def identified(localizer, morphs, groups, settings):
    """The table `identification_trials` of these groups, and of a layer of these units."""
    return identify(localizer, morphs, groups, kept(localizer, morphs), settings)


def _kernels(name, localizer, fitted, shown):
    own = localizer.values[fitted].astype(float)
    sd = own.std(axis=0)
    varies = sd > 1e-12
    scaled = [((part.values - own.mean(axis=0)) / np.where(varies, sd, np.inf)) for part in (localizer, *shown)]
    return pd.concat(
        [
            part.stimuli[["set", "stimulus"]].assign(
                fitted_on=name, n_units=varies.sum(), kernel=list(values @ scaled[0][fitted].T)
            )
            for part, values in zip(shown, scaled[1:], strict=True)
        ]
    )
