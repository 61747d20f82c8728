"""Figure 2: does the network confuse expressions as people do?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mien.figures import style
from mien.figures.matrices import draw_matrix, draw_scale, mean_matrix
from mien.figures.readings import READINGS, at_layer, emptiness, notes, pixel_networks

_SET = "controlled"
_CELLS = {"all": "all 36 cells", "off_diagonal": "30 off-diagonal cells"}


@style.journal
def draw(
    confusion: pd.DataFrame,
    similarity: pd.DataFrame,
    cells: pd.DataFrame,
    focus: str,
    layers: Mapping[str, str],
    networks: list[str],
) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels `a` (network), `b` (people) and `c` (their similarity).

    Args:
        confusion, similarity, cells: the study's tables.
        focus: the network.
        layers: where each network is read.
        networks: those that figure 4 compares, for the colour of `focus`.
    """
    values = _similarities(similarity, focus, layers)
    shown = [focus, *pixel_networks(values, [focus])]
    empty = emptiness(cells, shown, layers)
    figure = style.page(131, notes(cells, shown, layers))
    network, people = (mean_matrix(confusion, observer, layers, _SET) for observer in (focus, "human"))
    for name, left, top in (("A", 2, 2), ("B", 93, 2), ("C", 2, 86)):
        style.letter(figure, name, left, top)
    seeds = int(network["seeds"].max())
    of_seeds = f" (mean of {seeds} seeds)" if seeds > 1 else ""
    titles = (f"{style.plain(focus)}, {layers[focus]}{of_seeds}", "people (published; photographs)")
    for axes_left, matrix, title, response in (
        (24, network, titles[0], "classifier's response"),
        (94, people, titles[1], "people's response"),
    ):
        axes = style.place(figure, axes_left, 8, 58, 58)
        draw_matrix(axes, matrix, title, axes_left == 24, empty[focus], fontsize=7)
        axes.set_xlabel(response)
    figure.axes[0].set_ylabel("true expression")
    draw_scale(figure, 157, 8, 58)
    colour = style.colours(dict.fromkeys([*networks, focus]), shown[1:])
    for left, part in ((46, "all"), (112, "off_diagonal")):
        axes = style.place(figure, left, 98, 58, 22)
        _draw_similarity(axes, values[values["cells"] == part], _CELLS[part], colour, empty, focus)
        if part != "all":
            axes.set_yticklabels([])
        low = np.fmin(-0.2, values[["value", "even_errors"]].min().min() - 0.05)
        axes.set_xlim(low, 1)
        axes.set_xticks(np.arange(np.ceil(5 * low), 6) / 5)
    _explain_marks(figure, colour[focus])
    return figure, {"a": network, "b": people, "c": values}


def _similarities(similarity: pd.DataFrame, focus: str, layers: Mapping[str, str]) -> pd.DataFrame:
    """Pearson correlations with people of the focus network's readings and of the pixels, a row a seed."""
    rows = similarity[(similarity["set"] == _SET) & (similarity["statistic"] == "pearson")]
    rows = rows[rows["human"] == "human"]
    pixels = pixel_networks(rows, [focus])
    rows = at_layer(rows, [focus, *pixels], layers)
    rows = rows[rows["group"].isin(READINGS) & ((rows["network"] == focus) | (rows["group"] == "selective"))]
    keys = ["network", "layer", "seed", "group", "cells", "statistic", "n_units"]
    columns = ["value", "perfect_classifier", "even_errors"]
    return rows.groupby(keys, sort=False, dropna=False)[columns].mean().reset_index()


def _draw_similarity(
    axes: Axes, values: pd.DataFrame, title: str, colour: dict[str, str], empty: dict[str, str], focus: str
) -> None:
    """Correlations of every seed; both baselines behind them."""
    rows = list(values[["network", "group"]].drop_duplicates().itertuples(index=False, name=None))
    if not (values["network"] == focus).any():
        rows = [(focus, "selective"), *rows]
    for place, (network, group) in enumerate(rows):
        here = values[(values["network"] == network) & (values["group"] == group)]
        seeds = here["value"].dropna()
        if seeds.empty:
            axes.text(0.02, place, empty[network], va="center", color=style.GREY, fontsize=6)
        axes.scatter(here["even_errors"], [place] * len(here), marker="|", s=60, color=style.INK, linewidth=1)
        axes.scatter(seeds, place + style.spread(len(seeds), 0.3), s=16, color=[style.fill(colour[network], group)],
                     edgecolor=colour[network], linewidth=0.8, zorder=3)  # fmt: skip
    perfect = values["perfect_classifier"].dropna()
    if len(perfect):
        axes.axvline(perfect.iloc[0], color=style.INK, linewidth=0.8, linestyle=(0, (4, 3)))
    axes.axvline(0, color=style.PALE, linewidth=0.6, zorder=0)
    axes.set_title(title, loc="left")
    words = [READINGS[group] if network == focus else style.plain(network) for network, group in rows]
    axes.set_yticks(range(len(rows)), words)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel("correlation with people (Pearson r)")


def _explain_marks(figure: Figure, colour: str) -> None:
    across, down = figure.get_size_inches() * style.MILLIMETRES
    marks = [
        Line2D([], [], linestyle="", marker="o", markersize=4, color=colour, label="a seed"),
        Line2D(
            [],
            [],
            linestyle="",
            marker="|",
            markersize=7,
            color=style.INK,
            label="as often right, errors spread evenly",
        ),
        Line2D([], [], color=style.INK, linewidth=0.8, linestyle=(0, (4, 3)), label="perfect classifier"),
    ]
    figure.legend(handles=marks, loc="upper left", bbox_to_anchor=(46 / across, 1 - 87 / down), ncols=3,
                  handletextpad=0.5, columnspacing=1.5, borderpad=0, borderaxespad=0)  # fmt: skip
