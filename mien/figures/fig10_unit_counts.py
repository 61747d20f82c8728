"""Figure 10: how many units tell how much: accuracy against the number of units read, up to the whole layer."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.comparison.notes import notes
from mien.decoding.over_seeds import over_orders
from mien.figures import style
from mien.figures.marks.points import draw_chance, points
from mien.figures.marks.readings import READINGS, at_layer, having, shown

SETS = ("controlled",)
TABLES = ("unit_counts", "cells")
PANELS = {"a": "accuracies by the number of units read"}
CHOSEN = ("compare", "expressions", "how_many", "layer")
REPORT = ("Networks", "10 Units read")

#: The line of each group of units; all random ones are the whole layer.
_LINES = {"selective": "-", "random": "-", "nonselective": (0, (1, 1))}


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels: a row of panels a network, a column a set."""
    networks, cells = chosen["compare"], tables["cells"]
    look = shown(cells, networks, chosen["layer"])
    panel = over_orders(at_layer(tables["unit_counts"], networks, look.layers))
    sets = list(panel["set"].unique()) or list(SETS)
    figure = style.page(26 + min(36, 200 / len(networks)) * len(networks), notes(cells, networks, look.layers))
    grid = figure.subplots(len(networks), len(sets), sharex=True, sharey=True, squeeze=False)
    for row, network in zip(grid, networks, strict=True):
        row[0].set_ylabel(style.wrapped(look.words[network], 24), color=look.colour[network], rotation=0, ha="right",
                          va="center")  # fmt: skip
        for axes, set_ in zip(row, sets, strict=True):
            draw_chance(axes, len(chosen["expressions"]))
            here = having(panel, network=network, set=set_)
            _draw_curves(axes, here, look.colour[network])
            if here.empty:
                style.say(axes, look.empty[network])
    for set_, top, bottom in zip(sets, grid[0], grid[-1], strict=True):
        top.set_title(set_)
        bottom.set(xscale="log", ylim=(0, 1), xlabel="units read")
    figure.supylabel("proportion correct")
    style.legend(figure, columns=6)
    return figure, {"a": panel}


def _draw_curves(axes: Axes, panel: pd.DataFrame, colour: str) -> None:
    """Thin lines are seeds; thick ones their means, at the counts that all seeds have and at the end, all units."""
    for group, line in _LINES.items():
        here = having(panel, group=group).sort_values("n_units")
        ink = style.tint(colour, max(0.45, style.FILLS[group]))
        for _, seed in here.groupby("seed"):
            axes.plot(seed["n_units"], seed["accuracy"], color=style.tint(ink, 0.5), linewidth=0.5, linestyle=line)
        seeds_with = here.groupby("n_units")["seed"].transform("size")
        counted = here[~here["whole"] & (seeds_with == here["seed"].nunique())]
        mean = counted.groupby("n_units", as_index=False)["accuracy"].mean()
        mean = pd.concat([mean, here.loc[here["whole"], ["n_units", "accuracy"]].mean().to_frame().T])
        if len(here):
            label = READINGS[group].removeprefix("as many ")
            above = 2 + (group == "selective")
            axes.plot(mean["n_units"], mean["accuracy"], color=ink, linewidth=1.6, linestyle=line, zorder=above,
                      label=label)  # fmt: skip
    ends = having(panel[panel["whole"]], group="random")
    points(axes, ends["n_units"], ends["accuracy"], style.tint(colour, style.FILLS["all"]), s=9, marker=style.WHOLE,
           label=READINGS["all"])  # fmt: skip
