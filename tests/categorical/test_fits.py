import numpy as np
import pytest
import statsmodels.api as sm
from scipy.optimize import curve_fit

from mien.categorical.fits import FITS, fit_curves, predict
from mien.categorical.sigmoids import SIGMOIDS
from mien.draws import generator
from mien.errors import InputError

LEVELS = np.arange(1, 20) / 20


def test_linear_and_quadratic_are_those_of_statsmodels():
    curves = generator("test", "fits").uniform(0, 1, (5, 19))
    for fit, degree in (("linear", 1), ("quadratic", 2)):
        fitted = fit_curves(LEVELS, curves, fit)
        for row, curve in zip(fitted.itertuples(), curves, strict=True):
            theirs = sm.OLS(curve, np.vander(LEVELS, degree + 1, increasing=True)).fit()
            assert [row.p0, row.p1, row.p2][: degree + 1] == pytest.approx(theirs.params, rel=1e-9)
            assert row.r2 == pytest.approx(theirs.rsquared, rel=1e-9)
            # theirs has the likelihood's constants, and does not count the error's variance
            assert row.aic == pytest.approx(theirs.aic - 19 * (np.log(2 * np.pi) + 1) + 2, rel=1e-9)


@pytest.mark.parametrize("fit", SIGMOIDS)
def test_aic_and_r2_of_sigmoids(fit):
    curves = generator("test", "fits").binomial(12, 1 / (1 + (0.5 / LEVELS) ** 4), (3, 19)) / 12
    fitted = fit_curves(LEVELS, curves, fit)
    left = ((curves - predict(fit, fitted[["p0", "p1", "p2", "p3"]].to_numpy(), LEVELS)) ** 2).sum(axis=1)
    assert fitted["aic"].to_numpy() == pytest.approx(19 * np.log(left / 19) + 10)
    assert fitted["r2"].to_numpy() == pytest.approx(1 - left / curves.var(axis=1) / 19)


@pytest.mark.parametrize(
    ("fit", "parameters", "boundary", "slope"),
    [
        ("linear", (0.2, 0.5), 0.6, 0.5),
        ("linear", (0.9, -0.8), 0.5, -0.8),
        ("linear", (0.6, 0.3), np.nan, np.nan),  # above one half throughout
        ("quadratic", (0.0, 0.0, 1.0), 0.5**0.5, 2 * 0.5**0.5),
        ("quadratic", (0.3, 1.8, -1.6), 0.125, 1.4),  # up at .125, down at 1: the trend is up
        ("quadratic", (0.9, 0.0, -0.2), np.nan, np.nan),
        ("hill", (0.0, 4.0, 0.4, 1.0), 0.4, 2.5),
        ("hill", (1.0, 4.0, 0.4, 0.0), 0.4, -2.5),
        ("hill", (0.1, 2.0, 0.5, 0.45), np.nan, np.nan),
        ("logistic", (0.0, 10.0, 0.4, 1.0), 0.4, 2.5),
        ("logistic", (1.0, 10.0, 0.4, 0.0), 0.4, -2.5),
        ("logistic", (0.0, 10.0, 0.4, 0.625), 0.4 + np.log(4) / 10, 1.0),
        ("logistic", (0.1, 6.0, 0.5, 0.45), np.nan, np.nan),
    ],
)
def test_boundary_is_where_the_curve_crosses_one_half(fit, parameters, boundary, slope):
    curve = predict(fit, np.array([*parameters, np.nan, np.nan][:4]), LEVELS)
    fitted = fit_curves(LEVELS, curve[None], fit).iloc[0]
    assert fitted["boundary"] == pytest.approx(boundary, abs=1e-6, nan_ok=True)
    assert fitted["slope"] == pytest.approx(slope, abs=1e-5, nan_ok=True)
    assert fitted["status"] == "exact_fit" and np.isnan(fitted["aic"])
    assert fitted["r2"] == pytest.approx(1)


def test_slope_is_the_derivative_at_the_boundary():
    curve = generator("test", "slope").binomial(30, 1 / (1 + (0.45 / LEVELS) ** 3)) / 30
    for fit in FITS:
        fitted = fit_curves(LEVELS, curve[None], fit).iloc[0]
        parameters = fitted[["p0", "p1", "p2", "p3"]].to_numpy(float)
        below, at, above = predict(fit, parameters, fitted["boundary"] + np.array([-1e-6, 0, 1e-6]))
        assert at == pytest.approx(0.5, abs=1e-9)
        assert (above - below) / 2e-6 == pytest.approx(fitted["slope"], rel=1e-6)


