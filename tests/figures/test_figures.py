"""Every figure on planted tables: what it draws, what it says where there is nothing, and that no two words overlap."""

from functools import cache

import numpy as np
import pandas as pd
import pytest
from matplotlib.colors import to_hex
from matplotlib.image import AxesImage
from matplotlib.markers import MarkerStyle

from mien.expressions import CONTINUA, EXPRESSIONS
from mien.figures import fig1_selectivity, montage, style
from mien.networks.readout.layers import layer_table
from mien.stimuli.pictures import encode_png
from tests.helpers.drawing import COMPARE, DEEP, LONG, MANY, VGG, assert_words_apart, draw, words


@pytest.fixture(scope="module")
def drawn(tables, units_of, stimuli_of):
    """Draws a figure of the planted study, once."""
    return cache(lambda name: draw(name, tables, units_of, stimuli_of))


FIGURES = ("selectivity", "confusions", "categorical", "networks", "axes")
SHEETS = ("controlled", "morphs", "diet")


@pytest.mark.parametrize("name", [*FIGURES, *SHEETS])
def test_no_two_words_overlap_and_all_are_on_the_page(name, drawn):
    figure, _ = drawn(name)
    assert_words_apart(figure)


@pytest.mark.parametrize("name", FIGURES)
def test_a_study_without_selective_units_says_so(name, empty_tables, units_of, stimuli_of):
    figure, panels = draw(name, empty_tables, units_of, stimuli_of, n_selective=0)
    assert any(text.get_text().replace("\n", " ") == style.NO_UNITS for text in words(figure))
    assert all(len(frame.columns) for frame in panels.values())


@pytest.mark.parametrize("name", FIGURES)
def test_words_stay_on_the_page_without_units(name, empty_tables, units_of, stimuli_of):
    figure, _ = draw(name, empty_tables, units_of, stimuli_of, n_selective=0)
    for text in words(figure):
        box = text.get_window_extent()
        assert figure.bbox.x0 <= box.x0 and box.x1 <= figure.bbox.x1, text


@pytest.mark.parametrize("name", ["categorical", "morphs"])
def test_the_same_tables_give_the_same_bytes(name, tables, units_of, stimuli_of, tmp_path):
    for folder in ("once", "again"):
        figure, panels = draw(name, tables, units_of, stimuli_of)
        style.save(figure, panels, {key: tmp_path / folder / key for key in ("pdf", "svg", *panels, "png")})
    for path in (tmp_path / "once").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_selectivity_sorts_units_by_preferred_expression_and_tuning(drawn):
    _, panels = drawn("selectivity")
    columns = panels["b"].drop_duplicates("column")
    order = [EXPRESSIONS.index(expression) for expression in columns["preferred"]]
    assert order == sorted(order) and len(order) == 40
    best = panels["b"].groupby("column")["tuning"].max().to_numpy()
    same = np.diff(order) == 0
    assert (np.diff(best)[same] <= 0).all()


def test_selectivity_gives_the_layers_with_their_sizes():
    blocks = fig1_selectivity.drawn_blocks(VGG, "conv5_3").set_index("layer")
    assert blocks.index.tolist() == [name for name in VGG["layer"] if not name.startswith("pool")]
    assert blocks.loc["image"].tolist() == [3, 64, 64, True]
    assert blocks.loc["conv5_3"].tolist() == [128, 4, 4, True]
    assert blocks.loc["fc8"].tolist() == [32, 1, 1, True]
    assert fig1_selectivity.drawn_blocks(VGG, "pool3")["layer"].tolist().count("pool3") == 1


def test_selectivity_thins_a_network_of_many_nodes_but_not_the_layer_drawn():
    layer = "features.7.2.block_of_many_words.relu"
    blocks = fig1_selectivity.drawn_blocks(DEEP, layer)
    assert len(blocks) == 20 and layer in set(blocks["layer"])
    assert blocks["layer"].iloc[0] == DEEP["layer"].iloc[0] and not blocks.duplicated("layer").any()
    others = blocks[blocks["layer"] != layer]
    assert not others.duplicated(["channels", "rows", "columns"]).any()


