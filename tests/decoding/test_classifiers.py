"""The classifier is scikit-learn's, and says when it had to stop."""

import time

import numpy as np
import pytest
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC

from mien.decoding.classifiers import converged, fit
from mien.decoding.decode import decode
from mien.decoding.identify import identify
from tests.helpers.planted.responses import noise
from tests.helpers.planted.truth import design
from tests.helpers.read_out import SETTINGS, UNITS, groups_of, morphs, seen


def test_the_scheme_is_a_choice():
    x, y = noise(10, 4), design(10)["expression"]
    assert isinstance(fit(x, y, SETTINGS)[-1], SVC)
    one_vs_rest = fit(x, y, SETTINGS | {"multiclass": "one_vs_rest"})
    assert one_vs_rest[-1].coef_.shape == (6, 4)


@pytest.mark.parametrize("C", [1, 0.01])
@pytest.mark.parametrize("multiclass", ["one_vs_one", "one_vs_rest"])
def test_a_classifier_that_has_to_stop_says_so_and_one_that_has_not_is_as_without_a_limit(multiclass, C):
    x, y = noise(10, 4), design(10)["expression"]
    settings = SETTINGS | {"multiclass": multiclass, "C": C}
    rest = LinearSVC(C=C, dual=True, max_iter=10**6, random_state=0)
    unlimited = SVC(C=C, kernel="linear") if multiclass == "one_vs_one" else rest
    unlimited = make_pipeline(StandardScaler(), unlimited).fit(x, y)
    fitted = fit(x, y, settings)
    assert converged(fitted) and (fitted[-1].coef_ == unlimited[-1].coef_).all()
    stopped = fit(x, y, settings | {"max_iter": 1})
    assert not converged(stopped)
    assert np.max(stopped[-1].n_iter_) == {"one_vs_one": 10, "one_vs_rest": 1}[multiclass]  # ten faces of each
    assert converged(fit(x, y, settings | {"max_iter": 2**31 - 1}))


@pytest.mark.parametrize("multiclass", ["one_vs_one", "one_vs_rest"])
def test_a_penalty_that_no_solver_meets_ends_soon_and_its_decisions_say_so(multiclass):
    settings = SETTINGS | {"C": 100_000, "shuffles": 1, "multiclass": multiclass}
    few = groups_of(UNITS[:3], UNITS[:3], UNITS[:3])
    localizer, began = seen("localizer", 20, 1, 0.3), time.process_time()
    trials = decode(localizer, [seen("controlled", 4, 2)], few, settings, ())
    morphed = identify(localizer, morphs(), few, settings)
    assert time.process_time() - began < 60
    assert not trials["converged"].any() and not morphed.query("group == 'random'")["converged"].all()
    assert trials["response_expression"].notna().all()
    patient = decode(localizer, [seen("controlled", 4, 2)], few, settings | {"C": 1}, ())
    assert patient["converged"].all()
