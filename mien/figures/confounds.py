"""What could pass for expression: luminance, contrast and spatial frequencies, by expression and by level of morphs.

A colour is a set here.
"""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mien.expressions import EXPRESSIONS
from mien.figures import style

_ACROSS, _LEFT, _STEP, _WIDE, _HIGH = 3, 14.0, 57.0, 48.0, 19.0  # panels in a row; mm
_LINE = 2.5  # mm, a set's test above a panel
_MARKS = "osD^v"
#: What each measure is called, and how much of it an axis spans at least, so that no axis makes much of nothing.
_WORDS = {"luminance": ("luminance, grey levels", 1), "contrast": ("contrast, grey levels", 1),
          "area": ("area, share of the picture", 0.02)}  # fmt: skip


@style.journal
def draw(confounds: pd.DataFrame) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in it: panel `a` by expression and, of morphs, `b` by level.

    Args:
        confounds: the study's table, of its sets in order.
    """
    of_morphs = confounds["level"].notna()
    colours = style.colours(confounds["set"].unique())
    measures = list(confounds["measure"].unique())
    panels = {
        name: frame.drop(columns=other)
        for name, frame, other in (("a", confounds[~of_morphs], "level"), ("b", confounds[of_morphs], "expression"))
        if len(frame)
    }
    rows = -(-len(measures) // _ACROSS)
    tops, below = {}, 0.0
    for name, frame in panels.items():
        tops[name] = below
        below += 10 + rows * _row(frame) + (12 if name == "a" else 8)
    figure = style.page(below)
    for name, frame in panels.items():
        style.letter(figure, name.upper(), 2, tops[name] + 2)
        _explain(figure, frame, colours, tops[name] + 4.5)
        for place, measure in enumerate(measures):
            row, column = divmod(place, _ACROSS)
            top = tops[name] + 10 + row * _row(frame)
            here = frame[frame["measure"] == measure]
            _say_tests(figure, here, colours, _LEFT + _STEP * column, top)
            axes = style.place(figure, _LEFT + _STEP * column, top + _row(frame) - _HIGH - 3, _WIDE, _HIGH)
            _lay_out(axes, here, last=place >= len(measures) - _ACROSS)
            _draw_sets(axes, here, colours)
    return figure, panels


def _row(frame: pd.DataFrame) -> float:
    """Height of a row of panels, with its words, mm."""
    return 4 + _LINE * frame["set"].nunique() + 1 + _HIGH + 3


def words_of(measure: str) -> str:
    """What a measure is called: `octave_16` is 16 to 32 cycles."""
    if measure in _WORDS:
        return _WORDS[measure][0]
    low = int(measure.removeprefix("octave_"))
    return f"{low}–{2 * low} cycles, grey levels"


def _explain(figure: Figure, frame: pd.DataFrame, colours: dict[str, str], top: float) -> None:
    """Which colour is which set."""
    left = _LEFT
    for place, name in enumerate(frame["set"].unique()):
        y = 1 - top / (figure.get_figheight() * style.MILLIMETRES)
        figure.add_artist(Line2D([left / style.WIDTH], [y], marker=_mark(place), color=colours[name], markersize=3.5))
        style.write_at(figure, left + 2, top, style.plain(name), va="center", color=colours[name])
        left += 8 + style.width_of(style.plain(name), 7)


def _mark(place: int) -> str:
    return _MARKS[place % len(_MARKS)]


def _say_tests(figure: Figure, here: pd.DataFrame, colours: dict[str, str], left: float, top: float) -> None:
    """A panel's name and, a line a set, how large the difference is and its p."""
    style.write_at(figure, left, top, words_of(here["measure"].iloc[0]))
    for place, test in enumerate(here.drop_duplicates("set").itertuples()):
        size = f"partial η² {style.number(test.eta2_partial)}, {style.probability(test.p)}"
        words = "nothing varies" if np.isnan(test.eta2_partial) else size if not np.isnan(test.p) else "no test"
        style.write_at(figure, left, top + 3.6 + _LINE * place, words, fontsize=5.5, color=colours[test.set])


def _lay_out(axes: Axes, here: pd.DataFrame, last: bool) -> None:
    sd = here["sd"].fillna(0)
    low, high = (here["mean"] - sd).min(), (here["mean"] + sd).max()
    least = _WORDS.get(here["measure"].iloc[0], ("", 1))[1]
    half = 0.54 * max(high - low, least)
    axes.set_ylim((low + high) / 2 - half, (low + high) / 2 + half)
    axes.set_yticks(style.ticks(*axes.get_ylim(), 3))
    if "level" in here:
        axes.set_xlim(-0.03, 1.03)
        axes.set_xticks([0, 0.5, 1], ["0", ".5", "1"])
        if last:
            axes.set_xlabel("share of second expression")
    else:
        axes.set_xlim(-0.5, len(EXPRESSIONS) - 0.5)
        style.name_places(axes, list(EXPRESSIONS), _WIDE)
    axes.tick_params(labelbottom=last)


def _draw_sets(axes: Axes, here: pd.DataFrame, colours: dict[str, str]) -> None:
    """Means, and a standard deviation of the pictures to either side."""
    sets = list(here["set"].unique())
    for place, (name, dodge) in enumerate(zip(sets, style.spread(len(sets), 0.4), strict=True)):
        rows = here[here["set"] == name]
        if "level" in rows:
            axes.fill_between(rows["level"], rows["mean"] - rows["sd"], rows["mean"] + rows["sd"], linewidth=0,
                              color=colours[name], alpha=0.18)  # fmt: skip
            axes.plot(rows["level"], rows["mean"], color=colours[name])
        else:
            x = [EXPRESSIONS.index(expression) + dodge for expression in rows["expression"]]
            axes.errorbar(x, rows["mean"], rows["sd"], color=colours[name], marker=_mark(place), markersize=3,
                          linestyle="none", elinewidth=0.7)  # fmt: skip