BRANCHED = {"shufflenet_v2_x0_5": "stage3.1.branch2.5", "mobilenet_v3_small": "features.11.block.2.fc1"}


@pytest.mark.parametrize("name, branch", BRANCHED.items())
def test_selectivity_draws_no_branches_as_a_chain(name, branch):
    nodes = layer_table({"name": name, "input_size": 64, "classes": 5})
    last = nodes["layer"].iloc[-1]
    blocks = fig1_selectivity.drawn_blocks(nodes, last)
    assert blocks["trunk"].all() and len(blocks) > 5
    assert (blocks["rows"].diff().dropna() <= 0).all()  # of these networks no layer has more places than one before it
    assert not blocks["layer"].isin(["stage2", "stage2.0", "features", "features.1"]).any()  # modules are drawn once
    named = fig1_selectivity.drawn_blocks(nodes, branch)
    assert named[~named["trunk"]]["layer"].tolist() == [branch]
    _, words, _ = fig1_selectivity._in_groups(named, branch)
    assert f"{branch} (branch)" in words


def test_selectivity_puts_the_image_before_a_network_once():
    assert fig1_selectivity.after_image(VGG, 64)["layer"].tolist().count("image") == 1


def test_confusions_average_over_seeds_and_leave_people_as_published(tables, drawn):
    _, panels = drawn("confusions")
    table = tables["confusion"]
    chosen = table[(table["set"] == "controlled") & (table["true_expression"] == "fear")]
    chosen = chosen[chosen["response_expression"] == "surprise"]
    of_network = chosen[(chosen["observer"] == "face_reared") & (chosen["layer"] == "conv5_3")]
    expected = {
        "a": of_network.loc[of_network["group"] == "selective", "proportion"].mean(),
        "b": chosen.loc[chosen["observer"] == "human", "proportion"].item(),
    }
    for panel, value in expected.items():
        cell = panels[panel].set_index(["true_expression", "response_expression"]).loc[("fear", "surprise")]
        assert cell["proportion"] == value
    assert panels["a"]["seeds"].unique().tolist() == [2]


def test_categorical_draws_every_continuum_and_seed(drawn):
    figure, panels = drawn("categorical")
    assert panels["b"].groupby(["continuum", "seed"]).ngroups == len(CONTINUA) * 2
    assert panels["a"]["level"].tolist() == pytest.approx([0.05, 0.2, 0.4, 0.6, 0.8, 0.95])
    said = [text.get_text() for text in words(figure)]
    assert "95 %" in said and "100 %" not in said


def test_categorical_tells_a_curve_without_a_fit_from_a_cell_without_units(tables, units_of, stimuli_of):
    fits = tables["fits"].assign(p0=np.nan, p1=np.nan, p2=np.nan, p3=np.nan, r2=np.nan)
    means = tables["r2_means"].assign(mean=np.nan, sem=np.nan, n=0)
    unfitted = tables | {"fits": fits, "r2_means": means}
    figure, _ = draw("categorical", unfitted, units_of, stimuli_of)
    said = [text.get_text() for text in words(figure)]
    assert said.count("no fit: seeds 0, 1") == len(CONTINUA)
    assert "no curve could be fitted" in said and style.NO_UNITS not in said


def test_an_axis_that_does_not_begin_at_zero_says_so(drawn):
    figure, _ = drawn("categorical")
    axes = [axes for axes in figure.axes if axes.get_ylabel() == "R²"]
    assert len(axes) == 2
    for one in axes:
        begin = one.get_ylim()[0]
        assert begin > 0
        assert any(text.get_text() == f"axis begins at {style.number(begin)}" for text in one.texts)


def test_networks_draws_a_matrix_of_each_and_leaves_out_the_seed_without_units(drawn):
    figure, panels = drawn("networks")
    assert list(panels) == list("abcdefghi")
    assert [panels[panel]["observer"].iloc[0] for panel in "bcde"] == ["human", *COMPARE]
    assert panels["e"]["seeds"].unique().tolist() == [2]
    assert set(panels["a"]["network"]) == {*COMPARE, "pixels"}
    assert "no selective units: untrained (seed 2)" in [text.get_text() for text in words(figure)]


