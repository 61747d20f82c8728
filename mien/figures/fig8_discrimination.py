"""Figure 8: do units change most where identification changes, and more than the pictures do?"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.figures import style
from mien.figures.marks.curves import in_grid, of_selective
from mien.figures.marks.points import dodged, intervals, points, say_at, span
from mien.figures.marks.readings import CELL, Shown, at_layer, notes, shown

SETS = ("morphs",)
TABLES = ("discrimination_curves", "discrimination_peaks", "fits", "cells")
PANELS = {
    "a": "curves of the network",
    "b": "peaks minus boundaries",
    "c": "change at the boundary, units minus pixels",
}
REPORT = ("Human-likeness", "8 Discrimination")

_ACROSS = 4
_DASHES = {"predicted": (0, (1, 1.2)), "pixels": (0, (4, 1.5))}


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels."""
    focus, layers, networks = chosen["focus"], chosen["layer"], chosen["compare"]
    cells, peaks = tables["cells"], tables["discrimination_peaks"]
    continua = list(peaks["continuum"].unique())
    curves, own = (of_selective(frame, [focus], layers) for frame in (tables["discrimination_curves"], peaks))
    own = own.merge(_boundaries(of_selective(tables["fits"], [focus], layers)), on=[*CELL, "continuum"], how="left")
    over = at_layer(peaks[peaks["group"].isin(["selective", "random"])], networks, layers)
    look = shown(cells, [*networks, focus], layers)
    rows = -(-(len(continua) + 1) // _ACROSS)
    heights = (38 * rows, 24 + max(10.0, 2.4 * len(continua)) * len(networks))
    figure = style.page(sum(heights), notes(cells, look.words, layers, over))
    top, bottom = figure.subfigures(2, 1, height_ratios=heights)
    grid = top.subplots(rows, _ACROSS, squeeze=False, sharey=True)
    style.letter(grid[0, 0], "A")
    _draw_continua(grid, curves, own, continua, look.colour[focus], look.empty[focus])
    panels = {"b": _relative(over[over["group"] == "selective"]), "c": _excesses(over)}
    labels = ("peak minus boundary, share of second expression", "change at the boundary, units minus pixels")
    for axes, (name, panel), label in zip(bottom.subplots(1, 2, sharey=True), panels.items(), labels, strict=True):
        style.letter(axes, name.upper())
        _draw_rows(axes, panel, networks, continua, look)
        axes.set_yticks(range(len(networks)), [style.wrapped(look.words[network], 24) for network in networks])
        axes.set_xlabel(label)
    style.legend(bottom, [
        style.line("a continuum of a seed, 95 % interval", marker="o", markersize=2.6, linewidth=0.6),
        style.mark("o", "as many random units", markersize=2.6, markerfacecolor="white", markeredgecolor=style.GREY),
        style.mark("|", "mean", markersize=7),
    ])  # fmt: skip
    marks = ["peak", "peak_low", "peak_high", "boundary", "boundary_low", "boundary_high", "r_predicted"]
    drawn = curves.merge(own[[*CELL, "continuum", *marks]], on=[*CELL, "continuum"], how="left")
    return figure, {"a": drawn, **panels}


def _boundaries(fits: pd.DataFrame) -> pd.DataFrame:
    """Intervals of the boundaries that `discrimination_peaks` takes: those of the logistic in x."""
    return fits.loc[fits["fit"] == "logistic", [*CELL, "continuum", "boundary_low", "boundary_high"]]


def _relative(peaks: pd.DataFrame) -> pd.DataFrame:
    low, high = (peaks[f"peak_{end}"] - peaks["boundary"] for end in ("low", "high"))
    columns = [*CELL, "group", "n_units", "continuum", "peak", "boundary"]
    found = peaks[columns].assign(value=peaks["from_boundary"], low=low, high=high)
    return found.join(peaks[["n_identities", "status"]])


def _excesses(peaks: pd.DataFrame) -> pd.DataFrame:
    """Excess at the boundary of selective units, and the mean over draws of as many random ones."""
    keys = [*CELL, "group", "n_units", "continuum"]
    how = {"value": ("excess", "mean"), "low": ("excess_low", "mean"), "high": ("excess_high", "mean"),
           "n_identities": ("n_identities", "first"), "status": ("status", "first")}  # fmt: skip
    return peaks.groupby(keys, sort=False).agg(**how).reset_index()


def _draw_continua(
    grid: np.ndarray, curves: pd.DataFrame, peaks: pd.DataFrame, continua: list[str], colour: str, empty: str
) -> None:
    """Panel A: relative change at each pair of neighbouring levels, with the peak and the boundary above."""
    values = curves[["distance", "distance_high", "predicted", "pixels"]].to_numpy(float)
    top = 1.05 * np.nanmax([1.8, *values.ravel()])
    for continuum, axes in in_grid(grid, continua):
        axes.set_ylim(0, 1.3 * top)
        axes.locator_params(axis="y", nbins=4)
        here = curves[curves["continuum"] == continuum]
        if here["distance"].isna().all():
            style.say(axes, empty if (here["n_units"] == 0).all() else "no change")
            continue
        axes.axhline(1, color=style.PALE, linewidth=0.6, zorder=0)
        _draw_curves(axes, here, colour)
        _draw_peaks(axes, peaks[peaks["continuum"] == continuum], colour)
    for axes in grid[:, 0]:
        axes.set_ylabel("change, relative\nto its mean")
    grid.flat[-1].legend(loc="center left", handles=[
        style.line("selective units, a seed", color=colour, linewidth=1.1),
        style.line("its 95 % interval", color=style.tint(colour, 0.25), linewidth=5),
        style.line("predicted", linestyle=_DASHES["predicted"]),
        style.line("pixels", color=style.GREY, linewidth=0.9, linestyle=_DASHES["pixels"]),
        style.line("peak, 95 %", color=colour, marker="v", markersize=3.5),
        style.line("boundary, 95 %", marker="|", markersize=4),
    ])  # fmt: skip


def _draw_curves(axes: Axes, curves: pd.DataFrame, colour: str) -> None:
    for place, (_, seed) in enumerate(curves.groupby("seed")):
        axes.fill_between(
            seed["level"], seed["distance_low"], seed["distance_high"], color=colour, alpha=0.18, linewidth=0
        )
        axes.plot(seed["level"], seed["distance"], color=colour, linewidth=1.1, zorder=3)
        axes.plot(seed["level"], seed["predicted"], color=style.INK, linewidth=0.7, linestyle=_DASHES["predicted"])
        if not place:  # of every seed the same
            axes.plot(seed["level"], seed["pixels"], color=style.GREY, linewidth=0.9, linestyle=_DASHES["pixels"])


def _draw_peaks(axes: Axes, peaks: pd.DataFrame, colour: str) -> None:
    """Above the curves, each seed's peak and its boundary, with 95 % intervals."""
    top = axes.get_ylim()[1]
    for name, marker, ink, height in (("peak", "v", colour, 0.97), ("boundary", "|", style.INK, 0.86)):
        at = dodged(peaks.assign(place=height * top), "place", width=0.08 * top, most=0.03 * top)
        intervals(axes, at, peaks[f"{name}_low"], peaks[f"{name}_high"], across=True, color=ink)
        points(axes, at, peaks[name], ink, across=True, marker=marker, s=10)


def _draw_rows(axes: Axes, panel: pd.DataFrame, networks: Sequence[str], continua: Sequence[str], look: Shown) -> None:
    """A row a network: the continua below one another, a circle a seed with its interval; the mean of all as a line."""
    step = 0.8 / len(continua)
    lanes = {name: step * (place - (len(continua) - 1) / 2) for place, name in enumerate(continua)}
    drawn = panel[panel["value"].notna()]
    place = drawn["network"].map({network: place for place, network in enumerate(networks)})
    drawn = drawn.assign(row=place, lane=place + drawn["continuum"].map(lanes))
    chosen, random = (drawn[drawn["group"] == group] for group in ("selective", "random"))
    at, inks = dodged(chosen, "lane", width=0.8 * step, most=step), list(chosen["network"].map(look.colour))
    intervals(
        axes, at, chosen["low"], chosen["high"], True, linewidth=0.6, color=[style.tint(ink, 0.5) for ink in inks]
    )
    points(axes, at, chosen["value"], inks, across=True, s=6, linewidth=0)
    points(axes, random["lane"], random["value"], style.GREY, True, facecolor="white", s=5, linewidth=0.5, zorder=3)
    for row, mean in chosen.groupby("row")["value"].mean().items():
        axes.plot([mean, mean], [row - 0.46, row + 0.46], color=style.INK, zorder=5)
    for row, network in enumerate(networks):
        here = panel[panel["network"] == network]
        if here["value"].isna().all():
            say_at(axes, row, "undefined" if (here["n_units"] > 0).any() else look.empty[network], across=True)
    axes.axvline(0, color=style.GREY, linewidth=0.6, zorder=0)
    style.separate_rows(axes, len(networks))
    span("x", axes, [drawn[["value", "low", "high"]]], (-0.05, 0.05))
