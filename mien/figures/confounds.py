"""What could pass for expression: luminance, contrast and spatial frequencies, by expression and by level of morphs."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.figures import style
from mien.figures.marks.points import dodged

SETS = ()
TABLES = ("confounds",)
PANELS = {"a": "by expression", "b": "of morphs, by level"}
REPORT = ("Stimuli", "confounds")
CHOSEN = ("expressions",)

_ACROSS = 4  # panels in a row
_MARKS = "osD^v<>"  # of sets, which colours stand for here
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
    parts = np.ravel(figure.subfigures(len(shown), 1, height_ratios=heights))
    for part, (name, panel) in zip(parts, shown.items(), strict=True):
        grid = style.grid(part, panel["measure"].nunique(), _ACROSS, sharex=True)
        style.letter({name: grid[0]})
        _draw_measures(grid, panel, colours, chosen["expressions"])
    return figure, panels


def _draw_measures(
    grid: list[Axes], panel: pd.DataFrame, colours: Mapping[str, str], expressions: Sequence[str]
) -> None:
    """Axes a measure, with every set's test above it."""
    for axes, (measure, here) in zip(grid, panel.groupby("measure", sort=False), strict=True):
        _draw_sets(axes, here, colours, expressions)
        low, high = (here["mean"] - here["sd"].fillna(0)).min(), (here["mean"] + here["sd"].fillna(0)).max()
        half = 0.54 * max(high - low, _WORDS.get(measure, ("", 1))[1])
        axes.set_ylim((low + high) / 2 - half, (low + high) / 2 + half)
        axes.locator_params(axis="y", nbins=4)
        axes.legend(title=words_of(measure), loc="lower left", bbox_to_anchor=(-0.03, 0.98), alignment="left",
                    borderpad=0, fontsize=5.5, labelcolor="linecolor", handlelength=1, labelspacing=0.2)  # fmt: skip
    for axes in grid[-_ACROSS:]:
        axes.set_xlabel("share of second expression" if "level" in panel else "")


def words_of(measure: str) -> str:
    """What a measure is called: `octave_16` is 16 to 32 cycles."""
    if measure in _WORDS:
        return _WORDS[measure][0]
    low = int(measure.removeprefix("octave_"))
    return f"{low}–{2 * low} cycles, grey levels"


def _draw_sets(axes: Axes, here: pd.DataFrame, colours: Mapping[str, str], expressions: Sequence[str]) -> None:
    """Means, and a standard deviation of the pictures to either side; the label of a set is its test."""
    if "level" in here:
        axes.set(xlim=(-0.03, 1.03), xticks=[0, 0.5, 1])
        here = here.assign(x=here["level"])
    else:
        axes.set_xticks(range(len(expressions)), expressions, rotation=45, ha="right", rotation_mode="anchor")
        here = here.assign(place=here["expression"].map(list(expressions).index))
        here = here.assign(x=dodged(here, "place", 0.5))
    how = {"markersize": 3, "elinewidth": 0.7, "linestyle": "-" if "level" in here else "none"}
    for marker, (name, rows) in zip(_MARKS, here.groupby("set", sort=False), strict=False):
        how |= {"color": colours[name], "marker": marker, "label": _test(rows.iloc[0])}
        axes.errorbar(rows["x"], rows["mean"], rows["sd"], **how)


def _test(row: pd.Series) -> str:
    """A set with how large its difference is and the p of it."""
    size = f"η² {style.number(row['eta2_partial'])}, {style.probability(row['p'])}"
    words = "nothing varies" if np.isnan(row["eta2_partial"]) else size if not np.isnan(row["p"]) else "no test"
    return f"{style.plain(row['set'])}: {words}"