@pytest.fixture(scope="module")
def many(tables, with_another):
    """A study of twelve networks, at their own layers."""
    study = tables
    for name in MANY[4:]:
        study = with_another(study, "object_reared", name)
    layers = {name: "conv4_3" if name == LONG else "conv5_3" for name in MANY}
    return study, layers | {"pixels": "image"}


@pytest.mark.parametrize("n", [2, 5, pytest.param(12, marks=pytest.mark.slow)])
def test_networks_and_axes_cope_with_any_number_of_networks(n, many, units_of, stimuli_of):
    study, layers = many
    compare = MANY[-n:] if n < 12 else MANY
    figure, panels = draw("networks", study, units_of, stimuli_of, compare=compare, layers=layers)
    assert list(panels) == [chr(ord("a") + place) for place in range(n + 6)]
    assert_words_apart(figure)
    figure, panels = draw("axes", study, units_of, stimuli_of, compare=compare, layers=layers)
    assert panels["b"]["network"].unique().tolist() == compare
    assert_words_apart(figure)


def test_pixels_and_one_untrained_network_fill_every_figure_of_networks(tables, units_of, stimuli_of):
    compare, layers = ["pixels", "untrained"], {"pixels": "image", "untrained": "conv5_3"}
    for name in ("networks", "axes"):
        figure, panels = draw(name, tables, units_of, stimuli_of, compare=compare, layers=layers)
        assert_words_apart(figure)
        assert set(panels["a"].dropna()["network"]) == set(compare)
        assert not any("conv5_3" in text.get_text() for text in words(figure))


@pytest.fixture(scope="module")
def alone(tables):
    """The tables of a study of one network, with nothing to compare it with."""
    return {
        name: table[~table[[c for c in table if c in ("network", "network_a", "network_b", "observer")]]
                    .isin(["object_reared", "untrained", "pixels"]).any(axis=1)]
        for name, table in tables.items()
    }  # fmt: skip


@pytest.mark.parametrize("name", ["selectivity", "confusions", "categorical", "networks", "axes", "layers",
                                  "sensitivity", "discrimination"])  # fmt: skip
def test_a_network_alone_has_every_figure(name, alone, units_of, stimuli_of):
    figure, panels = draw(name, alone, units_of, stimuli_of, compare=["face_reared"], layers={"face_reared": "conv5_3"})
    assert_words_apart(figure)
    assert any(len(panel) for panel in panels.values())


def test_selectivity_has_room_for_twelve_networks_and_many_nodes(many, units_of, stimuli_of):
    study, layers = many
    layer = "features.7.2.block_of_many_words.relu"
    study = {name: table.replace({"conv5_3": layer}) for name, table in study.items()}
    layers = {name: layer if at == "conv5_3" else at for name, at in layers.items()}
    figure, panels = draw("selectivity", study, units_of, stimuli_of, compare=MANY, layers=layers, nodes=DEEP)
    assert_words_apart(figure)
    assert panels["d"]["network"].unique().tolist() == MANY


@pytest.mark.parametrize("name", ["selectivity", "networks", "axes"])
def test_missing_cells_are_named(name, tables, without, units_of, stimuli_of):
    study = without(without(tables, "object_reared"), "untrained", [1])
    figure, panels = draw(name, study, units_of, stimuli_of)
    said = " ".join(text.get_text().replace("\n", " ") for text in words(figure))
    assert_words_apart(figure)
    if name == "axes":
        assert "missing: networks/0.safetensors is not finished (seed 1)" in said
        assert [text.get_text() for text in words(figure)].count("missing") == 4
        assert panels["c"].set_index("network").loc["object_reared", "value"].isna().all()
    else:
        assert "missing: object reared (seeds 0, 1); untrained (seed 1)" in said


