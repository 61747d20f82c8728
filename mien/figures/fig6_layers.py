"""Figure 6: the layers of networks: how many units are selective, what they say, how like participants' that is."""

from collections.abc import Mapping, Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.comparison.notes import notes
from mien.figures import style
from mien.figures.marks import measures, readings
from mien.figures.marks.points import dodged
from mien.figures.marks.readings import CELL
from mien.units.shares import effects

SETS = ("controlled",)
TABLES = ("nodes", "cells", "selection", "accuracy", "similarity", "confusion")
PANELS = {"a": "counts of selective units", "b": "accuracies", "c": "correlations with participants",
          "d": "effect of expression"}  # fmt: skip
REPORT = ("Networks", "6 Layers")
CHOSEN = ("compare", "criterion", "expressions", "how_many")

_COLUMNS = {"a": "percent", "b": "accuracy", "c": "value", "d": "omega2_other_half"}


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels."""
    cells = tables["cells"]
    pixels = readings.pixel_networks(cells, chosen["compare"])
    look = readings.shown(cells, chosen["compare"], {}, pixels, chosen["expressions"])
    places = placed(cells, list(look.words), tables["nodes"])
    frames = measures.measured(tables, "controlled") | {"d": effects(tables["selection"])}
    panels = {name: places[CELL].merge(frame, "left", CELL) for name, frame in frames.items()}
    figure = style.page(190, notes(cells, look.words, {}, panels["b"].dropna(subset="n_units")))
    widths = [places.loc[places["network"] == network, "place"].nunique() or 1 for network in look.words]
    grid = figure.subplots(4, len(widths), sharex="col", sharey="row", width_ratios=widths, squeeze=False)
    for row, (name, panel) in zip(grid, panels.items(), strict=True):
        style.letter({name: row[0]})
        row[0].set_ylabel(measures.WORDS[_COLUMNS[name]][0])
        drawn = panel.merge(places[[*CELL, "status", "selected", "place", "x"]], on=CELL)
        for axes, network in zip(row, look.words, strict=True):
            _draw_panel(axes, drawn[drawn["network"] == network], _COLUMNS[name], look)
        for axes in row[1:]:
            axes.spines["left"].set_visible(False)
            axes.tick_params(axis="y", length=0)
        measures.scale(row[0], panel, _COLUMNS[name])
    characters = 90 / sum(widths)
    narrow = any(len(word) > characters * min(widths) for name in look.words.values() for word in name.split())
    for top, bottom, network, wide in zip(grid[0], grid[-1], look.words, widths, strict=True):
        name = style.shortened(look.words[network]) if narrow else style.wrapped(look.words[network], characters * wide)
        top.set_title(name, color=look.colour[network], rotation=90 * narrow)
        layers = list(places.loc[places["network"] == network, "layer"].unique())
        style.name_places(bottom, layers, characters * wide)
        bottom.set_xlim(-0.5, wide - 0.5)
    style.legend(figure)
    return figure, panels


def placed(cells: pd.DataFrame, networks: Sequence[str], nodes: pd.DataFrame) -> pd.DataFrame:
    """Rows of `cells` in the order of networks, of their layers and of seeds, each with its layer's `place` in its
    network and its own `x`; layers that `nodes` lacks come last."""
    parts = [cells.iloc[:0].assign(place=0, x=0.0)]
    for network in networks:
        rows = cells[cells["network"] == network]
        depth = {layer: n for n, layer in enumerate(nodes.loc[nodes["network"] == network, "layer"])}
        layers = sorted(rows["layer"].unique(), key=lambda layer: depth.get(layer, len(depth)))
        rows = rows.assign(place=[layers.index(layer) for layer in rows["layer"]]).sort_values(["place", "seed"])
        parts.append(rows.assign(x=dodged(rows, "place", 0.6, 0.16)))
    rows = pd.concat([part for part in parts if len(part)] or parts, ignore_index=True)
    return rows.assign(selected=rows["n_selective"])


def _draw_panel(axes: Axes, drawn: pd.DataFrame, column: str, look: readings.Shown) -> None:
    """A network's layers: each seed's points, and lines that join a seed's layers, selective units and all."""
    drawn = drawn.assign(at=drawn["x"] + drawn["group"].map({"all": 0.035, "random": 0.07}).fillna(0))
    joined = drawn[drawn["group"].isin(["selective", "all"])]
    for (network, group, _), seed in joined.groupby(["network", "group", "seed"]):
        ink = style.tint(style.tint(look.colour[network], style.FILLS[group]), 0.35)
        axes.plot(seed["at"], seed[column], color=ink, linewidth=0.7, zorder=2)
    measures.draw_seeds(axes, drawn[drawn["group"].notna()], column, look)
    for place, here in drawn.groupby("place"):
        measures.say_nothing(axes, place, here, column)
