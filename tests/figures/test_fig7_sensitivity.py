"""Figure 7 on planted tables."""

from matplotlib.patches import Rectangle

from tests.helpers.drawing import COMPARE, assert_words_apart, draw, said

NAME = "fig7_sensitivity"


def test_each_network_has_a_map_of_all_criteria_with_the_studys_own_framed(drawn):
    figure, panels = drawn(NAME)
    maps = [axes for axes in figure.axes if axes.get_xlabel()]
    assert len(maps) == len(COMPARE)
    for one in maps:
        framed = [patch for patch in one.patches if isinstance(patch, Rectangle) and not patch.get_fill()]
        assert [patch.get_xy() for patch in framed] == [(2, 2)]
        assert one.collections[0].get_array().size == 25
    assert panels["a"].groupby(["network", "seed"]).size().unique().tolist() == [25]


def test_a_cell_says_how_many_times_chance_its_seeds_have(tables, drawn):
    figure, panels = drawn(NAME)
    frame = panels["a"]
    here = frame[(frame["threshold_expression"] == 0.05) & (frame["threshold_identity"] == 0.05)]
    ratio = here[here["network"] == "face_trained"][["n_selective", "null_mean"]].sum()
    assert any(text.startswith(f"{ratio['n_selective'] / ratio['null_mean']:.1f}* ") for text in said(figure))
    untrained = here[here["network"] == "untrained"]
    assert any(text.endswith(f" 0–{untrained['n_selective'].max()}") for text in said(figure))
    assert "untrained (3 seeds) 1,348 of 2,048 units vary" in said(figure)


def test_a_map_says_how_many_units_vary_in_its_seeds(tables):
    table = tables["sensitivity"].copy()
    table.loc[table["seed"] == 1, "n_varying"] = 348
    figure, panels = draw(NAME, tables | {"sensitivity": table})
    assert_words_apart(figure)
    assert "face trained (2 seeds) 348 to 1,348 of 2,048 units vary" in said(figure)
    assert {"n_varying", "share_of_all", "share_of_varying"} <= set(panels["a"])


def test_nothing_by_chance_is_no_ratio(tables):
    table = tables["sensitivity"].copy()
    table.loc[table["threshold_expression"] == 0.001, "null_mean"] = 0.0
    table.loc[table["threshold_expression"] == 0.001, "n_selective"] = 0
    table.loc[table["threshold_expression"] == 0.005, "null_mean"] = 0.0
    figure, _ = draw(NAME, tables | {"sensitivity": table})
    assert sum(text.startswith(("– ", "–* ")) for text in said(figure)) == 15
    assert sum(text.startswith(("> 0 ", "> 0* ")) for text in said(figure)) == 15


def test_missing_networks_and_two_rows_of_maps(lacking):
    layers = dict.fromkeys(COMPARE, "conv5_3") | {"pixels": "image"}
    figure, _ = draw(NAME, lacking, compare=[*COMPARE, "pixels"], layers=layers)
    assert_words_apart(figure)
    assert "missing" in said(figure)


def test_a_criterion_without_identity_has_a_map_of_one_row(tables):
    one_way = {
        name: tables[name][~(tables[name]["threshold_identity"] > 0.011)].assign(
            criterion="one_way", threshold_identity=None
        )
        for name in ("sensitivity", "selection")
    }
    keys = ["network", "layer", "seed", "threshold_expression"]
    one_way["sensitivity"] = one_way["sensitivity"].drop_duplicates(keys)
    figure, _ = draw(NAME, tables | one_way)
    assert_words_apart(figure)
    for one in (axes for axes in figure.axes if axes.get_xlabel()):
        assert one.get_xlabel() == "p(expression) below" and one.get_ylabel() == ""
        assert one.collections[0].get_array().size == 5 and len(one.patches) == 1  # its own value is framed
