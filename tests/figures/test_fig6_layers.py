"""Figure 6 on planted tables."""

import pytest

from mien import status
from mien.figures.fig6_layers import placed
from tests.helpers.drawing import COMPARE, FOCUS, MANY, VGG, assert_words_apart, draw, said
from tests.helpers.reading import diamonds

NAME = "fig6_layers"


def test_the_note_sees_every_layer(tables):
    cells = tables["cells"].copy()
    first = (cells["network"] == FOCUS) & (cells["layer"] == "conv4_3") & (cells["seed"] == 1)
    cells.loc[first, "status"] = status.TRAINING_FAILED
    figure, _ = draw(NAME, tables | {"cells": cells})
    note = "no selective units: untrained (seed 2). training failed: face trained, conv4_3 (seed 1)"
    assert note in said(figure)


def test_the_share_of_the_units_that_vary_stands_beside_that_of_all(tables, drawn):
    found = [value for axes in drawn(NAME)[0].axes[:4] for value in diamonds(axes, 1)]
    assert sorted(found) == pytest.approx(sorted(100 * tables["selection"]["share_of_varying"]))
    every = tables["selection"].assign(n_varying=2048, share_of_varying=tables["selection"]["share_of_all"])
    figure, _ = draw(NAME, tables | {"selection": every})
    assert [diamonds(axes, 1) for axes in figure.axes[:4]] == [[]] * 4
    assert "% of the units that vary" in said(drawn(NAME)[0]) and "% of the units that vary" not in said(figure)


def test_every_layer_and_seed_is_there_and_pixels_come_last(tables, drawn):
    _, panels = drawn(NAME)
    cells = tables["cells"]
    assert len(panels["a"]) == len(cells) and panels["a"]["network"].iloc[-1] == "pixels"
    at = panels["a"].set_index(["network", "layer", "seed"]).loc[(FOCUS, "conv4_3", 1)]
    assert (at["percent"], at["null_high"]) == pytest.approx((100 * 40 / 2048, 100 * 24 / 2048))
    like = tables["similarity"]
    like = like[(like["network"] == FOCUS) & (like["layer"] == "conv4_3") & (like["seed"] == 1)]
    like = like[(like["set"] == "controlled") & (like["entries"] == "off_diagonal") & (like["statistic"] == "pearson")]
    row = panels["c"].set_index(["network", "layer", "seed", "group"]).loc[(FOCUS, "conv4_3", 1, "selective")]
    columns = ["value", "low", "high"]
    assert row[columns].tolist() == like.loc[like["group"] == "selective", columns].iloc[0].tolist()


def test_layers_come_in_the_order_of_the_network(tables):
    nodes = VGG.assign(network=FOCUS)
    shuffled = tables["cells"].iloc[::-1]
    assert placed(shuffled, [FOCUS], nodes)["layer"].unique().tolist() == ["conv4_3", "conv5_3"]
    assert placed(shuffled, [FOCUS], nodes.iloc[:0])["layer"].unique().tolist() == ["conv5_3", "conv4_3"]
    places = placed(tables["cells"], COMPARE, nodes)
    assert places["seed"].tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 2, 0, 1, 2]
    of_network = places.groupby("network")["x"]
    assert of_network.is_monotonic_increasing.all() and of_network.nunique().tolist() == [4, 4, 6]


def test_one_layer_of_each_of_twelve_networks_has_room(many):
    study, layers = many
    study = study | {"cells": study["cells"][study["cells"]["layer"] != "conv4_3"]}
    compare = [name for name in MANY if name != "pixels"]
    figure, panels = draw(NAME, study, compare=compare, layers=layers)
    assert_words_apart(figure)
    assert panels["b"]["network"].nunique() == len(MANY)


def test_missing_cells_and_failed_training_are_said(lacking):
    cells = lacking["cells"].copy()
    cells.loc[cells["network"] == FOCUS, "status"] = status.TRAINING_FAILED
    figure, panels = draw(NAME, lacking | {"cells": cells})
    assert_words_apart(figure)
    assert said(figure).count("missing") == 8 and "training failed" in said(figure)
    assert panels["a"].set_index("network").loc["object_trained", "percent"].isna().all()
