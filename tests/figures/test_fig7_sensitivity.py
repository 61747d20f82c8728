"""Figure 7 on planted tables."""

import pytest
from matplotlib.patches import Rectangle

from mien.figures import style
from tests.helpers.drawing import COMPARE, assert_words_apart, draw, words


def said(figure) -> list[str]:
    return [text.get_text().replace("\n", " ") for text in words(figure)]


@pytest.fixture(scope="module")
def drawn(tables, units_of, stimuli_of):
    return draw("sensitivity", tables, units_of, stimuli_of)


def test_each_network_has_a_map_of_all_criteria_with_the_studys_own_framed(drawn):
    figure, panels = drawn
    assert_words_apart(figure)
    maps = [axes for axes in figure.axes if axes.get_xlabel()]
    assert len(maps) == len(COMPARE)
    for one in maps:
        framed = [patch for patch in one.patches if isinstance(patch, Rectangle) and not patch.get_fill()]
        assert [patch.get_xy() for patch in framed] == [(1.5, 1.5)]
        assert len(one.patches) == 26
    assert panels["a"].groupby(["network", "seed"]).size().unique().tolist() == [25]


def test_a_cell_says_how_many_times_chance_its_seeds_have(tables, drawn):
    figure, panels = drawn
    frame = panels["a"]
    here = frame[(frame["threshold_expression"] == 0.05) & (frame["threshold_identity"] == 0.05)]
    ratio = here[here["network"] == "face_reared"][["n_selective", "null_mean"]].sum()
    assert f"{ratio['n_selective'] / ratio['null_mean']:.1f}*" in said(figure)
    untrained = here[here["network"] == "untrained"]
    assert f"0–{untrained['n_selective'].max()}" in said(figure)
    assert "untrained (3 seeds) 1,348 of 2,048 units vary" in said(figure)


def test_a_map_says_how_many_units_vary_in_its_seeds(tables, units_of, stimuli_of):
    table = tables["sensitivity"].copy()
    table.loc[table["seed"] == 1, "n_varying"] = 348
    figure, panels = draw("sensitivity", tables | {"sensitivity": table}, units_of, stimuli_of)
    assert_words_apart(figure)
    assert "face reared (2 seeds) 348 to 1,348 of 2,048 units vary" in said(figure)
    assert {"n_varying", "share_of_all", "share_of_varying"} <= set(panels["a"])


def test_nothing_by_chance_is_no_ratio(tables, units_of, stimuli_of):
    table = tables["sensitivity"].copy()
    table.loc[table["threshold_expression"] == 0.001, "null_mean"] = 0.0
    table.loc[table["threshold_expression"] == 0.001, "n_selective"] = 0
    table.loc[table["threshold_expression"] == 0.005, "null_mean"] = 0.0
    figure, _ = draw("sensitivity", tables | {"sensitivity": table}, units_of, stimuli_of)
    assert [text.rstrip("*") for text in said(figure)].count("–") == 15
    assert [text.rstrip("*") for text in said(figure)].count("> 0") == 15


def test_missing_networks_and_two_rows_of_maps(tables, without, units_of, stimuli_of):
    study = without(tables, "object_reared")
    layers = dict.fromkeys(COMPARE, "conv5_3") | {"pixels": "image"}
    figure, _ = draw("sensitivity", study, units_of, stimuli_of, compare=[*COMPARE, "pixels"], layers=layers)
    assert_words_apart(figure)
    assert style.MISSING in said(figure)


def test_a_criterion_without_identity_has_a_map_of_one_row(tables, units_of, stimuli_of):
    one_way = {
        name: table[~(table["threshold_identity"] > 0.011)].assign(criterion="one_way", threshold_identity=None)
        for name, table in tables.items()
        if name in ("sensitivity", "selection")
    }
    one_way["sensitivity"] = one_way["sensitivity"].drop_duplicates(
        ["network", "layer", "seed", "threshold_expression"]
    )
    figure, _ = draw("sensitivity", tables | one_way, units_of, stimuli_of)
    assert_words_apart(figure)
    for one in (axes for axes in figure.axes if axes.get_xlabel()):
        assert one.get_xlabel() == "p(expression) below" and one.get_ylabel() == ""
        assert len(one.patches) == 6  # five values, one of them framed
