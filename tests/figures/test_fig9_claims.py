"""Figure 9 on planted claims."""

import re

import numpy as np
import pandas as pd
import pytest
from matplotlib.collections import LineCollection, PathCollection

from mien.claims import published
from mien.claims.stated import claims_of
from mien.figures import fig9_claims
from tests.helpers.drawing import assert_words_apart, said, words
from tests.helpers.planted.claims import claims_table


@pytest.mark.parametrize("tested", [True, False])
def test_a_value_is_drawn_with_its_interval_beside_the_published_and_its_finding(tested):
    kinds = ["units", "decoding", "likeness", "sigmoid", "peak"]
    table = claims_table(tested).assign(claim=[f"{kind}_mine" for kind in kinds])
    figure, panels = fig9_claims.draw({"claims": table}, {})
    assert_words_apart(figure)
    pd.testing.assert_frame_equal(panels["a"], table)
    every = said(figure)
    findings = ("holds", "does not hold", "inconclusive", "inconclusive: no value")
    assert [every.count(finding) for finding in findings] == [2, 1, 1, 1]
    assert {f"{kind} mine" for kind in kinds} <= set(every)
    assert [axes.get_xlabel() for axes in figure.axes] == [fig9_claims._WORDS[kind] for kind in kinds]
    assert {"this study", "its interval", "published"} <= set(every)
    for axes, row in zip(figure.axes, table.itertuples(), strict=True):  # here each is the only one of its kind
        points = [one.get_offsets().data.tolist() for one in axes.collections if isinstance(one, PathCollection)]
        assert ([[row.value, 0]] in points) == (not pd.isna(row.value))
        assert ([[row.published, 0]] in points) == (not pd.isna(row.published))
        segments = [one.get_segments()[0].tolist() for one in axes.collections if isinstance(one, LineCollection)]
        assert pd.isna(row.value) or [[row.low, 0], [row.high, 0]] in segments
        assert pd.isna(row.value) or (axes.get_xlim()[0] <= min(row.low, 0) and axes.get_xlim()[1] >= row.high)


def test_where_nothing_has_a_value_there_is_no_axis_and_a_published_value_alone_has_one():
    for value, numbered in ((np.nan, False), (0.5, True)):
        table = claims_table(True).tail(1).assign(claim="peak_mine", published=value)
        figure, _ = fig9_claims.draw({"claims": table}, {})
        every = said(figure)
        assert "inconclusive: no value" in every and fig9_claims._WORDS["peak"] in every
        assert any(re.fullmatch(r"[−\d.]+", text) for text in every) == numbered


def test_the_axis_of_every_claim_says_what_its_value_is(project):
    names = ("accuracy", "confusion", "categorical_r2", "identification")
    files = [project / f"resources/published/{name}_published.csv" for name in names]
    claims = claims_of(published.read(*files))
    assert {claim.name.partition("_")[0] for claim in claims} == set(fig9_claims._WORDS)


def test_claims_of_a_kind_share_an_axis_and_one_of_them_may_have_no_value():
    table = claims_table(True)
    table = table.assign(
        claim=["units_vgg_face", "units_vgg16", "likeness_vgg_face", "likeness_vgg16", "likeness_mine"]
    )
    figure, _ = fig9_claims.draw({"claims": table}, {})
    assert_words_apart(figure)
    names = [[label.get_text() for label in axes.get_yticklabels()] for axes in figure.axes]
    assert names == [["units vgg face", "units vgg16"], ["likeness vgg face", "likeness vgg16", "likeness mine"]]
    (alone,) = [text for text in words(figure) if text.get_text() == "inconclusive: no value"]
    assert alone.get_window_extent().x0 > figure.axes[1].bbox.x1  # where no published value lies
