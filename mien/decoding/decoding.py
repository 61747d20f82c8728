"""What units say an expression is: linear classifiers fitted on the localizer, and one row for each decision.

Nothing is fitted, scaled or selected on what it is tested on: see docs/protocol.md.
"""

import warnings
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from sklearn.base import ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from mien.draws import generator
from mien.expressions import EXPRESSIONS, ends_of
from mien.tables import parquet

#: Groups of units that are read on the test sets; the halves are read on each other's identities.
TESTED = ("selective", "random", "nonselective")


@dataclass(frozen=True)
class Responses:
    """One stimulus set as a cell sees it: its table without the pictures, and float32 (stimuli, units) responses.

    `units` holds the unit numbers of the columns.
    """

    stimuli: pd.DataFrame
    values: np.ndarray
    units: np.ndarray

    def of(self, units: np.ndarray) -> np.ndarray:
        """Responses of some of the units, (stimuli, units)."""
        return self.values[:, np.searchsorted(self.units, units)]


def read_sets(stimuli: Sequence[str], responses: Sequence[str]) -> list[Responses]:
    """Stimulus sets as a cell sees them, from the files of their tables and of the cell's responses to them."""
    labels = ["stimulus", "set", "identity", "expression", "continuum", "level"]
    return [
        Responses(parquet.read(labelled, labels), *parquet.read_responses(read_out))
        for labelled, read_out in zip(stimuli, responses, strict=True)
    ]


def fit_linear(responses: np.ndarray, labels: Sequence[str], settings: Mapping) -> Pipeline:
    """A scaler and a linear support vector classifier, fitted to responses (pictures, numbers) and their labels.

    Args:
        settings: `C`; `multiclass`: `one_vs_one` (libsvm) or `one_vs_rest` (liblinear); `max_iter`: most passes over
            the pictures, after which fitting stops, and `converged` says so. liblinear counts passes; libsvm counts
            steps, each of which changes two pictures' weights: as many as a label has pictures are a pass over two
            labels.
    """
    classifier: ClassifierMixin
    if settings["multiclass"] == "one_vs_one":
        steps = settings["max_iter"] * len(labels) // len(np.unique(labels))
        classifier = SVC(kernel="linear", C=settings["C"], max_iter=min(steps, np.iinfo(np.int32).max))
    else:
        classifier = LinearSVC(C=settings["C"], dual=True, max_iter=settings["max_iter"], random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the tables say it
        return make_pipeline(StandardScaler(), classifier).fit(responses, labels)


def converged(fitted: Pipeline) -> bool:
    """Whether `fit_linear` found the classifier, all of its two-way decisions, before it had to stop."""
    return bool(np.max(fitted[-1].n_iter_) < fitted[-1].max_iter)


def decode(
    localizer: Responses, tests: Sequence[Responses], groups: pd.DataFrame, settings: Mapping, seed: tuple
) -> pd.DataFrame:
    """The `trials` table of a cell: every decision on the test sets and, within the localizer, on its other half.

    Args:
        groups: the cell's `groups` table.
        settings: as in `fit_linear`, and `shuffles` (of the labels within identity, for the shuffled control).
        seed: name of the random draws.
    """
    trials = []
    labels = localizer.stimuli["expression"].to_numpy(str)
    for group, draw, units in units_by_group(groups, TESTED):
        fitted = _fit(localizer.of(units), labels, settings)
        trials += [_trials(test, fitted, units, group, draw, "six_way", "true") for test in tests]
    selective = next(units_by_group(groups, ("selective",)))[2]
    for shuffle in range(settings["shuffles"]):
        shuffled = shuffle_within(labels, localizer.stimuli["identity"].to_numpy(str), (*seed, "shuffle", shuffle))
        fitted = _fit(localizer.of(selective), shuffled, settings)
        trials += [_trials(test, fitted, selective, "selective", shuffle, "six_way", "shuffled") for test in tests]
    return pd.concat([*trials, *_within(localizer, groups, settings, seed)], ignore_index=True)


def identify(localizer: Responses, morphs: Responses, groups: pd.DataFrame, settings: Mapping) -> pd.DataFrame:
    """The `identification_trials` table of a cell: is a morph its continuum's second expression?

    Args:
        settings: as in `decode`, and `identification`: `two_way`, fitted on the localizer's pictures of the continuum's
            two ends, or `six_way`, where any other answer than the second expression is not the second.
    """
    trials = []
    labels = localizer.stimuli["expression"].to_numpy(str)
    for group, draw, units in units_by_group(groups, TESTED):
        fitted = _fit(localizer.of(units), labels, settings) if settings["identification"] == "six_way" else None
        for continuum in sorted(morphs.stimuli["continuum"].unique()):
            ends = ends_of(continuum)
            here = (morphs.stimuli["continuum"] == continuum).to_numpy()
            if settings["identification"] == "two_way":
                shown = np.isin(labels, ends)
                fitted = _fit(localizer.of(units)[shown], labels[shown], settings)
            chose, decision = _choose_second(fitted, morphs.of(units)[here], ends)
            rows = morphs.stimuli.loc[here, ["stimulus", "continuum", "level", "identity"]]
            trials.append(
                rows.assign(
                    group=group,
                    draw=draw,
                    classifier=settings["identification"],
                    n_units=len(units),
                    converged=None if fitted is None else converged(fitted),
                    chose_second=chose,
                    decision=decision,
                )
            )
    return pd.concat(trials, ignore_index=True)


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
    half_of = {name: "ab"[number % 2] for number, name in enumerate(np.unique(identity))}
    half = np.array([half_of[name] for name in identity])
    labels = localizer.stimuli["expression"].to_numpy(str)
    for fitting in "ab":
        fit, test = half == fitting, half != fitting
        units = next(units_by_group(groups, (f"selective_half_{fitting}",)))[2]
        tested = Responses(localizer.stimuli[test], localizer.values[test], localizer.units)
        fitted = _fit(localizer.of(units)[fit], labels[fit], settings)
        yield _trials(tested, fitted, units, "selective", 0, "within", "true")
        for shuffle in range(settings["shuffles"]):
            shuffled = shuffle_within(labels[fit], identity[fit], (*seed, "within", fitting, shuffle))
            fitted = _fit(localizer.of(units)[fit], shuffled, settings)
            yield _trials(tested, fitted, units, "selective", shuffle, "within", "shuffled")


def units_by_group(groups: pd.DataFrame, names: tuple[str, ...]) -> Iterator[tuple[str, int, np.ndarray]]:
    """Every draw of the named groups with its units; a group without units is one draw of none."""
    for name in names:
        members = groups[groups["group"] == name]
        if members.empty:
            yield name, 0, np.array([], dtype=np.int64)
        for draw, drawn in members.groupby("draw", sort=True):
            yield name, int(draw), drawn["unit"].to_numpy()


def _fit(responses: np.ndarray, labels: np.ndarray, settings: Mapping) -> Pipeline | None:
    """A fitted classifier; None where there is no unit to read."""
    return fit_linear(responses, labels, settings) if responses.shape[1] else None


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
            "converged": None if fitted is None else converged(fitted),
            "true_expression": test.stimuli["expression"],
            "response_expression": None if fitted is None else fitted.predict(test.of(units)),
        }
    )


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
    second, first = (EXPRESSIONS.index(end) for end in (ends[1], ends[0]))
    return answers == ends[1], scores[:, second] - scores[:, first]
