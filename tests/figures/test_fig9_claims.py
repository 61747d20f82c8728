"""Figure 9 on planted claims."""

import pandas as pd
import pytest

from mien.claims.table import OF_SEEDS, OF_THE_PUBLICATION
from mien.figures import fig9_claims
from tests.helpers.drawing import assert_words_apart, words


def said(figure) -> str:
    lines = sorted(words(figure), key=lambda text: (-round(text.get_position()[1], 3), text.get_position()[0]))
    return " ".join(text.get_text() for text in lines)


@pytest.mark.parametrize("tested", [True, False])
def test_every_claim_has_its_finding_and_verdict_in_words(tested, claims_of):
    table = claims_of(tested)
    figure, panels = fig9_claims.draw(table)
    assert_words_apart(figure)
    pd.testing.assert_frame_equal(panels["a"], table)
    text = said(figure)
    assert text.count("not tested by these") == (1 if tested else len(table))
    assert ("not reproduced" in text) == tested
    assert text.count("inconclusive") >= 2 and "no value" in text


def test_rules_and_reasons_are_written_once_and_referred_to(claims_of):
    table = claims_of(False)
    ends = f" {OF_SEEDS} {OF_THE_PUBLICATION}"
    table = table.assign(rule=[*["one rule." + ends] * 4, "another." + ends], why=[*["nothing."] * 4, "else."])
    text = said(fig9_claims.draw(table)[0])
    assert (text.count("Rule 1: one rule."), text.count("Rule 2: another.")) == (1, 1)
    assert (text.count("rule 1, note 1"), text.count("rule 2, note 2")) == (4, 1)
    assert text.count(OF_SEEDS.split(":")[0]) == 1


def test_a_value_is_drawn_with_its_interval_beside_the_published(claims_of):
    table = claims_of(True)
    figure, _ = fig9_claims.draw(table)
    assert len(figure.axes) == table["value"].notna().sum()
    for axes, row in zip(figure.axes, table.dropna(subset="value").itertuples(), strict=True):
        drawn = [list(line.get_xdata()) for line in axes.lines]
        assert [row.low, row.high] in drawn and [row.value] in drawn
        assert ([row.published] in drawn) == (not pd.isna(row.published))
        low, high = axes.get_xlim()
        assert low <= min(row.low, 0) and high >= row.high


@pytest.mark.parametrize(
    ("value", "text"), [(0.7675, ".77"), (0.026, ".026"), (-0.107, "−.11"), (12.34, "12.3"), (1234.5, "1,234")]
)
def test_values_of_any_size(value, text):
    assert fig9_claims._value(value) == text
