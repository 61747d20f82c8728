"""Figure 7: does the count of selective units exceed chance at any criterion, or only at the study's?"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle

from mien.configuration.criteria import CRITERIA
from mien.figures import style
from mien.figures.marks.readings import CELL, at_layer, emptiness, notes, words_of

_THRESHOLDS = ["threshold_expression", "threshold_identity"]
_ACROSS, _SIDE, _STEP, _DOWN = 3, 44.0, 49.0, 67.0  # maps in a row; mm
#: Counts over those of shuffled expressions, from a tenth to ten times as many; beyond, the colour is the last.
_SCALE = ScalarMappable(LogNorm(0.1, 10), "RdBu_r")


@style.journal
def draw(
    sensitivity: pd.DataFrame,
    selection: pd.DataFrame,
    cells: pd.DataFrame,
    networks: Sequence[str],
    layers: Mapping[str, str],
) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers of its maps as panel `a`, a row a seed and pair of criteria.

    Args:
        sensitivity, selection, cells: the study's tables.
        networks: those drawn, a map each, in order.
        layers: where each network is read.
    """
    counts = at_layer(sensitivity[sensitivity["scheme"] == "fixed"], networks, layers)
    own = selection[_THRESHOLDS].drop_duplicates()
    words, empty = words_of(networks, layers), emptiness(cells, networks, layers)
    rows = -(-len(networks) // _ACROSS)
    figure = style.page(_DOWN * rows, notes(cells, networks, layers))
    for place, network in enumerate(networks):
        row, column = divmod(place, _ACROSS)
        axes = style.place(figure, 15 + _STEP * column, 12 + _DOWN * row, _SIDE, _SIDE)
        here = counts[counts["network"] == network]
        seeds = here.loc[here["n_selective"].notna(), "seed"].nunique()
        title = f"{words[network]} ({seeds} seed{'s' * (seeds != 1)})"
        axes.set_title("\n".join([style.wrapped(title, _SIDE + 3, 7), *_varying(here)]))
        _draw_map(axes, here, own, empty[network], first=column == 0)
    bar = figure.colorbar(_SCALE, cax=style.place(figure, 15 + _STEP * _ACROSS - 2, 12, 2.5, _SIDE), extend="both",
                          ticks=[0.1, 1, 10])  # fmt: skip
    bar.ax.set_yticklabels(["1/10", "1", "10"])
    bar.ax.minorticks_off()
    bar.set_label("count, times that of shuffled expressions", labelpad=1)
    bar.outline.set_linewidth(0.5)
    columns = ["n_units", "n_varying", "n_selective", "share_of_all", "share_of_varying", "scheme"]
    columns = [*CELL, "criterion", *_THRESHOLDS, *columns, "null_mean", "null_low", "null_high", "p_count"]
    return figure, {"a": counts[columns]}


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
        axes.set_facecolor("#F2F2F2")
        style.say(axes, empty)
        return
    words = {effect: threshold.words for effect, threshold in CRITERIA[counts["criterion"].iloc[0]].items()}
    counts, own = (frame.fillna({"threshold_identity": 0}) for frame in (counts, own))  # where it plays no part
    expression, identity = (sorted(counts[name].unique()) for name in _THRESHOLDS)
    axes.set_xticks(range(len(expression)), [style.number(alpha, 3).rstrip("0") for alpha in expression])
    axes.set_yticks(range(len(identity)), [style.number(alpha, 3).rstrip("0") for alpha in identity])
    axes.set_xlabel(words["expression"])
    if first:
        axes.set_ylabel(words.get("identity", ""))
    axes.tick_params(length=0, labelleft=first and "identity" in words)
    axes.spines[:].set_visible(False)
    axes.set_xlim(-0.5, len(expression) - 0.5)
    axes.set_ylim(-0.5, len(identity) - 0.5)
    for (alpha, beta), seeds in counts.groupby(_THRESHOLDS):
        _draw_cell(axes, expression.index(alpha), identity.index(beta), seeds)
    for row in own.itertuples():
        if row.threshold_expression in expression and row.threshold_identity in identity:
            corner = (expression.index(row.threshold_expression) - 0.5, identity.index(row.threshold_identity) - 0.5)
            axes.add_patch(Rectangle(corner, 1, 1, fill=False, edgecolor=style.INK, linewidth=1.6, zorder=4,
                                     clip_on=False))  # fmt: skip


def _draw_cell(axes: Axes, x: int, y: int, seeds: pd.DataFrame) -> None:
    """One pair of criteria: how many times as many as by chance, how many units, and a star if p < .05 in each seed."""
    observed, chance = seeds["n_selective"].sum(), seeds["null_mean"].sum()
    ratio = observed / chance if chance > 0 else np.inf if observed else np.nan
    face = "#F2F2F2" if np.isnan(ratio) else _SCALE.to_rgba(np.clip(ratio, 0.1, 10))
    axes.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=face, edgecolor="white", linewidth=0.5))
    ink = "white" if np.isfinite(ratio) and not 0.28 < ratio < 3.5 or np.isinf(ratio) else style.INK
    star = "*" if (seeds["p_count"] < 0.05).all() else ""
    words = "–" if np.isnan(ratio) else "> 0" if np.isinf(ratio) else _times(ratio)
    axes.text(x, y + 0.12, words + star, ha="center", va="center", fontsize=6.5, color=ink)
    n = seeds["n_selective"].astype(int)
    low, high = n.min(), n.max()
    count = _short(low) if low == high else f"{_short(low)}–{_short(high)}"
    axes.text(x, y - 0.26, count, ha="center", va="center", fontsize=4.6, color=ink)


def _times(ratio: float) -> str:
    return f"{ratio:.0f}" if ratio >= 10 else f"{ratio:.1f}" if ratio >= 1 else style.number(ratio)


def _short(count: int) -> str:
    """A count in at most four characters."""
    return str(count) if count < 10_000 else f"{count / 1000:.0f}k"
