"""Figure 7: does the count of selective units exceed chance at any criterion, or only at the study's?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from matplotlib.patheffects import withStroke

from mien.configuration.criteria import CRITERIA
from mien.figures import style
from mien.figures.marks.readings import CELL, at_layer, notes, shown

SETS = ()
TABLES = ("sensitivity", "selection", "cells")
PANELS = {"a": "counts of selective units at every pair of criteria"}
REPORT = ("Selectivity", "7 Criteria")

_THRESHOLDS = ["threshold_expression", "threshold_identity"]
_ACROSS = 3  # maps in a row
#: Counts over those of shuffled expressions, from a tenth to ten times as many; beyond, the colour is the last.
_COLOURS = {"cmap": "RdBu_r", "norm": LogNorm(0.1, 10, clip=True)}


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers of its maps, a row a seed and pair of criteria."""
    networks, layers = chosen["compare"], chosen["layer"]
    sensitivity = tables["sensitivity"]
    counts = at_layer(sensitivity[sensitivity["scheme"] == "fixed"], networks, layers)
    own = tables["selection"][_THRESHOLDS].drop_duplicates()
    look = shown(tables["cells"], networks, layers)
    rows = -(-len(networks) // _ACROSS)
    figure = style.page(68 * rows + 4, notes(tables["cells"], networks, layers))
    grid = figure.subplots(rows, _ACROSS, squeeze=False)
    for axes, network in zip(grid.flat, networks, strict=False):
        here = counts[counts["network"] == network]
        seeds = here.loc[here["n_selective"].notna(), "seed"].nunique()
        title = style.wrapped(f"{look.words[network]} ({seeds} seed{'s' * (seeds != 1)})", 36)
        axes.set_title("\n".join([title, *_varying(here)]))
        _draw_map(axes, here, own, look.empty[network], first=axes in grid[:, 0])
    for axes in grid.flat[len(networks) :]:
        axes.set_axis_off()
    bar = figure.colorbar(ScalarMappable(**_COLOURS), ax=grid, extend="both", ticks=[0.1, 1, 10], aspect=30, pad=0.01)
    bar.ax.set_yticklabels(["1/10", "1", "10"])
    bar.ax.minorticks_off()
    bar.set_label("count, times that of shuffled expressions")
    columns = ["n_units", "n_varying", "n_selective", "share_of_all", "share_of_varying", "scheme"]
    return figure, {
        "a": counts[[*CELL, "criterion", *_THRESHOLDS, *columns, "null_mean", "null_low", "null_high", "p_count"]]
    }


def _varying(counts: pd.DataFrame) -> list[str]:
    """How many units of a layer can be selective at all, of several seeds the fewest and the most, in a line."""
    if counts.empty:
        return []
    low, high, n = (int(n) for n in (counts["n_varying"].min(), counts["n_varying"].max(), counts["n_units"].max()))
    return [f"{low:,}{f' to {high:,}' * (high > low)} of {n:,} units vary"]


def _draw_map(axes: Axes, counts: pd.DataFrame, own: pd.DataFrame, empty: str, first: bool) -> None:
    """A network's map: its seeds' counts together over their chance together, the seeds' range below; own framed."""
    if counts.empty:
        axes.set_axis_off()
        style.say(axes, empty)
        return
    words_of = {effect: threshold.words for effect, threshold in CRITERIA[counts["criterion"].iloc[0]].items()}
    counts, own = (frame.fillna({"threshold_identity": 0}) for frame in (counts, own))  # where it plays no part
    seeds = counts.groupby(_THRESHOLDS)
    ratio = seeds.apply(_ratio, include_groups=False).unstack(0).iloc[::-1]
    words = seeds.apply(_words, include_groups=False).unstack(0).iloc[::-1]
    across, down = ([style.number(alpha, 3).rstrip("0") for alpha in values] for values in (ratio.columns, ratio.index))
    axes.set_facecolor(style.NOTHING)
    sns.heatmap(ratio.clip(0.1, 10), ax=axes, annot=words, fmt="", annot_kws={"fontsize": 5.4, "linespacing": 1.4},
                mask=ratio.isna(), square=True, cbar=False, linewidths=0.5, xticklabels=across,
                yticklabels=down if first and "identity" in words_of else False, **_COLOURS)  # fmt: skip
    for y, x in np.argwhere(ratio.isna().to_numpy()):
        axes.text(x + 0.5, y + 0.5, words.iloc[y, x], ha="center", va="center", fontsize=5.4, linespacing=1.4)
    axes.set(xlabel=words_of["expression"], ylabel=words_of.get("identity", "") if first else "")
    axes.tick_params(length=0, rotation=0)
    for row in own.itertuples():
        if row.threshold_expression in ratio.columns and row.threshold_identity in ratio.index:
            corner = (ratio.columns.get_loc(row.threshold_expression), ratio.index.get_loc(row.threshold_identity))
            frame = Rectangle(corner, 1, 1, fill=False, edgecolor=style.INK, linewidth=1.4, clip_on=False)
            frame.set_path_effects([withStroke(linewidth=3.4, foreground="white")])  # seen on dark and pale
            axes.add_patch(frame)


def _ratio(seeds: pd.DataFrame) -> float:
    """How many times as many units as by chance, all seeds together: infinite or undefined where chance gives none."""
    observed, chance = seeds["n_selective"].sum(), seeds["null_mean"].sum()
    return observed / chance if chance > 0 else np.inf if observed else np.nan


def _words(seeds: pd.DataFrame) -> str:
    """That ratio, with a star if p < .05 in each seed, and below it how many units, of several seeds the range."""
    ratio = _ratio(seeds)
    star = "*" if (seeds["p_count"] < 0.05).all() else ""
    digits = 0 if ratio >= 10 else 1 if ratio >= 1 else 2
    times = "–" if np.isnan(ratio) else "> 0" if np.isinf(ratio) else style.number(ratio, digits)
    low, high = (f"{n:.0f}" if n < 10_000 else f"{n / 1000:.0f}k" for n in seeds["n_selective"].agg(["min", "max"]))
    return f"{times}{star}\n{low if low == high else f'{low}–{high}'}"
