import numpy as np
import pandas as pd
import pytest
from scipy import stats
from statsmodels.stats.multitest import multipletests

from mien.categorical.fits import FITS
from mien.categorical.identification import PAIRS, fit_identification, identification, mean_r2, paired_tests
from mien.draws import generator
from mien.status import AT_BOUND, NO_UNITS
from tests.helpers.places import PUBLISHED as RESOURCES

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


def test_published_fits_are_all_ok_and_both_sigmoids_beat_the_others(published):
    fits, _ = published
    assert len(fits) == 84
    at_bound = fits[fits["status"] != "ok"]  # a curve without a lower bend, which Hill's has at level 0
    assert at_bound[["network", "continuum", "fit"]].to_numpy().tolist() == [
        ["vgg_face_untrained", "AN-DI", "logistic"]
    ]
    assert at_bound["status"].tolist() == [AT_BOUND]
    tests = paired_tests(fits[fits["network"] == "vgg_face"], "holm")
    assert list(zip(tests["fit_a"], tests["fit_b"], strict=True)) == list(PAIRS)
    assert (tests["mean_difference"] > 0).all() and (tests["p_corrected"] < 0.05).all()
    assert tests["p_corrected"].to_numpy() == pytest.approx(multipletests(tests["p"], method="holm")[1])
    assert set(tests["correction"]) == {"holm"} and set(tests["n_comparisons"]) == {4}


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


def fits_of(r2, **readout):
    """Rows of `fits` with an R2 (continua, fits) alone."""
    return pd.DataFrame(
        [
            {"network": "n", **readout, "continuum": str(i), "fit": fit, "r2": value, "cv_error": 1 - value}
            for i, row in enumerate(r2)
            for fit, value in zip(FITS, row, strict=True)
        ]
    )


def test_means_and_paired_tests_are_scipys_and_leave_out_failed_fits():
    r2 = generator("test", "r2").uniform(0.8, 1, (5, 4))
    fits = fits_of(r2)
    fits.loc[2, "r2"] = np.nan  # the first continuum's hill
    means, tests = mean_r2(fits), paired_tests(fits)
    assert means["n"].tolist() == [5, 5, 4, 5]
    assert means["mean"].to_numpy() == pytest.approx(
        [r2[:, 0].mean(), r2[:, 1].mean(), r2[1:, 2].mean(), r2[:, 3].mean()]
    )
    assert means["sem"].to_numpy()[2] == pytest.approx(r2[1:, 2].std(ddof=0) / 2)
    assert means["sem_sample"].to_numpy()[[0, 2]] == pytest.approx([stats.sem(r2[:, 0]), stats.sem(r2[1:, 2])])
    for row, (a, b) in zip(tests.itertuples(), ((2, 0), (2, 1), (3, 0), (3, 1)), strict=True):
        known = r2[1:] if a == 2 else r2
        theirs = stats.ttest_rel(known[:, a], known[:, b])
        assert (row.t, row.p, row.n) == (pytest.approx(theirs.statistic), pytest.approx(theirs.pvalue), len(known))
        assert row.mean_difference == pytest.approx((known[:, a] - known[:, b]).mean())
        assert row.p_corrected == row.p and row.correction == "none"


def test_tests_are_corrected_within_a_readout_over_all_cells():
    r2 = generator("test", "families").uniform(0.8, 1, (3, 5, 4))
    fits = pd.concat(
        [
            fits_of(r2[0], seed=0, group="selective", draw=0, classifier="two_way"),
            fits_of(r2[1], seed=1, group="selective", draw=0, classifier="two_way"),
            fits_of(r2[2], seed=0, group="random", draw=0, classifier="two_way"),
        ]
    )
    tests = paired_tests(fits, "bonferroni")
    assert tests["n_comparisons"].tolist() == [8] * 8 + [4] * 4
    assert tests["p_corrected"].to_numpy() == pytest.approx(np.minimum(1, tests["p"] * tests["n_comparisons"]))


def test_errors_of_cross_validation_are_compared_alike():
    fits = fits_of(generator("test", "r2").uniform(0.8, 1, (5, 4)))
    by_r2, by_error = paired_tests(fits), paired_tests(fits, measure="cv_error")
    assert by_error["mean_difference"].to_numpy() == pytest.approx(-by_r2["mean_difference"].to_numpy())
    assert by_error["p"].to_numpy() == pytest.approx(by_r2["p"].to_numpy())


def test_paired_tests_need_two_continua():
    fits = fits_of([[0.8, 0.9, 0.99, 0.98]])
    tests = paired_tests(fits, "holm")
    assert tests["n"].tolist() == [1] * 4 and tests["n_comparisons"].tolist() == [0] * 4
    assert tests[["t", "p", "p_corrected"]].isna().all(axis=None)
    assert mean_r2(fits)[["sem", "sem_sample"]].isna().all(axis=None)
