"""Which end of its continuum units say that a morph shows: one row a decision."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from mien.decoding.classifiers import Classifier, fit
from mien.decoding.kernels import of_groups
from mien.decoding.readings import Responses
from mien.expressions import ends_of


def identify(
    localizer: Responses, morphs: Responses, groups: pd.DataFrame, kept: pd.DataFrame, settings: Mapping
) -> pd.DataFrame:
    """The `identification_trials` table of a cell: is a morph its continuum's second expression?

    Args:
        groups, kept: the cell's tables `groups` and `kernels`.
        settings: as in `classifiers.fit`, and `identification`: `two_way`, fitted on the localizer's pictures of the
            continuum's two ends, or `six_way`, where any other answer than the second expression is not the second.
    """
    trials = []
    shown, continuum = localizer.stimuli["expression"], morphs.stimuli["continuum"]
    parts = {name: morphs.where((continuum == name).to_numpy()) for name in sorted(continuum.unique())}
    fits = {"localizer": (localizer, parts)}
    if settings["identification"] == "two_way":
        ends = {name: localizer.where(shown.isin(ends_of(name)).to_numpy()) for name in parts}
        fits = {name: (ends[name], {name: part}) for name, part in parts.items()}
    every = int(kept.loc[kept["fitted_on"] == "localizer", "n_units"].iloc[0])  # as of other groups, for all continua
    for fitted_on, (pictures, tests) in fits.items():
        labels = pictures.stimuli["expression"].to_numpy(str)
        for group, draw, kernels in of_groups(groups, kept, fitted_on, pictures, [*tests.values()]):
            fitted = fit(kernels.gram, labels, settings) if kernels.n_units else None
            for (name, test), tested in zip(tests.items(), kernels.tested, strict=True):
                chose, decision = _choose_second(fitted, tested, ends_of(name))
                trials.append(
                    test.stimuli[["stimulus", "continuum", "level", "identity"]].assign(
                        group=group,
                        draw=draw,
                        classifier=settings["identification"],
                        n_units=every if group == "all" else kernels.n_units,
                        converged=fitted and fitted.converged,
                        chose_second=chose,
                        decision=decision,
                    )
                )
    return pd.concat(trials, ignore_index=True)


def _choose_second(
    fitted: Classifier | None, kernels: np.ndarray, ends: tuple[str, str]
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Whether each picture is called the second expression, and its distance to the boundary, in scaled responses."""
    if fitted is None:
        return None, None
    answers, scores = fitted.predict(kernels), fitted.decision(kernels)
    if scores.ndim == 1:  # two classes in alphabetical order: positive is the later
        sign = 1 if fitted.classes[1] == ends[1] else -1
        return answers == ends[1], sign * scores / fitted.norm
    first, second = map(fitted.classes.index, ends)
    return answers == ends[1], scores[:, second] - scores[:, first]
