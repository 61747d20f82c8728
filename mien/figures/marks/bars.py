"""Bars of accuracy against chance, in the same marks wherever they stand."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes

from mien.figures import style
from mien.figures.marks.points import dodged, draw_chance, intervals, points, say_at
from mien.figures.marks.readings import READINGS, Shown

_WIDTH = 0.16


def draw_accuracies(
    axes: Axes, by_seed: pd.DataFrame, means: pd.DataFrame, clusters: Sequence[tuple[str, str]], look: Shown
) -> None:
    """Accuracy by reading, in `clusters` of (network, set): bars are means over seeds, points the seeds, whiskers 95 %
    intervals; `by_seed` and `means` are results of `mien.decoding.over_seeds`."""
    places = {cluster: place for place, cluster in enumerate(clusters)}
    means = means.assign(place=[places.get(key) for key in zip(means["network"], means["set"], strict=True)])
    means = means.assign(order=pd.Categorical(means["reading"], READINGS)).dropna(subset="place")
    means = means.sort_values("order", kind="stable")
    means = means.assign(x=dodged(means, "place", width=5 * _WIDTH, most=_WIDTH))
    for reading, drawn in means.dropna(subset="accuracy").groupby("order", observed=True):
        inks = list(drawn["network"].map(look.colour))
        fills, hatch = [style.tint(ink, style.FILLS[reading]) for ink in inks], "//////" * (reading == "shuffled")
        axes.bar(drawn["x"], drawn["accuracy"], 0.86 * _WIDTH, color=fills, hatch=hatch, edgecolor=inks, linewidth=0.7,
                 zorder=2, label=READINGS[reading])  # fmt: skip
    intervals(axes, means["x"], means["low"], means["high"], zorder=3, **style.halo(1.8))
    seeds = by_seed.merge(means[["network", "set", "reading", "x"]], on=["network", "set", "reading"])
    seeds = seeds.dropna(subset="accuracy")
    x = dodged(seeds, "x", width=0.5 * _WIDTH)
    points(axes, x, seeds["accuracy"], style.INK, facecolor="white", s=6, linewidth=0.6, zorder=5)
    for (network, _), place in places.items():
        here = means[means["place"] == place]
        lacking = here.loc[here["accuracy"].isna(), "x"]
        for x in lacking if len(lacking) < len(here) else [place]:
            say_at(axes, x, look.empty[network])
    draw_chance(axes, len(look.expressions))
    axes.set(xlim=(-0.5, len(clusters) - 0.5), ylim=(0, 1), ylabel="proportion correct")
