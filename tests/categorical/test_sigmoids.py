import numpy as np
import pytest
from scipy.optimize import least_squares

from mien.categorical.fits import predict
from mien.categorical.sigmoids import SIGMOIDS, STARTS, fit_sigmoids
from mien.draws import generator

LEVELS = np.arange(1, 20) / 20


def unexplained(levels, curves, parameters, fit="hill"):
    """Share of variance that the fitted curves leave."""
    left = ((curves - predict(fit, parameters, levels)) ** 2).sum(axis=1)
    return left / ((curves - curves.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)


@pytest.mark.parametrize("levels", [LEVELS, np.linspace(0, 1, 11), np.arange(1, 200) / 200])
@pytest.mark.parametrize(
    "planted",
    [
        pytest.param((0.02, 4.7, 0.49, 1.07), id="the publication's"),
        pytest.param((0.9, 3.0, 0.4, 0.1), id="decreasing"),
        pytest.param((0.0, 25.0, 0.52, 1.0), id="steep"),
        pytest.param((0.48, 2.0, 0.5, 0.52), id="nearly flat"),
        pytest.param((0.1, 2.5, 0.12, 0.95), id="saturated early"),
        pytest.param((0.05, 1.3, 3.0, 6.0), id="not yet saturated"),
    ],
)
def test_planted_parameters_are_recovered(planted, levels):
    curve = predict("hill", np.array(planted), levels)[None]
    parameters, converged, at_bound = fit_sigmoids("hill", levels, curve)
    assert converged.all() and not at_bound.any()
    assert parameters[0] == pytest.approx(planted, rel=2e-3, abs=1e-9)
    assert predict("hill", parameters, levels) == pytest.approx(curve, abs=1e-6)


def test_a_step_is_fitted_exactly():
    step = np.where(LEVELS < 0.62, 0.0, 1.0)[None]
    parameters, converged, _ = fit_sigmoids("hill", LEVELS, step)
    assert converged.all()
    assert unexplained(LEVELS, step, parameters) == pytest.approx([0], abs=1e-12)
    assert 0.6 < parameters[0, 2] < 0.65


def test_a_power_of_x_is_fitted_at_the_bound_of_c():
    curve = (0.1 + 0.8 * LEVELS**2)[None]
    parameters, converged, at_bound = fit_sigmoids("hill", LEVELS, curve)
    assert converged.all() and at_bound.all()
    assert unexplained(LEVELS, curve, parameters) == pytest.approx([0], abs=1e-6)


def noisy_curves(levels, count):
    """Twelve faces a level: half of the curves are sigmoids of all kinds, half are noise."""
    draw = generator("test", "hill", len(levels))
    b, c = np.exp(draw.uniform(-1, 4, (count, 1))), np.exp(draw.uniform(-2, 1, (count, 1)))
    a, d = draw.uniform(0, 1, (2, count, 1))
    shares = d + (a - d) / (1 + (levels / c) ** b)
    shares[1::2] = draw.uniform(0, 1, shares[1::2].shape)
    curves = draw.binomial(12, shares) / 12
    return curves[np.ptp(curves, axis=1) > 0]


@pytest.mark.parametrize("fit", SIGMOIDS)
@pytest.mark.parametrize("levels", [LEVELS, np.linspace(0, 1, 7)], ids=["19", "7 with 0 and 1"])
def test_no_other_start_fits_noisy_curves_better(fit, levels):
    curves = noisy_curves(levels, 30)
    parameters, converged, _ = fit_sigmoids(fit, levels, curves)
    left = unexplained(levels, curves, parameters, fit)
    assert converged.all()
    for curve, mine in zip(curves, left, strict=True):
        total = ((curve - curve.mean()) ** 2).sum()
        for b, c in ((1, 0.3), (4, 0.5), (15, 0.2), (15, 0.8)):
            theirs = least_squares(
                lambda p, curve=curve: predict(fit, np.array([p[0], np.exp(p[1]), np.exp(p[2]), p[3]]), levels) - curve,
                [curve[0], np.log(b), np.log(c), curve[-1]],
                bounds=(
                    [-5, np.log(0.15), np.log(0.01), -5],
                    [6, np.log(60), np.log(2 if fit == "logistic" else 20), 6],
                ),
                max_nfev=60,
            )
            assert mine <= 2 * theirs.cost / total + 1e-5


@pytest.mark.parametrize("fit", SIGMOIDS)
def test_a_curve_is_fitted_alike_alone_and_among_others(fit):
    curves = noisy_curves(LEVELS, 300)
    together = fit_sigmoids(fit, LEVELS, curves)[0]
    alone = np.concatenate([fit_sigmoids(fit, LEVELS, curves[i : i + 1])[0] for i in range(0, len(curves), 60)])
    assert unexplained(LEVELS, curves[::60], alone, fit) == pytest.approx(
        unexplained(LEVELS, curves, together, fit)[::60], abs=1e-9
    )


def test_logistic_fits_a_reversed_curve_as_well():
    curves = noisy_curves(LEVELS, 300)
    forward, back = (fit_sigmoids("logistic", LEVELS, given) for given in (curves, curves[:, ::-1]))
    assert unexplained(LEVELS, curves, forward[0], "logistic") == pytest.approx(
        unexplained(LEVELS, curves[:, ::-1], back[0], "logistic"), abs=1e-9
    )
    assert forward[1].all()
    held = ~forward[2] & ~back[2]  # parameters, where they are determined
    assert held.sum() > 50
    assert np.median(np.abs(forward[0][held, 2] - (1 - back[0][held, 2]))) < 1e-5


@pytest.mark.parametrize(
    "planted",
    [
        pytest.param((0.02, 9.0, 0.49, 1.0), id="rising"),
        pytest.param((0.9, 7.0, 0.4, 0.1), id="decreasing"),
        pytest.param((0.0, 60.0, 0.52, 1.0), id="steep"),
        pytest.param((0.48, 8.0, 0.5, 0.52), id="nearly flat"),
        pytest.param((0.1, 20.0, 0.12, 0.95), id="saturated early"),
        pytest.param((0.0, 5.0, 1.1, 1.6), id="not yet saturated"),
    ],
)
def test_planted_logistic_parameters_are_recovered(planted):
    curve = predict("logistic", np.array(planted), LEVELS)[None]
    parameters, converged, at_bound = fit_sigmoids("logistic", LEVELS, curve)
    assert converged.all() and not at_bound.any()
    assert parameters[0] == pytest.approx(planted, rel=2e-3, abs=1e-5)


@pytest.mark.parametrize("fit", SIGMOIDS)
def test_two_starts_rarely_miss_the_best_fit_of_an_identification_curve(fit):
    draw = generator("test", "two starts")
    boundary = draw.normal(0.5, 0.15, (400, 12, 1))  # twelve people, one decision a level
    curves = (draw.random((400, 12, 19)) < 1 / (1 + np.exp(-12 * (LEVELS - boundary)))).mean(axis=1)
    many, two = (fit_sigmoids(fit, LEVELS, curves, starts=starts)[0] for starts in (STARTS, 2))
    more = unexplained(LEVELS, curves, two, fit) - unexplained(LEVELS, curves, many, fit)
    assert more.min() > -1e-7
    assert (more > 1e-4).mean() < 0.01


def test_no_curves_are_no_parameters():
    assert fit_sigmoids("hill", LEVELS, np.empty((0, 19)))[0].shape == (0, 4)
