"""Every figure on planted tables: what it draws, what it says where there is nothing, and that no two words overlap."""

from functools import cache
from itertools import combinations

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.image import AxesImage
from matplotlib.text import Text

from mien.expressions import CONTINUA, EXPRESSIONS
from mien.figures import categorical, confusions, montage, networks, selectivity, style

COMPARE = ["face_reared", "object_reared", "untrained"]
FOCUS = ("face_reared", "conv5_3")
VGG = {"name": "vgg16", "width": 0.25, "input_size": 64, "classes": 32}


def draw(name, tables, units_of, stimuli_of, n_selective=40):
    """One of the four figures, or a montage."""
    t = tables
    if name == "selectivity":
        layers = selectivity.layers_of_network(VGG)
        return selectivity.draw(layers, units_of(n_selective), t["accuracy"], t["selection"], *FOCUS, 0, COMPARE)
    if name == "confusions":
        return confusions.draw(t["confusion"], t["similarity"], *FOCUS, COMPARE)
    if name == "categorical":
        fitted = (t["identification"], t["fits"], t["r2_means"], t["r2_tests"])
        return categorical.draw(stimuli_of("morphs"), *fitted, *FOCUS, COMPARE)
    if name == "networks":
        read = (t["accuracy"], t["confusion"], t["similarity"], t["identification"], t["fits"], t["r2_means"])
        return networks.draw(*read, COMPARE, "conv5_3")
    return montage.draw(stimuli_of(name), name)


@pytest.fixture(scope="module")
def drawn(tables, units_of, stimuli_of):
    """Draws a figure of the planted study, once."""
    return cache(lambda name: draw(name, tables, units_of, stimuli_of))


FIGURES = ("selectivity", "confusions", "categorical", "networks")
SHEETS = ("controlled", "morphs", "diet")


@style.journal
def words(figure) -> list[Text]:
    """All texts that are seen, laid out."""
    FigureCanvasAgg(figure).draw()
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip() and _on(text)]


def _on(text: Text) -> bool:
    """Whether a text is drawn: not of axes that are off, nor the label of a tick beyond the end of its axis."""
    axes = text.axes
    if axes is None:
        return True
    for axis, (low, high) in ((axes.xaxis, sorted(axes.get_xlim())), (axes.yaxis, sorted(axes.get_ylim()))):
        for tick in axis.get_major_ticks():
            if text is tick.label1:
                return axes.axison and low <= tick.get_loc() <= high
    return axes.axison or text in axes.texts


@pytest.mark.parametrize("name", [*FIGURES, *SHEETS])
def test_no_two_words_overlap_and_all_are_on_the_page(name, drawn):
    figure, _ = drawn(name)
    page = figure.bbox
    boxes = []
    for text in words(figure):
        box = text.get_window_extent()
        assert box.x0 >= page.x0 and box.x1 <= page.x1 and box.y0 >= page.y0 and box.y1 <= page.y1, text
        if text.get_rotation() % 90 == 0:  # the box about slanting words is wider than they are
            boxes.append((text, box.shrunk(0.96, 0.9)))
    for (one, a), (other, b) in combinations(boxes, 2):
        assert not a.overlaps(b), (one, other)


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
    layers = selectivity.layers_of_network(VGG).set_index("layer")
    assert layers.loc["conv5_3"].tolist() == [128, 4, 4]
    assert layers.loc["fc8"].tolist() == [32, 1, 1]
    assert layers.index[0] == "image" and not any(layers.index.str.startswith("pool"))


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
    assert list(panels) == list("abcdefg")
    assert [panels[panel]["observer"].iloc[0] for panel in "bcde"] == ["human", *COMPARE]
    assert panels["e"]["seeds"].unique().tolist() == [2]
    assert set(panels["a"]["network"]) == {*COMPARE, "pixels"}
    assert "no selective units: untrained (seed 2)" in [text.get_text() for text in words(figure)]


def test_networks_copes_with_two_networks(tables, units_of, stimuli_of):
    read = [tables[name] for name in ("accuracy", "confusion", "similarity", "identification", "fits", "r2_means")]
    _, panels = networks.draw(*read, COMPARE[:2], "conv5_3")
    assert list(panels) == list("abcdef")


def test_montage_puts_each_picture_under_its_name(stimuli_of):
    figure, panels = montage.draw(stimuli_of("controlled"), "controlled")
    placed = panels["a"]
    assert placed["column"].unique().tolist() == list(EXPRESSIONS)
    assert (placed["stimulus"] == placed["row"] + "_" + placed["column"]).all()
    assert len(figure.findobj(AxesImage)) == len(placed) == 8 * 6
    assert any("8 of 24 identities" in text.get_text() for text in figure.texts)
