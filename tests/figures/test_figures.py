"""Every figure on planted tables: no two words overlap, and it says what it lacks."""

import importlib
import inspect
import re
import subprocess
import sys

import pytest

from mien import status
from mien.expressions import EXPRESSIONS
from mien.figures import style
from mien.figures.catalogue import catalogue, figures_of
from tests.helpers.drawing import COMPARE, FIGURES, MANY, assert_words_apart, draw, said, words
from tests.helpers.planted.cells import units_table
from tests.helpers.planted.tables import study

NO_UNITS = status.words(status.NO_UNITS)


@pytest.mark.parametrize("name", catalogue())
def test_a_figure_says_what_it_reads_and_is_told_no_more_than_it_and_its_caption_use(project, name):
    entry, module = catalogue()[name], importlib.import_module(f"mien.figures.{name}")
    assert entry == tuple(getattr(module, field) for field in entry._fields) and callable(module.draw)
    caption = (project / f"workflow/report/{name}.rst").read_text()
    used = re.findall(r"chosen\[[\"'](\w+)", inspect.getsource(module))
    assert {*used, *re.findall(r"snakemake\.params\.(\w+)", caption)} == set(entry.CHOSEN)


def test_a_study_has_the_figures_that_its_sets_allow():
    every, (localizer, morphs) = set(catalogue()), (set(figures_of(sets)) for sets in (["localizer"], ["morphs"]))
    assert "fig7_sensitivity" in localizer and "fig4_networks" not in localizer | morphs
    assert morphs - localizer == {name for name, entry in catalogue().items() if entry.SETS == ("morphs",)}
    assert "fig8_discrimination" in morphs - localizer
    assert every - set(figures_of(["controlled", "wild", "morphs"])) == {"montage", "rejected"}


def test_figures_stand_in_the_order_of_their_numbers():
    *numbered, _, _, _ = catalogue().items()
    for number, (name, entry) in enumerate(numbered, 1):
        assert name.startswith(f"fig{number}_") and entry.REPORT[1].startswith(f"{number} ")


def test_the_catalogue_is_light_and_no_figure_imports_torch():
    code = "import sys; from mien.figures import {}; print({} & set(sys.modules))"
    for names, heavy in (
        ("catalogue", {"matplotlib", "seaborn", "pandas", "numpy"}),
        (", ".join(catalogue()), {"torch"}),
    ):
        done = subprocess.run([sys.executable, "-c", code.format(names, heavy)], capture_output=True, text=True)
        assert done.stdout == "set()\n", done.stderr


@pytest.mark.parametrize("name", FIGURES)
def test_words_are_apart_and_panels_are_those_announced(name, drawn):
    figure, panels = drawn(name)
    assert_words_apart(figure)
    assert list(panels) == list(catalogue()[name].PANELS)


@pytest.mark.parametrize("name", [f"fig{name}" for name in ("1_selectivity", "2_confusions", "4_networks", "5_axes")])
def test_a_study_of_seven_expressions_says_its_chance_and_over_how_many_people_are_compared(name, tables):
    units = units_table(40).assign(tuning_neutral=0.1)
    figure, panels = draw(name, tables | {"units": units}, expressions=[*EXPRESSIONS[::-1], "neutral"])
    assert_words_apart(figure)
    every = said(figure)
    if name == "fig2_confusions":
        assert "all 36 entries" in every and "30 off-diagonal entries" in every
        assert panels["b"]["true_expression"].unique().tolist() == [*EXPRESSIONS[::-1], "neutral"]
        neutral = (panels["b"][["true_expression", "response_expression"]] == "neutral").any(axis=1)
        assert (panels["b"]["proportion"].isna() == neutral).all() and len(panels["b"]) == 49
    else:
        assert "chance, 1/7" in every
    if name == "fig1_selectivity":
        assert "neutral (0)" in every


