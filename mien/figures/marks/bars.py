"""Bars of accuracy against chance, in the same marks wherever they stand."""

from collections.abc import Sequence

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.patches import Patch

from mien.figures import style
from mien.figures.marks.points import dodged, intervals, points, say_at
from mien.figures.marks.readings import READINGS, Shown

_WIDTH = 0.19


def draw_accuracies(
    axes: Axes,
    by_seed: pd.DataFrame,
    means: pd.DataFrame,
    clusters: Sequence[tuple[str, str]],
    look: Shown,
    expressions: Sequence[str],
) -> None:
    """Accuracy by reading: bars are means over seeds, points the seeds, whiskers 95 % intervals.

    Args:
        by_seed, means: results of `readings.accuracies` and of `readings.over_seeds`.
        clusters: (network, set) of each cluster of bars, from left to right.
        expressions: the study's, which give the line of chance.
    """
    places = {cluster: place for place, cluster in enumerate(clusters)}
    order = {reading: place for place, reading in enumerate(READINGS)}
    means = means.assign(place=[places.get(key) for key in zip(means["network"], means["set"], strict=True)])
    means = means.dropna(subset="place").sort_values("reading", key=lambda names: names.map(order), kind="stable")
    means = means.assign(x=dodged(means, "place", most=_WIDTH))
    drawn = means.dropna(subset="accuracy")
    inks = drawn["network"].map(look.colour)
    faces = [style.fill(ink, reading) for ink, reading in zip(inks, drawn["reading"], strict=True)]
    axes.bar(drawn["x"], drawn["accuracy"], 0.86 * _WIDTH, color=faces, edgecolor=list(inks), linewidth=0.7, zorder=2,
             hatch=[style.FILLS[reading][1] for reading in drawn["reading"]])  # fmt: skip
    intervals(axes, drawn["x"], drawn["low"], drawn["high"], zorder=3)
    seeds = by_seed.merge(drawn[["network", "set", "reading", "x"]], on=["network", "set", "reading"])
    x = dodged(seeds.dropna(subset="accuracy"), "x", width=0.5 * _WIDTH)
    points(axes, x, seeds["accuracy"].dropna(), style.INK, facecolor="white", s=6, linewidth=0.6, zorder=5)
    for (network, _), place in places.items():
        here = means[means["place"] == place]
        if here["accuracy"].isna().all():
            say_at(axes, place, look.empty[network])
        else:
            for x in here.loc[here["accuracy"].isna(), "x"]:
                say_at(axes, x, look.empty[network])
    axes.axhline(1 / len(expressions), color=style.INK, linewidth=0.8, linestyle=style.DASHED, zorder=4)
    axes.set(xlim=(-0.5, len(clusters) - 0.5), ylim=(0, 1), ylabel="proportion correct")


def legend_of_readings(colour: str, expressions: Sequence[str]) -> list:
    """Legend entries of `draw_accuracies`, in one colour."""
    chance = style.line(f"chance, 1/{len(expressions)}", linestyle=style.DASHED)
    return [
        *(Patch(facecolor=style.fill(colour, name), hatch=style.FILLS[name][1], edgecolor=colour, linewidth=0.7,
                label=words)
          for name, words in READINGS.items()),
        chance,
    ]  # fmt: skip
