from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import statsmodels.api as sm
from scipy import stats

from mien.categorical import (
    FITS,
    NO_UNITS,
    fit_curves,
    fit_identification,
    identification,
    mean_r2,
    paired_tests,
    predict,
)
from mien.draws import generator
from mien.errors import InputError

RESOURCES = Path(__file__).parents[1] / "resources" / "published"
LEVELS = np.arange(1, 20) / 20


@pytest.fixture(scope="module")
def published():
    """Fits of the published identification curves, and the published R2, in our words for fits."""
    curves = pd.read_csv(RESOURCES / "identification_published.csv").rename(columns={"morph_level": "level"})
    r2 = pd.read_csv(RESOURCES / "categorical_r2_published.csv")
    return fit_identification(curves), r2.replace({"fit": {"poly2": "quadratic", "logistic": "hill"}})


def test_published_bars_of_figure_3c(published):
    fits, r2 = published
    bars = r2[r2["panel"] == "C"].merge(fits, on=["network", "continuum", "fit"], suffixes=("_read", ""))
    assert len(bars) == 21
    assert bars["r2"].to_numpy() == pytest.approx(bars["r2_read"].to_numpy(), abs=0.001)


def test_published_means_and_error_bars_of_figure_4f(published):
    fits, r2 = published
    means = r2[(r2["figure"] == 4) & (r2["panel"] == "F")].merge(
        mean_r2(fits), on=["network", "fit"], suffixes=("_read", "")
    )
    assert len(means) == 9
    assert means["n"].tolist() == [7] * 9
    assert means["mean"].to_numpy() == pytest.approx(means["r2"].to_numpy(), abs=0.002)
    assert means["sem"].to_numpy() == pytest.approx(means["sem_read"].to_numpy(), abs=0.001)


def test_published_fits_are_all_ok_and_hill_beats_the_others(published):
    fits, _ = published
    assert len(fits) == 63 and set(fits["status"]) == {"ok"}
    tests = paired_tests(fits[fits["network"] == "vgg_face"])
    assert tests["fit_a"].tolist() == ["hill", "hill"] and tests["fit_b"].tolist() == ["linear", "quadratic"]
    assert (tests["mean_difference"] > 0).all() and (tests["p"] < 0.01).all()


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


def test_aic_and_r2_of_hill():
    curves = generator("test", "fits").binomial(12, 1 / (1 + (0.5 / LEVELS) ** 4), (3, 19)) / 12
    fitted = fit_curves(LEVELS, curves, "hill")
    left = ((curves - predict("hill", fitted[["p0", "p1", "p2", "p3"]].to_numpy(), LEVELS)) ** 2).sum(axis=1)
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
    ],
)
def test_boundary_is_where_the_curve_crosses_one_half(fit, parameters, boundary, slope):
    curve = predict(fit, np.array([*parameters, np.nan, np.nan][:4]), LEVELS)
    fitted = fit_curves(LEVELS, curve[None], fit).iloc[0]
    assert fitted["boundary"] == pytest.approx(boundary, abs=1e-6, nan_ok=True)
    assert fitted["slope"] == pytest.approx(slope, abs=1e-5, nan_ok=True)
    assert fitted["status"] == "exact: AIC is undefined" and np.isnan(fitted["aic"])
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
    assert fitted["status"].tolist() == ["constant curve: R2 is undefined"] * 2
    assert fitted.drop(columns="status").isna().all(axis=None)


def test_too_few_levels_say_how_many_are_needed():
    fitted = fit_curves(np.array([0.2, 0.4, 0.6, 0.8]), np.array([[0, 0.1, 0.7, 1]]), "hill")
    assert fitted["status"].tolist() == ["too few levels: 4, and hill needs 5"]
    assert np.isnan(fitted["r2"].iloc[0])


def test_a_step_has_a_boundary_but_no_slope():
    for curve in (np.where(LEVELS < 0.62, 0, 1), np.where(LEVELS < 0.62, 0, 1) - 0.25 * (LEVELS == 0.65)):
        fitted = fit_curves(LEVELS, curve[None], "hill").iloc[0]
        assert fitted["status"] == "a step: steeper than the levels resolve"
        assert fitted["r2"] == pytest.approx(1)
        assert 0.6 < fitted["boundary"] < 0.65
        assert np.isnan(fitted["slope"])