@pytest.mark.parametrize("name", FIGURES)
def test_a_study_without_selective_units_says_so(name, empty_tables):
    figure, panels = draw(name, empty_tables)
    assert_words_apart(figure)
    assert any(NO_UNITS in text for text in said(figure))
    assert all(len(frame.columns) for frame in panels.values())


@pytest.mark.parametrize("name", FIGURES)
def test_a_network_alone_has_every_figure(name, tables):
    others = ["object_trained", "untrained", "pixels"]
    named = ("network", "network_a", "network_b", "observer")
    alone = {
        table: frame[~frame[[column for column in frame if column in named]].isin(others).any(axis=1)]
        for table, frame in tables.items()
    }
    figure, panels = draw(name, alone, compare=["face_trained"], layers={"face_trained": "conv5_3"})
    assert_words_apart(figure)
    assert any(len(panel) for panel in panels.values())


@pytest.mark.parametrize("name", ["fig1_selectivity", "fig4_networks", "fig5_axes", "fig7_sensitivity"])
def test_missing_cells_are_named(name):
    missing = frozenset({("object_trained", 0), ("object_trained", 1), ("untrained", 1)})
    figure, _ = draw(name, study(missing=missing))
    assert_words_apart(figure)
    every = " ".join(said(figure))
    assert "missing: object trained (seeds 0, 1); untrained (seed 1)" in every


@pytest.mark.parametrize(
    "name", [name for name in FIGURES if name not in ("fig10_unit_counts", "fig3_categorical", "fig7_sensitivity")]
)
def test_a_figure_with_controls_beside_no_selective_units_says_how_many_they_are(name):
    figure, _ = draw(name, study(empty=frozenset({("face_trained", 1)}), controls=80))
    assert_words_apart(figure)
    every = " ".join(said(figure))
    assert "no selective units, controls of 80 units" in every and "face trained (seed 1)" in every


@pytest.mark.parametrize(
    ("name", "n"),
    [("fig4_networks", 2), ("fig4_networks", 6)]
    + [(f"fig{name}", 12) for name in ("1_selectivity", "5_axes", "6_layers", "7_sensitivity", "8_discrimination")],
)
def test_any_number_of_networks_has_room(name, n, many):
    tables, layers = many
    compare = MANY[-n:]
    figure, panels = draw(name, tables, compare=compare, layers=layers)
    assert_words_apart(figure)
    last = panels[{"fig1_selectivity": "d", "fig7_sensitivity": "a"}.get(name, "c")]
    assert set(compare) <= set(last["network"])


def test_pixels_and_one_untrained_network_fill_every_figure_of_networks(tables):
    compare, layers = ["pixels", "untrained"], {"pixels": "image", "untrained": "conv5_3"}
    for name in ("fig4_networks", "fig5_axes", "fig7_sensitivity"):
        figure, panels = draw(name, tables, compare=compare, layers=layers)
        assert_words_apart(figure)
        assert set(panels["a"].dropna()["network"]) == set(compare)
        assert not any("conv5_3" in text for text in said(figure))


@pytest.mark.parametrize("name", ["fig3_categorical", "fig4_networks"])
def test_the_same_tables_give_the_same_bytes(name, tables, tmp_path):
    for folder in ("once", "again"):
        figure, panels = draw(name, {table: frame.copy() for table, frame in tables.items()})
        style.save(figure, panels, {key: tmp_path / folder / key for key in ("pdf", "svg", *panels, "png")})
    for path in (tmp_path / "once").iterdir():
        assert path.read_bytes() == (tmp_path / "again" / path.name).read_bytes(), path.name


def test_a_network_has_the_same_colour_in_every_figure(drawn):
    for name in ("fig4_networks", "fig6_layers"):
        inks = {text.get_text(): text.get_color() for text in words(drawn(name)[0])}
        assert [inks[style.plain(network)] for network in COMPARE] == list(style.PALETTE[:3])
        assert inks["pixels"] == style.GREY
