"""Figure 6 on planted tables."""

import numpy as np
import pytest

from mien.figures import fig6_layers, style
from tests.helpers.drawing import COMPARE, FOCUS, MANY, VGG, assert_words_apart, draw, words


def said(figure) -> list[str]:
    return [text.get_text() for text in words(figure)]


@pytest.fixture(scope="module")
def drawn(tables, units_of, stimuli_of):
    return draw("layers", tables, units_of, stimuli_of)


def test_words_are_apart(drawn):
    assert_words_apart(drawn[0])
    assert "no selective units: untrained (seed 2)" in said(drawn[0])


def test_the_note_sees_every_layer(tables, units_of, stimuli_of):
    cells = tables["cells"].copy()
    first = (cells["network"] == FOCUS) & (cells["layer"] == "conv4_3") & (cells["seed"] == 1)
    cells.loc[first, "status"] = "training_failed"
    figure, _ = draw("layers", tables | {"cells": cells}, units_of, stimuli_of)
    note = "no selective units: untrained (seed 2). training failed: face reared, conv4_3 (seed 1)"
    assert note in said(figure)


def test_the_share_of_the_units_that_vary_stands_beside_that_of_all(tables, drawn, units_of, stimuli_of):
    def diamonds(figure):
        of_varying = [points for points in figure.axes[0].collections if points.get_facecolor().size == 0]
        return [y for points in of_varying for _, y in points.get_offsets() if not np.ma.is_masked(y)]

    assert sorted(diamonds(drawn[0])) == pytest.approx(sorted(100 * tables["selection"]["share_of_varying"]))
    assert "A: % of the units that vary" in said(drawn[0])
    every = tables["selection"].assign(n_varying=2048, share_of_varying=tables["selection"]["share_of_all"])
    figure, _ = draw("layers", tables | {"selection": every}, units_of, stimuli_of)
    assert diamonds(figure) == [] and "A: % of the units that vary" not in said(figure)


def test_every_layer_and_seed_is_there_and_pixels_come_last(tables, drawn):
    _, panels = drawn
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
    order = {FOCUS: VGG["layer"].tolist()}
    shuffled = tables["cells"].iloc[::-1]
    assert fig6_layers.placed(shuffled, [FOCUS], order)["layer"].unique().tolist() == ["conv4_3", "conv5_3"]
    assert fig6_layers.placed(shuffled, [FOCUS], {})["layer"].unique().tolist() == ["conv5_3", "conv4_3"]
    places = fig6_layers.placed(tables["cells"], COMPARE, order)
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
    cells.loc[cells["network"] == FOCUS, "status"] = "training_failed"
    figure, panels = draw("layers", study | {"cells": cells}, units_of, stimuli_of)
    assert_words_apart(figure)
    assert said(figure).count(style.MISSING) == 8 and "training failed" in said(figure)
    assert panels["a"].set_index("network").loc["object_reared", "percent"].isna().all()


def test_a_study_without_selective_units_says_so(empty_tables, units_of, stimuli_of):
    figure, _ = draw("layers", empty_tables, units_of, stimuli_of)
    assert style.NO_UNITS in said(figure)
