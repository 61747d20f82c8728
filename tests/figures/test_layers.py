"""Figure 6 on planted tables."""

import pytest

from mien.figures import layers, style
from tests.figures.drawing import COMPARE, FOCUS, MANY, VGG, assert_words_apart, draw, words


def said(figure) -> list[str]:
    return [text.get_text() for text in words(figure)]


@pytest.fixture(scope="module")
def drawn(tables, units_of, stimuli_of):
    return draw("layers", tables, units_of, stimuli_of)


def test_words_are_apart(drawn):
    assert_words_apart(drawn[0])
    assert "no selective units: untrained (seed 2)" in said(drawn[0])


def test_every_layer_and_seed_is_there_and_pixels_come_last(tables, drawn):
    _, panels = drawn
    cells = tables["cells"]
    assert len(panels["a"]) == len(cells) and panels["a"]["network"].iloc[-1] == "pixels"
    at = panels["a"].set_index(["network", "layer", "seed"]).loc[(FOCUS, "conv4_3", 1)]
    assert (at["percent"], at["null_high"]) == pytest.approx((100 * 40 / 2048, 100 * 24 / 2048))
    like = tables["similarity"]
    like = like[(like["network"] == FOCUS) & (like["layer"] == "conv4_3") & (like["seed"] == 1)]
    like = like[(like["set"] == "controlled") & (like["cells"] == "off_diagonal") & (like["statistic"] == "pearson")]
    row = panels["c"].set_index(["network", "layer", "seed", "group"]).loc[(FOCUS, "conv4_3", 1, "selective")]
    columns = ["value", "low", "high"]
    assert row[columns].tolist() == like.loc[like["group"] == "selective", columns].iloc[0].tolist()


def test_layers_come_in_the_order_of_the_network(tables):
    order = {FOCUS: VGG["layer"].tolist()}
    shuffled = tables["cells"].iloc[::-1]
    assert layers.placed(shuffled, [FOCUS], order)["layer"].unique().tolist() == ["conv4_3", "conv5_3"]
    assert layers.placed(shuffled, [FOCUS], {})["layer"].unique().tolist() == ["conv5_3", "conv4_3"]
    places = layers.placed(tables["cells"], COMPARE, order)
    assert places["seed"].tolist() == [0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 2, 0, 1, 2]
    assert places["x"].is_monotonic_increasing and places["x"].is_unique


def test_one_layer_of_each_of_twelve_networks_has_room(tables, with_another, units_of, stimuli_of):
    study = tables
    for name in MANY[4:]:
        study = with_another(study, "object_reared", name)
    study = study | {"cells": study["cells"][study["cells"]["layer"] != "conv4_3"]}
    figure, panels = draw("layers", study, units_of, stimuli_of, compare=[name for name in MANY if name != "pixels"])
    assert_words_apart(figure)
    assert panels["b"]["network"].nunique() == len(MANY)
    assert "object reared, conv5_3" in said(figure)


def test_missing_cells_and_failed_rearing_are_said(tables, without, units_of, stimuli_of):
    study = without(tables, "object_reared")
    cells = study["cells"].copy()
    cells.loc[cells["network"] == FOCUS, "status"] = "rearing failed: held-out accuracy 0.2 is below 0.8"
    figure, panels = draw("layers", study | {"cells": cells}, units_of, stimuli_of)
    assert_words_apart(figure)
    assert said(figure).count(style.MISSING) == 8 and "rearing failed" in said(figure)
    assert panels["a"].set_index("network").loc["object_reared", "percent"].isna().all()


def test_a_study_without_selective_units_says_so(empty_tables, units_of, stimuli_of):
    figure, _ = draw("layers", empty_tables, units_of, stimuli_of)
    assert style.NO_UNITS in said(figure)
