"""Linear support vector classifiers, from inner products alone, and whether they were found before they had to stop."""

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from sklearn.exceptions import ConvergenceWarning
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC


@dataclass(frozen=True)
class Classifier:
    """A classifier that `fit` found. It reads kernels: a picture's inner products with those that it was fitted to."""

    machine: SVC | OneVsRestClassifier
    gram: np.ndarray

    @property
    def classes(self) -> list[str]:
        """The labels, sorted."""
        return list(self.machine.classes_)

    def predict(self, kernels: np.ndarray) -> np.ndarray:
        """The label of each picture, from its kernels (pictures, fitted)."""
        return self.machine.predict(kernels)

    def decision(self, kernels: np.ndarray) -> np.ndarray:
        """Evidence for each label (pictures, labels); of two labels (pictures,), positive for the second."""
        return self.machine.decision_function(kernels)

    @property
    def norm(self) -> float:
        """Of the units' weights, of a classifier of two labels: a decision over it is the distance to the boundary."""
        weights, of = self.machine.dual_coef_[0], self.machine.support_
        return float(np.sqrt(weights @ self.gram[np.ix_(of, of)] @ weights))

    @property
    def converged(self) -> bool:
        """Whether all of its two-way decisions were found before they had to stop."""
        machines = getattr(self.machine, "estimators_", [self.machine])
        return all(np.max(machine.n_iter_) < machine.max_iter for machine in machines)


def fit(gram: np.ndarray, labels: Sequence[str], settings: Mapping) -> Classifier:
    """A linear support vector classifier (libsvm's), fitted to pictures' inner products and labels.

    Args:
        gram: inner products of the pictures with one another, (pictures, pictures), float64.
        settings: `C`; `multiclass`: `one_vs_one` or `one_vs_rest`; `max_iter`: most passes over the pictures of a
            two-way decision, after which fitting stops, and `converged` says so. libsvm counts steps, each of which
            changes two pictures' weights: half as many as there are pictures are a pass.
    """
    known = len(np.unique(labels))
    rest = settings["multiclass"] == "one_vs_rest" and known > 2
    steps = settings["max_iter"] * (len(labels) // 2 if rest else len(labels) // known)
    machine = SVC(kernel="precomputed", C=settings["C"], max_iter=min(steps, np.iinfo(np.int32).max))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)  # the tables say it
        return Classifier((OneVsRestClassifier(machine) if rest else machine).fit(gram, labels), gram)
