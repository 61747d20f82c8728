import numpy as np
import pytest
from scipy.optimize import least_squares

from mien.categorical import predict
from mien.draws import generator
from mien.hill import fit_hill

LEVELS = np.arange(1, 20) / 20


def unexplained(levels, curves, parameters):
    """Share of variance that the fitted curves leave."""
    left = ((curves - predict("hill", parameters, levels)) ** 2).sum(axis=1)
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
    parameters, converged, at_bound = fit_hill(levels, curve)
    assert converged.all() and not at_bound.any()
    assert parameters[0] == pytest.approx(planted, rel=2e-3, abs=1e-9)
    assert predict("hill", parameters, levels) == pytest.approx(curve, abs=1e-6)


def test_a_step_is_fitted_exactly():
    step = np.where(LEVELS < 0.62, 0.0, 1.0)[None]
    parameters, converged, _ = fit_hill(LEVELS, step)
    assert converged.all()
    assert unexplained(LEVELS, step, parameters) == pytest.approx([0], abs=1e-12)
    assert 0.6 < parameters[0, 2] < 0.65


def test_a_power_of_x_is_fitted_at_the_bound_of_c():
    curve = (0.1 + 0.8 * LEVELS**2)[None]
    parameters, converged, at_bound = fit_hill(LEVELS, curve)
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


@pytest.mark.parametrize("levels", [LEVELS, np.linspace(0, 1, 7)])
def test_no_other_start_fits_noisy_curves_better(levels):
    curves = noisy_curves(levels, 40)
    parameters, converged, _ = fit_hill(levels, curves)
    left = unexplained(levels, curves, parameters)
    assert converged.all()
    for curve, mine in zip(curves, left, strict=True):
        total = ((curve - curve.mean()) ** 2).sum()
        for b, c in ((1, 0.3), (4, 0.5), (15, 0.2), (15, 0.8)):
            theirs = least_squares(
                lambda p, curve=curve: (
                    predict("hill", np.array([p[0], np.exp(p[1]), np.exp(p[2]), p[3]]), levels) - curve
                ),
                [curve[0], np.log(b), np.log(c), curve[-1]],
                bounds=([-5, np.log(0.1), np.log(0.01), -5], [6, np.log(60), np.log(20), 6]),
                max_nfev=60,
            )
            assert mine <= 2 * theirs.cost / total + 1e-6


def test_a_curve_is_fitted_alike_alone_and_among_others():
    curves = noisy_curves(LEVELS, 300)
    together = fit_hill(LEVELS, curves)[0]
    alone = np.concatenate([fit_hill(LEVELS, curves[i : i + 1])[0] for i in range(0, 300, 60)])
    assert unexplained(LEVELS, curves[::60][: len(alone)], alone) == pytest.approx(
        unexplained(LEVELS, curves, together)[::60][: len(alone)], abs=1e-9
    )
