"""The classifier is scikit-learn's, reads inner products alone, and says when it had to stop."""

import time

import numpy as np
import pytest
from sklearn.multiclass import OneVsRestClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mien.decoding.classifiers import fit
from mien.decoding.decode import decode
from mien.decoding.identify import identify
from mien.decoding.kernels import of_units
from tests.helpers.planted.responses import noise
from tests.helpers.planted.truth import design
from tests.helpers.read_out import SETTINGS, UNITS, groups_of, kept, morphs, seen


@pytest.mark.parametrize("C", [1, 0.01])
@pytest.mark.parametrize("multiclass", ["one_vs_one", "one_vs_rest"])
@pytest.mark.parametrize("units", [4, 300])
def test_it_decides_as_one_of_the_responses_themselves(multiclass, C, units):
    x, y, other = noise(10, units), design(10)["expression"].to_numpy(str), noise(20, units, 1)
    x += 0.5 * (design(10)["expression"].factorize()[0][:, None] == np.arange(units) % 6)
    svc = SVC(C=C, kernel="linear")
    plain = svc if multiclass == "one_vs_one" else OneVsRestClassifier(svc)
    plain = make_pipeline(StandardScaler(), plain).fit(x, y)
    kernels = of_units(x, [other])
    fitted = fit(kernels.gram, y, SETTINGS | {"multiclass": multiclass, "C": C})
    assert fitted.converged and fitted.classes == sorted(set(y))
    assert (fitted.predict(kernels.tested[0]) == plain.predict(other)).all()
    np.testing.assert_allclose(fitted.decision(kernels.tested[0]), plain.decision_function(other), atol=1e-6)


def test_of_two_labels_the_weights_have_their_length():
    x, y = noise(10, 5), np.repeat(["left", "right"], 30)
    kernels = of_units(x, [])
    plain = SVC(kernel="linear").fit(StandardScaler().fit_transform(x), y)
    for multiclass in ("one_vs_one", "one_vs_rest"):  # two labels are one decision
        fitted = fit(kernels.gram, y, SETTINGS | {"multiclass": multiclass})
        assert fitted.norm == pytest.approx(np.linalg.norm(plain.coef_), rel=1e-6)


@pytest.mark.parametrize(("multiclass", "steps"), [("one_vs_one", 10), ("one_vs_rest", 30)])
def test_one_that_has_to_stop_says_so(multiclass, steps):
    x, y = noise(10, 4), design(10)["expression"]
    gram, settings = of_units(x, []).gram, SETTINGS | {"multiclass": multiclass}
    stopped = fit(gram, y, settings | {"max_iter": 1})  # half of the pictures of a two-way decision
    machines = getattr(stopped.machine, "estimators_", [stopped.machine])
    assert not stopped.converged and max(np.max(machine.n_iter_) for machine in machines) == steps
    assert fit(gram, y, settings | {"max_iter": 2**31 - 1}).converged


@pytest.mark.parametrize("multiclass", ["one_vs_one", "one_vs_rest"])
def test_a_penalty_that_no_solver_meets_ends_soon_and_its_decisions_say_so(multiclass):
    settings = SETTINGS | {"C": 100_000, "shuffles": 1, "multiclass": multiclass, "max_iter": 1000}
    few = groups_of(UNITS[:3], UNITS[:3], UNITS[:3])
    localizer, tests, began = seen("localizer", 20, 1, 0.3), [seen("controlled", 4, 2)], time.process_time()
    layer = kept(localizer, *tests, morphs())
    trials = decode(localizer, tests, few, layer, settings, ())
    morphed = identify(localizer, morphs(), few, layer, settings)
    assert time.process_time() - began < 60
    assert not trials.query("group != 'all'")["converged"].any()
    assert not morphed.query("group == 'random'")["converged"].all()
    assert trials["response_expression"].notna().all()
    patient = decode(localizer, tests, few, layer, settings | {"C": 1}, ())
    assert patient["converged"].all()
