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

from mien.comparison.notes import notes
from mien.configuration import criteria_words
from mien.configuration.criteria import CRITERIA
from mien.figures import style
from mien.figures.marks.readings import CELL, at_layer, having, shown

SETS = ()
TABLES = ("sensitivity", "selection", "cells")
PANELS = {"a": "counts of selective units at every pair of criteria"}
REPORT = ("Selectivity", "7 Criteria")
CHOSEN = ("compare", "criterion", "layer")

_THRESHOLDS = ["threshold_expression", "threshold_identity"]
_ACROSS = 3  # maps in a row
#: Counts over those of shuffled expressions, from a tenth to ten times as many; beyond, the colour is the last.
_COLOURS = {"cmap": "RdBu_r", "norm": LogNorm(0.1, 10, clip=True)}


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers of its maps, a row a seed and pair of criteria."""
    networks, layers = chosen["compare"], chosen["layer"]
    counts = at_layer(having(tables["sensitivity"], scheme="fixed"), networks, layers)
    own = tables["selection"][_THRESHOLDS].drop_duplicates()
    look = shown(tables["cells"], networks, layers)
    figure = style.page(68 * -(-len(networks) // _ACROSS) + 4, notes(tables["cells"], networks, layers))
    grid = style.grid(figure, len(networks), _ACROSS)
    for place, (axes, network) in enumerate(zip(grid, networks, strict=True)):
        here = having(counts, network=network)
        axes.set_title(_title(look.words[network], here))
        _draw_map(axes, here, own, look.empty[network], first=not place % _ACROSS)
    how = {"extend": "both", "ticks": [0.1, 1, 10], "aspect": 30, "pad": 0.01}
    bar = figure.colorbar(ScalarMappable(**_COLOURS), ax=figure.axes, **how)
    bar.ax.set_yticklabels(["1/10", "1", "10"])
    bar.ax.minorticks_off()
    bar.set_label("count, times that of shuffled expressions")
    columns = ["n_units", "n_varying", "n_selective", "share_of_all", "share_of_varying", "scheme"]
    columns += ["null_mean", "null_low", "null_high", "p_count"]
    return figure, {"a": counts[[*CELL, "criterion", *_THRESHOLDS, *columns]]}


def _title(words: str, counts: pd.DataFrame) -> str:
    """A network's name, and how many units can be selective at all, of several seeds the fewest and the most."""
    seeds = counts.loc[counts["n_selective"].notna(), "seed"].nunique()
    title = style.wrapped(f"{words} ({seeds} seed{'s' * (seeds != 1)})", 36)
    if counts.empty:
        return title
    low, high = counts["n_varying"].min(), counts["n_varying"].max()
    varying = f"{low:,.0f} to {high:,.0f}" if high > low else f"{low:,.0f}"
    return f"{title}\n{varying} of {counts['n_units'].max():,.0f} units vary"


def _draw_map(axes: Axes, counts: pd.DataFrame, own: pd.DataFrame, empty: str, first: bool) -> None:
    """A network's map: its seeds' counts together over their chance together, the seeds' range below; own framed."""
    if counts.empty:
        axes.set_axis_off()
        style.say(axes, empty)
        return
    thresholds = CRITERIA[counts["criterion"].iloc[0]]
    words_of = {effect: criteria_words.THRESHOLDS[threshold.key] for effect, threshold in thresholds.items()}
    counts, own = (frame.fillna({"threshold_identity": 0}) for frame in (counts, own))  # where it plays no part
    seeds = counts.groupby(_THRESHOLDS)
    ratio = seeds.apply(_ratio, include_groups=False).unstack(0).iloc[::-1]
    words = seeds.apply(_words, include_groups=False).unstack(0).iloc[::-1]
    across, down = ([style.number(alpha, 3).rstrip("0") for alpha in values] for values in (ratio.columns, ratio.index))
    annotations = {"fontsize": 5.4, "linespacing": 1.4}
    sns.heatmap(ratio.clip(0.1, 10).fillna(1), ax=axes, annot=words, fmt="", annot_kws=annotations, square=True,
                cbar=False, linewidths=0.5, xticklabels=across,
                yticklabels=down if first and "identity" in words_of else False, **_COLOURS)  # fmt: skip
    axes.set(xlabel=words_of["expression"], ylabel=words_of.get("identity", "") if first else "")
    axes.tick_params(length=0, rotation=0)
    for row in own.itertuples():
        if row.threshold_expression in ratio.columns and row.threshold_identity in ratio.index:
            corner = (ratio.columns.get_loc(row.threshold_expression), ratio.index.get_loc(row.threshold_identity))
            axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor="black", linewidth=1.6, clip_on=False))


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
