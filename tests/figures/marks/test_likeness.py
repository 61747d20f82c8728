"""How like participants' the confusions are: figures 2 and 4 on planted tables."""

import pandas as pd
import pytest

from mien.figures.marks import likeness
from tests.helpers.drawing import COMPARE, assert_words_apart, draw, said

FIGURES = ["fig2_confusions", "fig4_networks"]


def with_participants(tables: dict[str, pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """The study compared with participants of the user's own, who have a noise ceiling."""
    found = {name: tables[name].replace({"human": "panel"}) for name in tables}
    ceiling = [
        {"human": "panel", "set": set_, "entries": cells, "statistic": "pearson", "n_subjects": 20, "split_half": 0.8}
        | {"ceiling": 0.89, "low": 0.8, "high": 0.95, "status": "ok"}
        for set_ in ("controlled", "wild")
        for cells in ("all", "off_diagonal")
    ]
    return found | {"noise_ceiling": pd.DataFrame(ceiling)}


@pytest.mark.parametrize("name", FIGURES)
def test_p_is_named_with_its_correction(name, tables):
    figure, panels = draw(name, tables)
    rows = panels["c"].query("network == 'face_trained' and group == 'selective' and entries == 'off_diagonal'")
    largest = f"≤ {rows['p_corrected'].max():.3f}".replace(" 0.", " .")
    of = {"fig2_confusions": "13 to 15", "fig4_networks": "13"}[name]  # two of 15 cells have no selective units
    assert f"p, Holm, of {of}" in said(figure)
    assert rows["n_comparisons"].tolist() == [13, 13] and largest in said(figure)
    uncorrected = tables | {"similarity": tables["similarity"].assign(correction="none")}
    figure, _ = draw(name, uncorrected)
    assert "p, uncorrected" in said(figure)


@pytest.mark.parametrize("name", FIGURES)
def test_participants_of_the_users_own_have_a_name_and_a_noise_ceiling(name, tables):
    _, expected = draw(name, tables)
    figure, panels = draw(name, with_participants(tables))
    assert_words_apart(figure)
    assert "participants: panel" in said(figure) and "participants' noise ceiling" in said(figure)
    assert panels["b"]["proportion"].tolist() == expected["b"]["proportion"].tolist()
    assert panels["b"]["observer"].iloc[0] == "panel"


@pytest.mark.parametrize("name", FIGURES)
@pytest.mark.parametrize("published", [True, False])
def test_only_the_publications_participants_are_called_published(name, published, tables):
    unknown = tables | {"confusion": tables["confusion"].assign(n=None)}
    for given in (tables, unknown):
        figure, _ = draw(name, given, published=published)
        assert ("participants (published)" in said(figure)) == published and (
            "participants" in said(figure)
        ) != published
    assert likeness.words_of_participants("panel", published) == "participants: panel"


@pytest.mark.parametrize(("name", "matrices"), [("fig2_confusions", "ab"), ("fig4_networks", "b")])
@pytest.mark.parametrize("called", COMPARE[:2])
def test_participants_and_networks_are_told_apart_whatever_they_are_called(name, matrices, called, tables):
    _, expected = draw(name, tables)
    observer = tables["confusion"]["observer"].mask(tables["confusion"]["layer"].isna(), called)
    same = {"confusion": tables["confusion"].assign(observer=observer)}
    _, panels = draw(name, tables | same)
    for panel in matrices:
        assert panels[panel]["proportion"].tolist() == expected[panel]["proportion"].tolist()


@pytest.mark.parametrize(("name", "set_"), [("fig2_confusions", "controlled"), ("fig4_networks", "wild")])
def test_a_set_that_nobody_judged_is_said_where_participants_matrix_would_be(name, set_, tables):
    confusion = tables["confusion"]
    elsewhere = confusion[confusion["layer"].notna() | (confusion["set"] != set_)]
    figure, panels = draw(name, tables | {"confusion": elsewhere}, published=False)
    assert likeness.NOBODY in said(figure) and panels["b"]["proportion"].iloc[:36].isna().all()
