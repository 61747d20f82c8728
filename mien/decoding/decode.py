"""What units say an expression is: one row a decision of classifiers that are fitted on the localizer.

Nothing is fitted, scaled or selected on what it is tested on: see docs/protocol.md.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from mien.decoding.classifiers import fit
from mien.decoding.kernels import Kernels, of_groups, of_layer, of_units
from mien.decoding.readings import Responses, units_by_group
from mien.draws import generator
from mien.halves import HALVES, halves_of
from mien.tables.columns import READOUT


def decode(
    localizer: Responses,
    tests: Sequence[Responses],
    groups: pd.DataFrame,
    kept: pd.DataFrame,
    settings: Mapping,
    seed: tuple,
) -> pd.DataFrame:
    """The `trials` table of a cell: every decision on the test sets and, within the localizer, on its other half.

    Args:
        groups, kept: the cell's tables `groups` and `kernels`.
        settings: as in `classifiers.fit`, and `shuffles` (of the labels within identity, for the shuffled control).
        seed: name of the random draws.
    """
    trials = []
    labels, identity = (localizer.stimuli[column].to_numpy(str) for column in ("expression", "identity"))
    for group, draw, kernels in of_groups(groups, kept, "localizer", localizer, tests):
        trials += _trials(tests, kernels, labels, settings, (group, draw, "six_way", "true"))
        if group == "selective":
            for shuffle in range(settings["shuffles"]):
                shuffled = shuffle_within(labels, identity, (*seed, "shuffle", shuffle))
                trials += _trials(tests, kernels, shuffled, settings, (group, shuffle, "six_way", "shuffled"))
    return pd.concat([*trials, *_within(localizer, groups, kept, settings, seed)], ignore_index=True)


def shuffle_within(labels: np.ndarray, identity: np.ndarray, seed: tuple) -> np.ndarray:
    """The labels shuffled among the pictures of each identity."""
    shuffled = labels.copy()
    draws = generator(*seed)
    for name in np.unique(identity):
        here = np.flatnonzero(identity == name)
        shuffled[here] = labels[draws.permutation(here)]
    return shuffled


def _within(
    localizer: Responses, groups: pd.DataFrame, kept: pd.DataFrame, settings: Mapping, seed: tuple
) -> list[pd.DataFrame]:
    """Select and fit on one half of the identities, test on the other, and the reverse; true and shuffled labels."""
    trials = []
    halves = halves_of(localizer.stimuli["identity"])
    half = localizer.stimuli["identity"].map(halves).to_numpy(str)
    for fitting in HALVES:
        own, tests = localizer.where(half == fitting), [localizer.where(half != fitting)]
        labels, identity = (own.stimuli[column].to_numpy(str) for column in ("expression", "identity"))
        units = next(units_by_group(groups, (f"selective_half_{fitting}",)))[2]
        kernels = of_units(own.of(units), [test.of(units) for test in tests])
        trials += _trials(tests, kernels, labels, settings, ("selective", 0, "within", "true"))
        for shuffle in range(settings["shuffles"]):
            shuffled = shuffle_within(labels, identity, (*seed, "within", fitting, shuffle))
            trials += _trials(tests, kernels, shuffled, settings, ("selective", shuffle, "within", "shuffled"))
        kernels = of_layer(kept, f"half_{fitting}", own, tests)
        trials += _trials(tests, kernels, labels, settings, ("all", 0, "within", "true"))
    return trials


def _trials(
    tests: Sequence[Responses], kernels: Kernels, labels: np.ndarray, settings: Mapping, reading: tuple
) -> list[pd.DataFrame]:
    """The decisions on each test of a classifier that is fitted to these labels.

    Args:
        reading: values of `group`, `draw`, `classifier`, `labels`.
    """
    fitted = fit(kernels.gram, labels, settings) if kernels.n_units else None
    return [
        test.stimuli[["stimulus", "set", "identity"]].assign(
            **dict(zip((*READOUT, "labels"), reading, strict=True)),
            n_units=kernels.n_units,
            converged=fitted and fitted.converged,
            true_expression=test.stimuli["expression"],
            response_expression=fitted and fitted.predict(tested),
        )
        for test, tested in zip(tests, kernels.tested, strict=True)
    ]