def test_curve_without_an_upper_bend_says_that_its_parameters_do_not_hold():
    fitted = fit_curves(LEVELS, (LEVELS**2)[None], "hill").iloc[0]
    assert fitted["status"].startswith("the curve holds, its parameters do not")
    assert fitted["r2"] == pytest.approx(1, abs=1e-5)
    assert fitted["boundary"] == pytest.approx(0.5**0.5, abs=1e-3)


def test_levels_outside_0_to_1_or_falling_are_refused():
    for levels in (LEVELS * 100, LEVELS[::-1]):
        with pytest.raises(InputError, match="expected rising levels from 0 to 1"):
            fit_curves(levels, np.ones((1, 19)), "linear")


def test_predict_takes_level_0_and_steep_curves():
    curve = predict("hill", np.array([0.1, 800.0, 0.5, 0.9]), np.array([0, 0.4, 0.6, 1]))
    assert curve == pytest.approx([0.1, 0.1, 0.9, 0.9])


def test_identification_is_the_share_of_decisions():
    trials = pd.DataFrame(
        {
            "group": ["selective"] * 4 + ["random"] * 2,
            "level": [0.2, 0.2, 0.2, 0.6, 0.2, 0.6],
            "chose_second": pd.array([False, True, True, True, None, None], dtype="boolean"),
        }
    )
    table = identification(trials, ["group"])
    assert table["n"].tolist() == [3, 1, 0, 0]
    assert table["chose_second"].tolist() == [2, 1, pd.NA, pd.NA]
    assert table["proportion_second"].tolist()[:2] == [2 / 3, 1] and table["proportion_second"].isna()[2:].all()
    assert table["status"].tolist() == ["ok", "ok", NO_UNITS, NO_UNITS]


def curves_of(**curves):
    """Identification of one curve a continuum, None for no decisions; NaN for levels that a continuum does not have."""
    return pd.DataFrame(
        [
            {"continuum": continuum, "level": level, "proportion_second": value}
            for continuum, curve in curves.items()
            for level, value in zip(LEVELS, np.full(19, np.nan) if curve is None else curve, strict=True)
        ]
    )


def test_fits_keep_the_order_of_curves_and_cope_with_empty_ones():
    rising = 1 / (1 + (0.5 / LEVELS) ** 3)
    fewer = np.where(np.arange(19) % 2, np.nan, rising)
    fits = fit_identification(curves_of(z=rising, empty=None, fewer=fewer, a=1 - rising))
    assert fits["continuum"].tolist() == [c for c in ("z", "empty", "fewer", "a") for _ in FITS]
    assert fits["fit"].tolist() == [*FITS] * 4
    assert set(fits.loc[fits["continuum"] == "empty", "status"]) == {NO_UNITS}
    hill = fits[fits["fit"] == "hill"].set_index("continuum")
    assert hill.loc[["z", "fewer", "a"], "p1"].to_numpy() == pytest.approx([3, 3, 3], rel=1e-4)
    assert hill.loc["empty"].drop(["fit", "status"]).isna().all()


def test_means_and_paired_tests_are_scipys_and_leave_out_failed_fits():
    r2 = generator("test", "r2").uniform(0.8, 1, (5, 3))
    fits = pd.DataFrame(
        [
            {"network": "n", "continuum": str(i), "fit": fit, "r2": value}
            for i, row in enumerate(r2)
            for fit, value in zip(FITS, row, strict=True)
        ]
    )
    fits.loc[2, "r2"] = np.nan  # the first continuum's hill
    means, tests = mean_r2(fits), paired_tests(fits)
    assert means["n"].tolist() == [5, 5, 4]
    assert means["mean"].to_numpy() == pytest.approx([r2[:, 0].mean(), r2[:, 1].mean(), r2[1:, 2].mean()])
    assert means["sem"].to_numpy()[2] == pytest.approx(r2[1:, 2].std(ddof=0) / 2)
    for row, other in zip(tests.itertuples(), (0, 1), strict=True):
        theirs = stats.ttest_rel(r2[1:, 2], r2[1:, other])
        assert (row.t, row.p, row.n) == (pytest.approx(theirs.statistic), pytest.approx(theirs.pvalue), 4)
        assert row.mean_difference == pytest.approx((r2[1:, 2] - r2[1:, other]).mean())


def test_paired_tests_need_two_continua():
    fits = pd.DataFrame({"network": "n", "continuum": "c", "fit": FITS, "r2": [0.8, 0.9, 0.99]})
    tests = paired_tests(fits)
    assert tests["n"].tolist() == [1, 1]
    assert tests[["t", "p"]].isna().all(axis=None)
    assert mean_r2(fits)["sem"].tolist() == [0, 0, 0]
