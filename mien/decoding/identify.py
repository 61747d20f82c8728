"""Which end of its continuum units say that a morph shows: one row a decision."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from sklearn.pipeline import Pipeline

from mien.decoding.classifiers import converged, fit
from mien.decoding.readings import TESTED, Responses, units_by_group
from mien.expressions import ends_of


def identify(localizer: Responses, morphs: Responses, groups: pd.DataFrame, settings: Mapping) -> pd.DataFrame:
    """The `identification_trials` table of a cell: is a morph its continuum's second expression?

    Args:
        settings: as in `classifiers.fit`, and `identification`: `two_way`, fitted on the localizer's pictures of the
            continuum's two ends, or `six_way`, where any other answer than the second expression is not the second.
    """
    trials = []
    labels = localizer.stimuli["expression"].to_numpy(str)
    for group, draw, units in units_by_group(groups, TESTED):
        fitted = fit(localizer.of(units), labels, settings) if settings["identification"] == "six_way" else None
        for continuum in sorted(morphs.stimuli["continuum"].unique()):
            ends = ends_of(continuum)
            here = (morphs.stimuli["continuum"] == continuum).to_numpy()
            if settings["identification"] == "two_way":
                shown = np.isin(labels, ends)
                fitted = fit(localizer.of(units)[shown], labels[shown], settings)
            chose, decision = _choose_second(fitted, morphs.of(units)[here], ends)
            rows = morphs.stimuli.loc[here, ["stimulus", "continuum", "level", "identity"]]
            trials.append(
                rows.assign(
                    group=group,
                    draw=draw,
                    classifier=settings["identification"],
                    n_units=len(units),
                    converged=converged(fitted),
                    chose_second=chose,
                    decision=decision,
                )
            )
    return pd.concat(trials, ignore_index=True)


def _choose_second(
    fitted: Pipeline | None, responses: np.ndarray, ends: tuple[str, str]
) -> tuple[np.ndarray | None, np.ndarray | None]:
    """Whether each picture is called the second expression, and its distance to the boundary, in scaled responses."""
    if fitted is None:
        return None, None
    answers = fitted.predict(responses)
    scores = fitted.decision_function(responses)
    if scores.ndim == 1:  # two classes in alphabetical order: positive is the later
        sign = 1 if fitted.classes_[1] == ends[1] else -1
        return answers == ends[1], sign * scores / np.linalg.norm(fitted[-1].coef_)
    first, second = (list(fitted.classes_).index(end) for end in ends)
    return answers == ends[1], scores[:, second] - scores[:, first]
