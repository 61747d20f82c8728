"""Linear classifiers of responses, and whether they were found before they had to stop."""

import warnings
from collections.abc import Mapping, Sequence

import numpy as np
from sklearn.base import ClassifierMixin
from sklearn.exceptions import ConvergenceWarning
from sklearn.pipeline import Pipeline, make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC


def fit(responses: np.ndarray, labels: Sequence[str], settings: Mapping) -> Pipeline | None:
    """A scaler and a linear support vector classifier, fitted to responses (pictures, units) and their labels.

    None where there is no unit to read.

    Args:
        settings: `C`; `multiclass`: `one_vs_one` (libsvm) or `one_vs_rest` (liblinear); `max_iter`: most passes over
            the pictures, after which fitting stops, and `converged` says so. liblinear counts passes; libsvm counts
            steps, each of which changes two pictures' weights: as many as a label has pictures are a pass over two
            labels.
    """
    if not responses.shape[1]:
        return None
    classifier: ClassifierMixin
    if settings["multiclass"] == "one_vs_one":
        steps = settings["max_iter"] * len(labels) // len(np.unique(labels))
        classifier = SVC(kernel="linear", C=settings["C"], max_iter=min(steps, np.iinfo(np.int32).max))
    else:
        classifier = LinearSVC(C=settings["C"], dual=True, max_iter=settings["max_iter"], random_state=0)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the tables say it
        return make_pipeline(StandardScaler(), classifier).fit(responses, labels)


def converged(fitted: Pipeline | None) -> bool | None:
    """Whether `fit` found the classifier, all of its two-way decisions, before it had to stop; None without one."""
    return None if fitted is None else bool(np.max(fitted[-1].n_iter_) < fitted[-1].max_iter)
