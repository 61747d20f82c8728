"""What units say an expression is: one row a decision of classifiers that are fitted on the localizer.

Nothing is fitted, scaled or selected on what it is tested on: see docs/protocol.md.
"""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from mien.decoding.classifiers import converged, fit
from mien.decoding.readings import TESTED, Responses, units_by_group
from mien.draws import generator
from mien.halves import HALVES, halves_of


def decode(
    localizer: Responses, tests: Sequence[Responses], groups: pd.DataFrame, settings: Mapping, seed: tuple
) -> pd.DataFrame:
    """The `trials` table of a cell: every decision on the test sets and, within the localizer, on its other half.

    Args:
        groups: the cell's `groups` table.
        settings: as in `classifiers.fit`, and `shuffles` (of the labels within identity, for the shuffled control).
        seed: name of the random draws.
    """
    trials = []
    labels = localizer.stimuli["expression"].to_numpy(str)
    for group, draw, units in units_by_group(groups, TESTED):
        fitted = fit(localizer.of(units), labels, settings)
        trials += [_trials(test, fitted, units, group, draw, "six_way", "true") for test in tests]
    selective = next(units_by_group(groups, ("selective",)))[2]
    for shuffle in range(settings["shuffles"]):
        shuffled = shuffle_within(labels, localizer.stimuli["identity"].to_numpy(str), (*seed, "shuffle", shuffle))
        fitted = fit(localizer.of(selective), shuffled, settings)
        trials += [_trials(test, fitted, selective, "selective", shuffle, "six_way", "shuffled") for test in tests]
    return pd.concat([*trials, *_within(localizer, groups, settings, seed)], ignore_index=True)


def shuffle_within(labels: np.ndarray, identity: np.ndarray, seed: tuple) -> np.ndarray:
    """The labels shuffled among the pictures of each identity."""
    shuffled = labels.copy()
    draws = generator(*seed)
    for name in np.unique(identity):
        here = np.flatnonzero(identity == name)
        shuffled[here] = labels[draws.permutation(here)]
    return shuffled


def _within(localizer: Responses, groups: pd.DataFrame, settings: Mapping, seed: tuple) -> Iterator[pd.DataFrame]:
    """Select and fit on one half of the identities, test on the other, and the reverse; true and shuffled labels."""
    identity = localizer.stimuli["identity"].to_numpy(str)
    halves = halves_of(identity)
    half = np.array([halves[name] for name in identity])
    labels = localizer.stimuli["expression"].to_numpy(str)
    for fitting in HALVES:
        own, test = half == fitting, half != fitting
        units = next(units_by_group(groups, (f"selective_half_{fitting}",)))[2]
        tested = Responses(localizer.stimuli[test], localizer.values[test], localizer.units)
        fitted = fit(localizer.of(units)[own], labels[own], settings)
        yield _trials(tested, fitted, units, "selective", 0, "within", "true")
        for shuffle in range(settings["shuffles"]):
            shuffled = shuffle_within(labels[own], identity[own], (*seed, "within", fitting, shuffle))
            fitted = fit(localizer.of(units)[own], shuffled, settings)
            yield _trials(tested, fitted, units, "selective", shuffle, "within", "shuffled")


def _trials(
    test: Responses, fitted: Pipeline | None, units: np.ndarray, group: str, draw: int, classifier: str, labels: str
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "stimulus": test.stimuli["stimulus"],
            "set": test.stimuli["set"],
            "identity": test.stimuli["identity"],
            "group": group,
            "draw": draw,
            "classifier": classifier,
            "labels": labels,
            "n_units": len(units),
            "converged": converged(fitted),
            "true_expression": test.stimuli["expression"],
            "response_expression": None if fitted is None else fitted.predict(test.of(units)),
        }
    )
