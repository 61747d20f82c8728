import math

import matplotlib
import pandas as pd
import pytest

from mien.figures import style


@style.journal
def _figure():
    figure = style.page(30)
    axes = figure.subplots()
    axes.plot([0, 1], [0, 1])
    axes.set_xlabel("x")
    return figure, {"a": pd.DataFrame({"x": [0, 1], "y": [0.1, 1 / 3]})}


def _paths(folder):
    return {name: folder / f"figure.{name}" for name in ("pdf", "svg", "png", "a")}


def test_save_writes_the_same_bytes_each_time_whatever_the_user_prefers(tmp_path):
    once, again = tmp_path / "once", tmp_path / "again"
    style.save(*_figure(), _paths(once))
    with matplotlib.rc_context({"font.size": 20, "svg.hashsalt": None, "savefig.dpi": 50}):
        style.save(*_figure(), _paths(again))
    for name in ("pdf", "svg", "png", "a"):
        assert (once / f"figure.{name}").read_bytes() == (again / f"figure.{name}").read_bytes()
    assert sorted(path.name for path in once.iterdir()) == ["figure.a", "figure.pdf", "figure.png", "figure.svg"]


def test_save_writes_the_numbers_of_a_panel(tmp_path):
    style.save(*_figure(), _paths(tmp_path))
    assert (tmp_path / "figure.a").read_text() == "x,y\n0,0.1\n1,0.333333\n"


def test_save_refuses_paths_that_are_not_the_panels(tmp_path):
    with pytest.raises(KeyError, match="'a'"):
        style.save(*_figure(), {name: tmp_path / name for name in ("pdf", "svg", "png", "b")})
    assert list(tmp_path.iterdir()) == []


def test_a_page_is_no_taller_than_a_journals():
    sizes = [style.page(height).get_size_inches() * 25.4 for height in (50, 500)]
    assert [size.tolist() for size in sizes] == [pytest.approx([180, 50]), pytest.approx([180, 240])]


def test_every_file_has_the_layout_of_the_first(tmp_path):
    figure, panels = _figure()
    style.save(figure, panels, _paths(tmp_path / "once"))
    before = figure.axes[0].get_position().bounds
    style.save(figure, panels, _paths(tmp_path / "again"))
    assert figure.axes[0].get_position().bounds == before


@pytest.mark.parametrize(
    ("value", "digits", "text"),
    [(0.684, 2, ".68"), (-0.11, 2, "−.11"), (1, 2, "1.00"), (0.999, 2, "1.00"), (-0.001, 2, ".00"), (0, 1, ".0"),
     (math.nan, 2, "–")],
)  # fmt: skip
def test_number_has_no_leading_zero(value, digits, text):
    assert style.number(value, digits) == text


def test_probability_of_several_tests_is_a_bound():
    assert style.probability(0.0004, largest=True) == "p < .001"
    assert style.probability(0.0123) == "p = .012"
    assert style.probability(0.0123, largest=True) == "p ≤ .012"


def test_colours_follow_the_order_and_leave_pixels_grey():
    assert style.colours(["a", "b"], ["pixels"]) == {"pixels": style.GREY, "a": "#0072B2", "b": "#D55E00"}


def test_colours_beyond_six_are_other_ones():
    assert len(set(style.colours(map(str, range(12))).values())) == 12


def test_shortened_keeps_both_ends():
    assert style.shortened("face trained", 20) == "face trained"
    short = style.shortened("features.7.2.block_of_many_words.relu", 20)
    assert len(short) == 20 and short.startswith("features") and short.endswith("words.relu")
