import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.multitest import multipletests

from mien.draws import generator
from mien.statistics.corrections import CORRECTIONS, adjust, in_words, with_corrected


@pytest.mark.parametrize("correction", ["bonferroni", "holm", "fdr_bh"])
@pytest.mark.parametrize("n", [1, 2, 40])
def test_corrections_are_statsmodels(correction, n):
    p = generator("test", "corrections", n).beta(0.3, 2, n).round(2)  # ties, and zeros
    assert adjust(p, correction) == pytest.approx(multipletests(p, method=correction)[1], rel=1e-12)


@pytest.mark.parametrize("correction", CORRECTIONS)
def test_nulls_are_no_comparisons_and_stay_null(correction):
    with_nulls = adjust(np.array([0.04, np.nan, 0.01, np.nan, 0.2]), correction)
    assert np.isnan(with_nulls).tolist() == [False, True, False, True, False]
    assert with_nulls[[0, 2, 4]].tolist() == adjust(np.array([0.04, 0.01, 0.2]), correction).tolist()
    assert np.isnan(adjust(np.full(3, np.nan), correction)).all() and adjust(np.array([]), correction).shape == (0,)


def test_three_p_by_hand():
    p = np.array([0.02, 0.01, 0.03])
    assert adjust(p, "none").tolist() == p.tolist()
    assert adjust(p, "bonferroni") == pytest.approx([0.06, 0.03, 0.09])
    assert adjust(p, "holm") == pytest.approx([0.04, 0.03, 0.04])  # 0.03, 0.04, and 0.03 may not fall below 0.04
    assert adjust(p, "fdr_bh") == pytest.approx([0.03, 0.03, 0.03])
    with pytest.raises(ValueError, match="'tukey': expected one of none, bonferroni, holm, fdr_bh"):
        adjust(p, "tukey")


def test_families_are_corrected_apart():
    table = pd.DataFrame({"set": ["a", "b", "a", "b", "a"], "p": [0.01, 0.04, 0.02, None, 0.5]}, index=[9, 8, 7, 6, 5])
    found = with_corrected(table, "p", ["set"], "bonferroni")
    assert found["p_corrected"].tolist()[:3] == pytest.approx([0.03, 0.04, 0.06])
    assert np.isnan(found["p_corrected"].iloc[3]) and found["p_corrected"].iloc[4] == 1
    assert found["n_comparisons"].tolist() == [3, 1, 3, 1, 3] and set(found["correction"]) == {"bonferroni"}
    assert with_corrected(table.iloc[:0], "p", ["set"], "holm").columns.tolist() == found.columns.tolist()


def test_rows_without_a_name_of_their_family_are_a_family():
    table = pd.DataFrame({"set": ["a", None, None], "p": [0.01, 0.04, 0.02]})
    found = with_corrected(table, "p", ["set"], "bonferroni")
    assert found["p_corrected"].tolist() == pytest.approx([0.01, 0.08, 0.04])
    assert found["n_comparisons"].tolist() == [1, 2, 2]


@pytest.mark.parametrize(
    ("correction", "n", "words"),
    [
        ("holm", [8, 8], "Holm, of 8"),
        ("fdr_bh", [8, 13, 6], "Benjamini–Hochberg, of 6 to 13"),
        ("none", [8, 6], "uncorrected"),
    ],
)
def test_words_say_of_how_many_comparisons_families_are(correction, n, words):
    assert in_words(pd.DataFrame({"correction": correction, "n_comparisons": n})) == words
