"""Figure 9 on planted claims."""

import pandas as pd
import pytest

from mien.figures import fig9_claims
from tests.helpers.drawing import assert_words_apart, said
from tests.helpers.planted_tables import planted_claims


@pytest.mark.parametrize("tested", [True, False])
def test_a_value_is_drawn_with_its_interval_beside_the_published_and_its_finding(tested):
    table = planted_claims(tested)
    figure, panels = fig9_claims.draw({"claims": table}, {})
    assert_words_apart(figure)
    pd.testing.assert_frame_equal(panels["a"], table)
    every = said(figure)
    assert [every.count(finding) for finding in ("holds", "does not hold", "inconclusive")] == [2, 1, 2]
    assert set(table["statement"]) <= set(every) and "no value" in every
    for axes, row in zip(figure.axes[1::3], table.itertuples(), strict=True):
        drawn = [list(line.get_xdata()) for line in axes.lines]
        assert pd.isna(row.value) or ([row.low, row.high] in drawn and [row.value] in drawn)
        assert ([row.published] in drawn) == (not pd.isna(row.published))
        assert pd.isna(row.value) or (axes.get_xlim()[0] <= min(row.low, 0) and axes.get_xlim()[1] >= row.high)
