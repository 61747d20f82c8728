"""Bars of accuracy against chance, in the same marks wherever they stand."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from mien.expressions import EXPRESSIONS
from mien.figures import style
from mien.figures.marks.readings import READINGS

_WIDTH = 0.19


def draw_accuracies(
    axes: Axes,
    by_seed: pd.DataFrame,
    means: pd.DataFrame,
    places: Sequence[tuple[str, str]],
    colour: Mapping[str, str],
    empty: Mapping[str, str],
) -> None:
    """Accuracy by reading: bars are means over seeds, points the seeds, whiskers 95 % intervals.

    Args:
        by_seed, means: results of `readings.accuracies` and of `readings.over_seeds`.
        places: (network, set) of each cluster of bars, from left to right.
        colour: of each network.
        empty: what to say of a network that has none, from `readings.emptiness`.
    """
    for place, (network, set_) in enumerate(places):
        here = means[(means["network"] == network) & (means["set"] == set_)].set_index("reading")
        seeds = by_seed[(by_seed["network"] == network) & (by_seed["set"] == set_)]
        shown = [reading for reading in READINGS if reading in here.index]
        if here["accuracy"].isna().all():
            axes.text(place, 0.22, empty[network], rotation=90, ha="center", va="bottom", color=style.GREY)
            continue
        for slot, reading in enumerate(shown):
            x = place + (slot - (len(shown) - 1) / 2) * _WIDTH
            _draw_bar(axes, x, here.loc[reading], seeds.loc[seeds["reading"] == reading, "accuracy"].dropna(),
                      reading, colour[network])  # fmt: skip
    chance = 1 / len(EXPRESSIONS)
    axes.axhline(chance, color=style.INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=4)
    axes.annotate("chance\n1/6", (1, chance), xycoords=("axes fraction", "data"), xytext=(2, 0),
                  textcoords="offset points", va="center", fontsize=6)  # fmt: skip
    axes.set_xlim(-0.5, len(places) - 0.5)
    axes.set_ylim(0, 1)
    axes.set_ylabel("proportion correct")
    axes.tick_params(axis="x", length=0)


def _draw_bar(axes: Axes, x: float, bar: pd.Series, seeds: pd.Series, reading: str, colour: str) -> None:
    if pd.isna(bar["accuracy"]):
        axes.text(x, 0.22, style.NO_UNITS, rotation=90, ha="center", va="bottom", color=style.GREY, fontsize=6)
        return
    axes.bar(x, bar["accuracy"], _WIDTH * 0.86, color=style.fill(colour, reading), edgecolor=colour,
             hatch=style.FILLS[reading][1], linewidth=0.7, zorder=2)  # fmt: skip
    axes.plot([x, x], [bar["low"], bar["high"]], color=style.INK, linewidth=0.8, zorder=3)
    axes.scatter(x + style.spread(len(seeds), _WIDTH * 0.45), seeds, s=7, color="white", edgecolor=style.INK,
                 linewidth=0.6, zorder=5)  # fmt: skip


def legend_of_readings(colour: str, readings: Sequence[str]) -> list[Patch]:
    """Legend entries of the readings, in one colour."""
    return [
        Patch(facecolor=style.fill(colour, name), hatch=style.FILLS[name][1], edgecolor=colour, linewidth=0.7,
              label=READINGS[name])
        for name in readings
    ]  # fmt: skip
