"""What could pass for expression: luminance, contrast and spatial frequencies, by expression and by level of morphs.

A colour is a set here.
"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from mien.figures import style
from mien.figures.marks.points import dodged

SETS = ()
TABLES = ("confounds",)
PANELS = {"a": "by expression", "b": "of morphs, by level"}
REPORT = ("Stimuli", "confounds")

_ACROSS = 4  # panels in a row
_MARKS = "osD^v"
#: What each measure is called, and how much of it an axis spans at least, so that no axis makes much of nothing.
_WORDS = {"luminance": ("luminance, grey levels", 1), "contrast": ("contrast, grey levels", 1),
          "area": ("area, share of the picture", 0.02)}  # fmt: skip


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels; the second is empty if there are no morphs."""
    confounds = tables["confounds"]
    of_morphs = confounds["level"].notna()
    panels = {"a": confounds[~of_morphs].drop(columns="level"), "b": confounds[of_morphs].drop(columns="expression")}
    colours = style.colours(confounds["set"].unique())
    shown = {name: panel for name, panel in panels.items() if len(panel)}
    rows = -(-confounds["measure"].nunique() // _ACROSS)
    heights = [10 + rows * (23 + 3 * panel["set"].nunique()) for panel in shown.values()]
    figure = style.page(sum(heights))
    for part, (name, panel) in zip(np.ravel(figure.subfigures(len(shown), 1, height_ratios=heights)), shown.items(),
                                   strict=True):  # fmt: skip
        _draw_measures(part, name, panel, rows, colours, chosen["expressions"])
    return figure, panels


def _draw_measures(
    figure: SubFigure,
    name: str,
    panel: pd.DataFrame,
    rows: int,
    colours: Mapping[str, str],
    expressions: Sequence[str],
) -> None:
    """A panel a measure, with every set's test above it."""
    grid = figure.subplots(rows, _ACROSS, squeeze=False, sharex=True)
    style.letter(grid[0, 0], name.upper())
    measures = list(panel["measure"].unique())
    for axes, measure in zip(grid.flat, measures, strict=False):
        _draw_sets(axes, panel[panel["measure"] == measure], colours, expressions)
        here = panel[panel["measure"] == measure]
        low, high = (here["mean"] - here["sd"].fillna(0)).min(), (here["mean"] + here["sd"].fillna(0)).max()
        half = 0.54 * max(high - low, _WORDS.get(measure, ("", 1))[1])
        axes.set_ylim((low + high) / 2 - half, (low + high) / 2 + half)
        axes.locator_params(axis="y", nbins=4)
        axes.legend(title=words_of(measure), loc="lower left", bbox_to_anchor=(-0.03, 0.98), alignment="left",
                    borderpad=0, fontsize=5.5, labelcolor="linecolor", handlelength=1, labelspacing=0.2)  # fmt: skip
    for axes in grid.flat[len(measures) :]:
        axes.set_axis_off()
    for axes in grid.flat[max(0, len(measures) - _ACROSS) : len(measures)]:
        axes.tick_params(labelbottom=True)
        if name == "b":
            axes.set_xlabel("share of second expression")


def words_of(measure: str) -> str:
    """What a measure is called: `octave_16` is 16 to 32 cycles."""
    if measure in _WORDS:
        return _WORDS[measure][0]
    low = int(measure.removeprefix("octave_"))
    return f"{low}–{2 * low} cycles, grey levels"


def _draw_sets(axes: Axes, here: pd.DataFrame, colours: Mapping[str, str], expressions: Sequence[str]) -> None:
    """Means, and a standard deviation of the pictures to either side; the label of a set is its test."""
    if "level" in here:
        axes.set(xlim=(-0.03, 1.03), xticks=[0, 0.5, 1], xticklabels=["0", ".5", "1"])
    else:
        axes.set_xticks(range(len(expressions)), expressions, rotation=45, ha="right", rotation_mode="anchor")
        here = here.assign(place=here["expression"].map({name: place for place, name in enumerate(expressions)}))
        here = here.assign(x=dodged(here, "place", 0.5))
    for place, (name, rows) in enumerate(here.groupby("set", sort=False)):
        how = {"color": colours[name], "label": _test(rows.iloc[0])}
        if "level" in rows:
            axes.plot(rows["level"], rows["mean"], **how)
            axes.fill_between(rows["level"], rows["mean"] - rows["sd"], rows["mean"] + rows["sd"], linewidth=0,
                              color=colours[name], alpha=0.18)  # fmt: skip
        else:
            axes.errorbar(rows["x"], rows["mean"], rows["sd"], marker=_MARKS[place % len(_MARKS)], markersize=3,
                          linestyle="none", elinewidth=0.7, **how)  # fmt: skip


def _test(row: pd.Series) -> str:
    """A set with how large its difference is and the p of it."""
    size = f"η² {style.number(row['eta2_partial'])}, {style.probability(row['p'])}"
    words = "nothing varies" if np.isnan(row["eta2_partial"]) else size if not np.isnan(row["p"]) else "no test"
    return f"{style.plain(row['set'])}: {words}"
