"""Figure 4 on planted tables."""

from tests.helpers.drawing import COMPARE, MANY, draw, said

NAME = "fig4_networks"


def test_there_is_a_matrix_of_each_network_and_the_seed_without_units_is_left_out(drawn):
    figure, panels = drawn(NAME)
    assert panels["b"]["observer"].unique().tolist() == ["human", *COMPARE]
    seeds = panels["b"].groupby(["observer", "group"])["seeds"].max()
    assert seeds.xs("selective", level="group").to_dict() == dict.fromkeys(COMPARE, 2)
    assert seeds.xs("all", level="group").to_dict() == dict.fromkeys(COMPARE, 2) | {"untrained": 3}
    assert set(panels["a"]["network"]) == {*COMPARE, "pixels"}
    assert "no selective units: untrained (seed 2)" in said(figure)


def test_whole_layers_have_curves_and_their_matrices_stand_below_where_there_is_room(drawn, many):
    figure, panels = drawn(NAME)
    assert said(figure).count("whole layer (2 seeds)") == 2 and panels["f"]["group"].unique().tolist() == [
        "selective",
        "all",
    ]
    study, layers = many
    figure, panels = draw(NAME, study, compare=MANY[-7:], layers=layers)
    assert "whole layer" in said(figure) and set(panels["b"]["group"].dropna()) == {"selective"}  # in the legend


def test_networks_differ_from_the_first_whichever_way_the_table_has_them(tables):
    figure, panels = draw(NAME, tables, compare=["untrained", "face_trained", "object_trained"])
    found = panels["d"].set_index("network_b")
    table = tables["similarity_differences"]
    table = table[(table["set"] == "wild") & (table["entries"] == "off_diagonal") & (table["statistic"] == "pearson")]
    pair = table[(table["network_a"] == "face_trained") & (table["network_b"] == "untrained")]
    pair = pair[(pair["group"] == "selective") & (pair["layer_a"] == "conv5_3")].iloc[0]
    row = found.loc["face_trained"]
    assert (row["network_a"], row["difference"]) == ("untrained", -pair["difference"])
    assert (row["low"], row["high"]) == (-pair["high"], -pair["low"])
    assert (row["value_a"], row["value_b"]) == (pair["value_b"], pair["value_a"])
    assert "untrained minus" in said(figure) and "p, Holm, of 12" in said(figure)
