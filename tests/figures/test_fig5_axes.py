"""Figure 5 on planted tables."""

import pytest
from matplotlib.colors import to_hex

from mien import status
from mien.figures import style
from tests.helpers.drawing import draw, said
from tests.helpers.reading import diamonds

NAME = "fig5_axes"


def test_panels_hold_what_the_tables_do(tables, drawn):
    _, panels = drawn(NAME)
    at = {"network": "face_trained", "layer": "conv5_3", "seed": 1}

    def rows(table, **where):
        frame = tables[table]
        for column, value in {**at, **where}.items():
            frame = frame[frame[column] == value]
        return frame

    found = {
        name: panel.query("network == 'face_trained' and seed == 1").set_index("group")
        for name, panel in panels.items()
    }
    assert found["a"].at["selective", "percent"] == pytest.approx(100 * 40 / 2048)
    assert found["a"].at["selective", "percent_of_varying"] == pytest.approx(100 * 40 / 1348)
    assert found["a"].at["selective", "null_high"] == pytest.approx(100 * 24 / 2048)
    random = rows("accuracy", set="controlled", group="random", labels="true")
    assert found["b"].at["random", "accuracy"] == pytest.approx(random["correct"].sum() / random["n"].sum())
    alike = rows("similarity", set="controlled", group="selective", statistic="pearson", entries="off_diagonal")
    assert found["c"].at["selective", "value"] == alike["value"].item()
    tests = rows("r2_tests", group="random", fit_a="hill", fit_b="linear")
    assert found["d"].at["random", "mean_difference"] == pytest.approx(tests["mean_difference"].mean())


def test_the_share_of_the_units_that_vary_stands_beside_that_of_all(tables, drawn):
    shares = tables["selection"].query("layer == 'conv5_3'")["share_of_varying"]
    assert diamonds(drawn(NAME)[0].axes[0], 0) == pytest.approx(sorted(100 * shares))


def test_it_says_how_each_network_was_made_and_marks_failed_training(tables):
    cells = tables["cells"].copy()
    failed = (cells["network"] == "object_trained") & (cells["seed"] == 1)
    cells.loc[failed, ["heldout_score", "status"]] = [0.2, status.TRAINING_FAILED]
    figure, panels = draw(NAME, tables | {"cells": cells})
    every = said(figure)
    assert "face trained: trained here, held-out accuracy .90, .90" in every
    assert "object trained: trained here, held-out accuracy .90, .20" in every
    assert "untrained: initialised, not trained" in every
    note = "no selective units: untrained (seed 2). training failed: object trained (seed 1)"
    assert note in every and "training failed" in every
    crosses = [
        points.get_offsets()[:, 0].tolist()
        for points in figure.axes[1].collections
        if len(points.get_offsets()) and len(points.get_paths()[0].vertices) == 4
        and to_hex(points.get_edgecolor()[0]).upper() == style.GREY
    ]  # fmt: skip
    of_failed = panels["b"].query("status == @status.TRAINING_FAILED and group != 'random'")
    assert crosses == [of_failed["accuracy"].tolist()]


def test_a_missing_network_is_said_in_every_panel(lacking):
    figure, panels = draw(NAME, lacking)
    assert said(figure).count("missing") == 4
    assert panels["c"].set_index("network").loc["object_trained", "value"].isna().all()
