"""Figure 8: do units change most where identification changes, and more than the pictures do?"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.categorical.over_draws import excesses, from_boundaries
from mien.comparison.notes import notes
from mien.figures import style
from mien.figures.marks.curves import ACROSS, in_grid, of_group
from mien.figures.marks.measures import GROUPS, draw_seeds
from mien.figures.marks.points import dodged, intervals, points, say_at, span
from mien.figures.marks.readings import CELL, READINGS, Shown, at_layer, having, shown

SETS = ("morphs",)
TABLES = ("discrimination_curves", "discrimination_peaks", "fits", "cells")
PANELS = {"a": "curves of the network", "b": "peaks minus boundaries",
          "c": "change at the boundary, units minus pixels"}  # fmt: skip
REPORT = ("Human-likeness", "8 Discrimination")
CHOSEN = ("compare", "focus", "layer")


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels."""
    focus, layers, networks = chosen["focus"], chosen["layer"], chosen["compare"]
    cells, peaks = tables["cells"], tables["discrimination_peaks"]
    continua = list(peaks["continuum"].unique())
    curves, own = (of_group(frame, [focus], layers) for frame in (tables["discrimination_curves"], peaks))
    whole = of_group(tables["discrimination_curves"], [focus], layers, "all")
    fits = having(of_group(tables["fits"], [focus], layers), fit="logistic")  # whose boundaries the peaks are held to
    own = own.merge(fits[[*CELL, "continuum", "boundary_low", "boundary_high"]], "left", [*CELL, "continuum"])
    over = at_layer(peaks[peaks["group"].isin(GROUPS)], networks, layers)
    look = shown(cells, [*networks, focus], layers)
    heights = (8 + 38 * -(-len(continua) // ACROSS), 24 + max(10.0, 2.4 * len(continua)) * len(networks))
    figure = style.page(sum(heights), notes(cells, look.words, layers, over))
    top, bottom = figure.subfigures(2, 1, height_ratios=heights)
    grid = in_grid(top, continua)
    _draw_continua(grid, curves, whole, own, look.colour[focus], look.empty[focus])
    top.supylabel("change, relative to its mean")
    style.legend(top, columns=8)
    panels = {"b": from_boundaries(having(over, group="selective")), "c": excesses(over)}
    labels = ("peak minus boundary, share of second expression", "change at the boundary, units minus pixels")
    pair = bottom.subplots(1, 2, sharey=True)
    style.letter({"A": grid[continua[0]], **dict(zip(panels, pair, strict=True))})
    for axes, panel, label in zip(pair, panels.values(), labels, strict=True):
        style.name_rows(axes, [style.wrapped(look.words[network], 24) for network in networks])
        _draw_rows(axes, panel, networks, continua, look)
        axes.set_xlabel(label)
    style.legend(bottom)
    marks = ["peak", "peak_low", "peak_high", "boundary", "boundary_low", "boundary_high", "r_predicted"]
    drawn = pd.concat([curves, whole]).merge(own[[*CELL, "group", "continuum", *marks]], "left")
    return figure, {"a": drawn, **panels}


def _draw_continua(
    grid: Mapping[str, Axes], curves: pd.DataFrame, whole: pd.DataFrame, peaks: pd.DataFrame, colour: str, empty: str
) -> None:
    """Panel A: relative change at each pair of neighbouring levels, with the peak and the boundary above."""
    values = [curves[["distance", "distance_high", "predicted", "pixels"]], whole[["distance"]]]
    top = 1.05 * np.nanmax([1.8, *(value for part in values for value in part.to_numpy(float).ravel())])
    for continuum, axes in grid.items():
        axes.set_ylim(0, 1.3 * top)
        axes.locator_params(axis="y", nbins=4)
        for _, seed in having(whole, continuum=continuum).groupby("seed"):
            axes.plot(seed["level"], seed["distance"], color=style.tint(colour, style.FILLS["all"]), linewidth=0.8,
                      linestyle=style.DASHED, zorder=4, label=READINGS["all"])  # fmt: skip
        here = having(curves, continuum=continuum)
        if here["distance"].isna().all():
            style.say(axes, empty if (here["n_units"] == 0).all() else "no change", height=0.9)  # above the whole layer
            continue
        axes.axhline(1, color=style.PALE, linewidth=0.6, zorder=0)
        for _, seed in here.groupby("seed"):
            level = seed["level"]
            axes.plot(level, seed["distance"], color=colour, linewidth=1.1, zorder=3, label="selective units, a seed")
            axes.fill_between(level, seed["distance_low"], seed["distance_high"], color=colour, alpha=0.18, linewidth=0,
                              label="its 95 % interval")  # fmt: skip
            axes.plot(level, seed["predicted"], color=style.INK, linewidth=0.7, linestyle=":", label="predicted")
        of_pixels = {"color": style.GREY, "linewidth": 0.9, "linestyle": "--", "label": "pixels"}
        axes.plot(level, seed["pixels"], **of_pixels)  # the same of all
        _draw_peaks(axes, having(peaks, continuum=continuum), colour)


def _draw_peaks(axes: Axes, peaks: pd.DataFrame, colour: str) -> None:
    """Above the curves, each seed's peak and its boundary, with 95 % intervals."""
    top = axes.get_ylim()[1]
    for name, marker, ink, height in (("peak", "v", colour, 0.97), ("boundary", "|", style.INK, 0.86)):
        at = dodged(peaks.assign(place=height * top), "place", width=0.08 * top, most=0.03 * top)
        intervals(axes, at, peaks[f"{name}_low"], peaks[f"{name}_high"], across=True, color=ink)
        points(axes, at, peaks[name], ink, across=True, marker=marker, s=10, label=f"{name}, 95 %")


def _draw_rows(axes: Axes, panel: pd.DataFrame, networks: Sequence[str], continua: Sequence[str], look: Shown) -> None:
    """A row a network: the continua below one another, a circle a seed with its interval; the mean of all as a line."""
    step = 0.8 / len(continua)
    lanes = {name: step * (place - (len(continua) - 1) / 2) for place, name in enumerate(continua)}
    drawn = panel[panel["value"].notna()]
    place = drawn["network"].map({network: place for place, network in enumerate(networks)})
    drawn = drawn.assign(row=place, lane=place + drawn["continuum"].map(lanes))
    drawn = drawn.assign(at=dodged(drawn, "lane", width=0.8 * step, most=step))
    ends = drawn[["low", "high"]].where(drawn["group"] == "selective")
    draw_seeds(axes, drawn.assign(**ends), "value", look, across=True)
    for group, line in (("selective", "-"), ("all", style.DASHED)):
        for row, mean in having(drawn, group=group).groupby("row")["value"].mean().items():
            axes.plot([mean, mean], [row - 0.46, row + 0.46], color=style.INK, linestyle=line, zorder=5,
                      label=f"mean, {READINGS[group]}")  # fmt: skip
    for row, network in enumerate(networks):
        here = panel[panel["network"] == network]
        if here["value"].isna().all():
            say_at(axes, row, "undefined" if (here["n_units"] > 0).any() else look.empty[network], across=True)
    span("x", axes, [drawn["value"], ends], (-0.05, 0.05))