def test_axes_draws_what_the_tables_hold(tables, drawn):
    _, panels = drawn("axes")
    at = {"network": "face_reared", "layer": "conv5_3", "seed": 1}

    def rows(table, **where):
        frame = tables[table]
        for column, value in {**at, **where}.items():
            frame = frame[frame[column] == value]
        return frame

    drawn_ = {
        name: panel[(panel["network"] == "face_reared") & (panel["seed"] == 1)].set_index("group")
        for name, panel in panels.items()
    }
    assert drawn_["a"].at["selective", "percent"] == pytest.approx(100 * 40 / 2048)
    assert drawn_["a"].at["selective", "percent_of_varying"] == pytest.approx(100 * 40 / 1348)
    assert drawn_["a"].at["selective", "null_high"] == pytest.approx(100 * 24 / 2048)
    random = rows("accuracy", set="controlled", group="random", labels="true")
    assert drawn_["b"].at["random", "accuracy"] == pytest.approx(random["correct"].sum() / random["n"].sum())
    alike = rows("similarity", set="controlled", group="selective", statistic="pearson", cells="off_diagonal")
    assert drawn_["c"].at["selective", "value"] == alike["value"].item()
    tests = rows("r2_tests", group="random", fit_a="hill", fit_b="linear")
    assert drawn_["d"].at["random", "mean_difference"] == pytest.approx(tests["mean_difference"].mean())


@pytest.mark.parametrize("name", ["selectivity", "axes"])
def test_the_share_of_the_units_that_vary_stands_beside_that_of_all(name, tables, drawn, units_of, stimuli_of):
    place, axis = {"selectivity": (4, 1), "axes": (0, 0)}[name]

    def diamonds(figure):
        hollow = [points for points in figure.axes[place].collections if points.get_facecolor().size == 0]
        return [value[axis] for points in hollow for value in points.get_offsets() if not np.ma.is_masked(value[axis])]

    figure, _ = drawn(name)
    shares = tables["selection"].query("layer == 'conv5_3'")["share_of_varying"]
    assert sorted(diamonds(figure)) == pytest.approx(sorted(100 * shares))
    assert any(text.get_text().endswith(("units that vary", "of varying units")) for text in words(figure))
    every = tables["selection"].assign(n_varying=2048, share_of_varying=tables["selection"]["share_of_all"])
    figure, _ = draw(name, tables | {"selection": every}, units_of, stimuli_of)
    assert diamonds(figure) == []
    assert not any(text.get_text().endswith(("units that vary", "of varying units")) for text in words(figure))


@pytest.mark.parametrize("name", ["selectivity", "confusions", "networks", "axes", "layers", "discrimination"])
def test_a_figure_with_controls_beside_no_selective_units_says_how_many_they_are(
    name, units_of, stimuli_of, controlled
):
    figure, _ = draw(name, controlled({("face_reared", 1)}, 80), units_of, stimuli_of)
    assert_words_apart(figure)
    said = " ".join(text.get_text().replace("\n", " ") for text in words(figure))
    place = "face reared (seed 1)" if name != "axes" else "(seed 1)"
    assert "no selective units, controls of 80 units" in said and place in said


def test_a_seed_has_the_same_marker_in_the_legend_as_in_the_curves(units_of, stimuli_of, controlled):
    figure, _ = draw("categorical", controlled({("face_reared", 0)}, 80), units_of, stimuli_of)
    legend = next(axes.get_legend() for axes in figure.axes if axes.get_legend())
    named = {handle.get_label(): handle.get_marker() for handle in legend.legend_handles}
    assert [label for label in named if label.startswith("seed")] == ["seed 1"]
    shown = MarkerStyle(named["seed 1"])
    expected = shown.get_path().transformed(shown.get_transform()).vertices
    curves = [axes for axes in figure.axes if "→" in axes.get_title()]
    assert len(curves) == len(CONTINUA)
    for axes in curves:
        assert [points.get_paths()[0].vertices.tolist() for points in axes.collections] == [expected.tolist()]


