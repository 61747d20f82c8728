import math
import subprocess
import sys
from pathlib import Path

import matplotlib
import pandas as pd
import pytest

from mien.figures import style


@style.journal
def _figure():
    figure = style.page(30)
    axes = style.place(figure, 20, 5, 100, 15)
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


def test_place_is_in_millimetres_from_the_corner():
    figure = style.page(50)
    box = style.place(figure, 18, 5, 90, 25).get_position()
    assert (box.x0, box.x1) == pytest.approx((0.1, 0.6))
    assert (box.y1, box.y0) == pytest.approx((0.9, 0.4))


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


def test_wrapped_lines_fit_whatever_the_words():
    text = "encoder.layers.encoder_layer_11.self_attention.out_proj of a network"
    lines = style.wrapped(text, 20).split("\n")
    assert max(map(style.width_of, lines)) <= 20
    assert "".join(lines).replace(" ", "") == text.replace(" ", "")
    assert style.wrapped("face reared", 20) == "face reared"
    assert style.wrapped("", 20) == ""


def test_shortened_keeps_what_fits():
    assert style.shortened("face reared", 20) == "face reared"
    short = style.shortened("face reared by contrast", 20)
    assert short.endswith("…") and "face reared by contrast".startswith(short[:-1]) and style.width_of(short) <= 21


def test_a_page_is_taller_by_the_lines_of_its_note():
    heights = [style.page(50, note).get_size_inches()[1] * style.MILLIMETRES for note in ("", "a", "many words " * 20)]
    assert heights == pytest.approx([50, 52.8, 55.6])


def test_figures_import_no_torch():
    folder = Path(style.__file__).parent
    names = ", ".join(path.stem for path in sorted(folder.glob("*.py")) if path.stem != "__init__")
    code = f"import sys; from mien.figures import {names}; print('torch' in sys.modules, 'pyplot' in str(sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, text=True).stdout.split()[0] == "False"
