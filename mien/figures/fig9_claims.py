"""Figure 9: this study's value of each claim beside the published one. The report's page of claims has the words."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.figures import style
from mien.figures.marks.points import tick

SETS = ("controlled", "wild", "morphs")
TABLES = ("claims",)
PANELS = {"a": "the table of claims"}
REPORT = ("Claims", "9 Claims")


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and its numbers, the table itself: an axis a claim, with what this study finds at its right."""
    claims = tables["claims"]
    figure = style.page(12 + 9.5 * len(claims))
    grid = figure.subplots(len(claims), 3, squeeze=False, width_ratios=(2, 1, 0.35))
    for (left, axes, right), row in zip(grid, claims.to_dict("records"), strict=True):
        for text, words in ((left, style.wrapped(row["statement"], 72)), (right, style.wrapped(row["finding"], 16))):
            text.text(0, 0.5, words, va="center")
            text.set_axis_off()
        _draw_value(axes, *(np.nan if pd.isna(row[key]) else row[key] for key in ("value", "low", "high", "published")))
    style.legend(figure, [
        style.line("this study, 95 %", color=style.PALETTE[0], linewidth=1.4, marker="o", markersize=4),
        style.mark("D", "published", markerfacecolor="white"),
    ])  # fmt: skip
    return figure, {"a": claims}


def _draw_value(axes: Axes, value: float, low: float, high: float, published: float) -> None:
    """A value with its interval on an axis of its own, the published one as a diamond."""
    axes.set(yticks=[], ylim=(-1, 1))
    axes.spines["left"].set_visible(False)
    if np.isnan(value):
        axes.set(xticks=[])
        axes.spines["bottom"].set_visible(False)
        style.say(axes, "no value")
        return
    axes.plot([low, high], [0, 0], color=style.PALETTE[0], linewidth=1.4, clip_on=False)
    axes.plot(value, 0, marker="o", markersize=4, color=style.PALETTE[0], clip_on=False)
    axes.plot(published, 0, marker="D", markersize=4, markerfacecolor="white", markeredgecolor=style.INK,
              markeredgewidth=0.8, clip_on=False, zorder=3)  # fmt: skip
    axes.axvline(0, color=style.GREY, linewidth=0.6, zorder=0)
    axes.locator_params(axis="x", nbins=3)
    axes.xaxis.set_major_formatter(lambda at, _: tick(at))
    axes.tick_params(labelsize=5.5, length=1.5, pad=1)