def test_axes_says_how_each_network_was_made_and_marks_failed_rearing(tables, units_of, stimuli_of):
    cells = tables["cells"].copy()
    failed = (cells["network"] == "object_reared") & (cells["seed"] == 1)
    cells.loc[failed, "heldout_score"] = 0.2
    cells.loc[failed, "status"] = "training_failed"
    figure, panels = draw("axes", tables | {"cells": cells}, units_of, stimuli_of)
    said = [text.get_text().replace("\n", " ") for text in words(figure)]
    assert "trained; held-out accuracy .90, .90" in said
    assert "trained; held-out accuracy .90, .20 training failed (seed 1)" in said
    assert "initialised no selective units (seed 2)" in said
    crosses = [
        (points.get_offsets()[:, 0].tolist(), to_hex(points.get_edgecolor()[0]).upper())
        for points in figure.axes[1].collections
        if len(points.get_offsets()) and len(points.get_paths()[0].vertices) == 4
    ]
    of_failed = panels["b"][panels["b"]["status"].eq("training_failed") & (panels["b"]["group"] == "selective")]
    assert crosses == [(of_failed["accuracy"].tolist(), style.GREY)]


def test_montage_of_pictures_that_are_identities_of_their_own_has_some_of_each_expression(stimuli_of):
    stimuli = stimuli_of("controlled")
    stimuli["identity"] = [f"a/{place}.jpg" for place in range(len(stimuli))]
    placed = montage.draw(stimuli, "wild")[1]["a"]
    shown = stimuli.set_index("stimulus").loc[placed["stimulus"], "expression"]
    assert shown.tolist() == placed["column"].tolist() and set(shown) == set(EXPRESSIONS)
    assert placed["row"].iloc[0] == "picture 1" and placed["row"].value_counts().eq(6).all()


def test_montage_puts_each_picture_under_its_name(stimuli_of):
    figure, panels = montage.draw(stimuli_of("controlled"), "controlled")
    placed = panels["a"]
    assert placed["column"].unique().tolist() == list(EXPRESSIONS)
    assert (placed["stimulus"] == placed["row"] + "_" + placed["column"]).all()
    assert len(figure.findobj(AxesImage)) == len(placed) == 8 * 6
    assert any("8 of 24 identities" in text.get_text() for text in figure.texts)


def rejections(counts: dict[str, int]) -> pd.DataFrame:
    rows = [(f"folder/{reason} {k}.jpg", reason) for reason, n in counts.items() for k in range(n)]
    shapes = [((30, 40), (40, 30), (32, 32))[k % 3] for k in range(len(rows))]
    images = [None if reason == "empty file" else encode_png(np.full(shape, 90, np.uint8))
              for (_, reason), shape in zip(rows, shapes, strict=True)]  # fmt: skip
    return pd.DataFrame(rows, columns=["file", "reason"]).assign(image=pd.Series(images, dtype=object))


def test_rejected_pictures_are_shown_by_reason_with_their_names():
    counts = {"two faces": 23, "empty file": 2, "landmarks outside the picture": 1}
    figure, panels = montage.rejected(rejections(counts), "localizer")
    assert_words_apart(figure)
    said = [text.get_text().replace("\n", " ") for text in words(figure)]
    assert "localizer: 26 pictures rejected" in said and "two faces: 7 of 23 shown" in said
    assert "landmarks outside the picture: 1 shown" in said and said.count("no picture") == 2
    assert len(figure.findobj(AxesImage)) == 7 + 1 and "empty file 0.jpg" in said
    assert panels["a"]["row"].value_counts().to_dict() == {"two faces": 7} | {r: counts[r] for r in list(counts)[1:]}


@pytest.mark.parametrize("n", [0, 16])
def test_no_rejected_picture_and_many_reasons_fit_a_page(n):
    figure, panels = montage.rejected(rejections({f"reason number {k}": 9 for k in range(n)}), "wild")
    assert_words_apart(figure)
    assert figure.get_figheight() * 25.4 <= 240 and len(panels["a"]) == 7 * n
    assert {"row", "column", "file"} == set(panels["a"])