@pytest.mark.parametrize("fit", FITS)
def test_constant_curve_has_nulls_and_says_why(fit):
    fitted = fit_curves(LEVELS, np.full((2, 19), 0.7), fit)
    assert fitted["status"].tolist() == ["constant_curve"] * 2
    assert fitted.drop(columns="status").isna().all(axis=None)


def test_too_few_levels_say_how_many_are_needed():
    fitted = fit_curves(np.array([0.2, 0.4, 0.6, 0.8]), np.array([[0, 0.1, 0.7, 1]]), "hill")
    assert fitted["status"].tolist() == ["too_few_levels"]
    assert np.isnan(fitted["r2"].iloc[0])


@pytest.mark.parametrize("fit", SIGMOIDS)
def test_a_step_has_a_boundary_but_no_slope(fit):
    for curve in (np.where(LEVELS < 0.62, 0, 1), np.where(LEVELS < 0.62, 0, 1) - 0.25 * (LEVELS == 0.65)):
        fitted = fit_curves(LEVELS, curve[None], fit).iloc[0]
        assert fitted["status"] == "step"
        assert fitted["r2"] == pytest.approx(1)
        assert 0.6 < fitted["boundary"] < 0.65
        assert np.isnan(fitted["slope"])


def test_curve_without_an_upper_bend_says_that_its_parameters_do_not_hold():
    fitted = fit_curves(LEVELS, (LEVELS**2)[None], "hill").iloc[0]
    assert fitted["status"] == "parameter_at_bound"
    assert fitted["r2"] == pytest.approx(1, abs=1e-5)
    assert fitted["boundary"] == pytest.approx(0.5**0.5, abs=1e-3)


def test_logistic_without_an_upper_bend_says_that_its_parameters_do_not_hold():
    fitted = fit_curves(LEVELS, np.exp(2 * (LEVELS - 1))[None], "logistic").iloc[0]
    assert fitted["status"] == "parameter_at_bound"
    assert fitted["r2"] == pytest.approx(1, abs=1e-5)
    assert fitted["boundary"] == pytest.approx(1 - np.log(2) / 2, abs=1e-3)


def test_logistic_of_a_reversed_continuum_is_the_same_and_hills_is_not():
    shares = generator("test", "reversed").binomial(20, 1 / (1 + np.exp(-9 * (LEVELS - [[0.4], [0.55], [0.7]])))) / 20
    forward, back = (fit_curves(LEVELS, curves, "logistic") for curves in (shares, 1 - shares[:, ::-1]))
    assert forward["r2"].to_numpy() == pytest.approx(back["r2"].to_numpy(), abs=1e-9)
    assert forward["boundary"].to_numpy() == pytest.approx(1 - back["boundary"].to_numpy(), abs=1e-5)
    assert forward["slope"].to_numpy() == pytest.approx(back["slope"].to_numpy(), rel=1e-4)
    forward, back = (fit_curves(LEVELS, curves, "hill") for curves in (shares, 1 - shares[:, ::-1]))
    assert (np.abs(forward["r2"] - back["r2"]) > 1e-5).all()


@pytest.mark.parametrize("fit", SIGMOIDS)
@pytest.mark.parametrize("steepness", [4, 10, 40])
def test_sigmoids_are_those_of_scipy(fit, steepness):
    shares = 0.05 + 0.85 / (1 + np.exp(-steepness * (LEVELS - 0.47)))
    curve = shares + generator("test", "scipy", steepness).normal(0, 0.02, 19)
    theirs, _ = curve_fit(
        lambda x, *p: predict(fit, np.array(p), x),
        LEVELS,
        curve,
        p0=(0.05, steepness * (0.47 if fit == "hill" else 1), 0.47, 0.9),
        bounds=([-9, 0.1, 0.01, -9], [9, 400, 9, 9]),
        xtol=1e-14,
        ftol=1e-14,
    )
    mine = fit_curves(LEVELS, curve[None], fit)[["p0", "p1", "p2", "p3"]].to_numpy(float)[0]
    assert mine == pytest.approx(theirs, rel=1e-3)
    assert predict(fit, mine, LEVELS) == pytest.approx(predict(fit, theirs, LEVELS), abs=1e-6)


def test_levels_outside_0_to_1_or_falling_are_refused():
    for levels in (LEVELS * 100, LEVELS[::-1]):
        with pytest.raises(InputError, match="expected rising levels from 0 to 1"):
            fit_curves(levels, np.ones((1, 19)), "linear")


def test_predict_takes_level_0_and_steep_curves():
    curve = predict("hill", np.array([0.1, 800.0, 0.5, 0.9]), np.array([0, 0.4, 0.6, 1]))
    assert curve == pytest.approx([0.1, 0.1, 0.9, 0.9])
