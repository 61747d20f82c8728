"""Figure 9: this study's value of each claim beside the published one. The report's page of claims has the words."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.figures import style
from mien.figures.marks.points import intervals, points, span

SETS = ("controlled", "wild", "morphs")
TABLES = ("claims",)
PANELS = {"a": "the table of claims"}
REPORT = ("Claims", "9 Claims")
CHOSEN = ()

#: What a claim's value is, by the first word of its name.
_WORDS = {
    "units": "share of units that are selective, minus that with shuffled expressions",
    "decoding": "proportion correct",
    "random": "proportion correct, minus that of as many random units",
    "layer": "proportion correct of the whole layer, minus that of its selective units",
    "likeness": "noise-corrected correlation with participants; of two networks, the first minus the second",
    "sigmoid": "R² of the logistic, minus that of a line or a parabola; of two networks, the first minus the second",
    "peak": "change of the units at the boundary minus the pictures', in mean changes along the continuum",
}


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and its numbers, the table itself. Claims whose names begin alike share an axis."""
    claims = tables["claims"]
    kinds = dict(list(claims.groupby(claims["claim"].str.partition("_")[0], sort=False)))
    heights = [8 + 3.5 * len(rows) for rows in kinds.values()]
    figure = style.page(10 + sum(heights))
    grid = figure.subplots(len(kinds), 1, squeeze=False, height_ratios=heights)
    for axes, (kind, rows) in zip(grid[:, 0], kinds.items(), strict=True):
        _draw_claims(axes, rows)
        axes.set_xlabel(_WORDS[kind])
    style.legend(figure)
    return figure, {"a": claims}


def _draw_claims(axes: Axes, claims: pd.DataFrame) -> None:
    """A row a claim: its value with its interval, the published one as a diamond, and what this study finds."""
    rows = np.arange(len(claims))
    style.name_rows(axes, [style.plain(name) for name in claims["claim"]])
    points(axes, rows, claims["value"], style.PALETTE[0], across=True, label="this study")
    intervals(axes, rows, claims["low"], claims["high"], True, color=style.PALETTE[0], label="its interval")
    points(axes, rows, claims["published"], style.INK, True, facecolor="none", marker="D", label="published")
    for row, claim in zip(rows, claims.itertuples(), strict=True):
        at = {"xycoords": ("axes fraction", "data"), "textcoords": "offset points", "va": "center", "fontsize": "small"}
        found = f"{claim.finding}: no value" if np.isnan(claim.value) else claim.finding
        axes.annotate(found, (1, row), (4, 0), **at)
    if claims[["value", "published"]].isna().all(axis=None):  # an axis of nothing
        axes.tick_params(bottom=False, labelbottom=False)
        axes.spines["bottom"].set_visible(False)
        return
    axes.axvline(0, color=style.GREY, linewidth=0.6, zorder=0)
    span("x", axes, [claims[["value", "low", "high", "published"]]], (0, 0.01))
