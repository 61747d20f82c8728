"""The page of claims, from planted ones."""

from html.parser import HTMLParser

import pytest

from mien.claims.page import _value, page
from tests.helpers.planted.claims import claims_table


class Page(HTMLParser):
    """Words of each row's cells, the tags of a page, and all that it would fetch."""

    def __init__(self, text: str):
        super().__init__()
        self.rows, self.fetched, self.tags = [], [], set()
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        self.tags.add(tag)
        self.fetched += [value for name, value in attrs if name in ("src", "href")]
        if tag == "tr":
            self.rows.append([])
        elif tag in ("td", "th"):
            self.rows[-1].append("")

    def handle_data(self, data):
        if self.rows and self.rows[-1]:
            self.rows[-1][-1] += f"{data} "


@pytest.mark.parametrize("tested", [True, False])
def test_every_claim_has_a_row_that_says_all_of_it(tested):
    claims = claims_table(tested)
    heads, *rows = Page(page(claims, "open & quick")).rows
    assert len(rows) == len(claims) and {len(row) for row in rows} == {len(heads)}
    for row, claim in zip(rows, claims.itertuples(), strict=True):
        assert claim.statement in row[0] and claim.rule in row[0] and claim.claim in row[0].split()
        assert claim.finding in row[4] and claim.verdict in row[5] and claim.why in row[6]
    assert rows[1][1].startswith("0.77 ") and "Fig. 1C" in rows[1][1] and rows[1][3].startswith("0.53 to 0.69")
    assert "no value" in rows[-1][2] and "0 networks, 0 seeds" in rows[-1][2] and "no number" in rows[-1][1]


def test_it_fetches_nothing_and_escapes_what_it_is_given():
    text = page(claims_table(True).assign(why="<script>x</script> & more"), "a<b")
    found = Page(text)
    assert found.fetched == [] and "script" not in found.tags and "url(" not in text
    assert "&lt;script&gt;x&lt;/script&gt; &amp; more" in text and "a&lt;b" in text


@pytest.mark.parametrize(
    ("value", "text"), [(0.7675, "0.77"), (0.026, "0.026"), (-0.107, "−0.11"), (12.34, "12.3"), (1234.5, "1,234")]
)
def test_values_of_any_size(value, text):
    assert _value(value) == text
