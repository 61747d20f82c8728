"""What is measured of every seed of a network, in the same marks wherever they stand: filled selective, open random."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mien import status
from mien.figures import style
from mien.figures.marks import likeness, readings
from mien.figures.marks.points import intervals, points, say_at, span

#: Of the column that is drawn, the words and the least that the axis spans.
WORDS = {
    "percent": ("selective units,\n% of all units", (0, 0.1)),
    "accuracy": ("proportion correct", (0, 1)),
    "value": ("off-diagonal correlation\nwith people", (-0.1, 0.1)),
    "mean_difference": ("R², Hill\nminus linear", (0, 0.05)),
    "omega2_other_half": ("effect of expression\nin the other half, ω²", (0, 0.1)),
}
_SHUFFLED = "#BBBBBB"


def measured(tables: Mapping[str, pd.DataFrame], set_: str) -> dict[str, pd.DataFrame]:
    """Counts of selective units, and accuracies on a set and correlations with people of them and of random units."""
    alike = likeness.similarities(tables["similarity"], set_, likeness.people_of(tables["confusion"], set_))
    return {
        "a": readings.shares_selective(tables["selection"]),
        "b": readings.with_intervals(readings.selective_and_random(tables["accuracy"], set_)),
        "c": alike[(alike["entries"] == "off_diagonal") & alike["group"].isin(["selective", "random"])],
    }


def draw_seeds(
    axes: Axes,
    rows: pd.DataFrame,
    column: str,
    colour: Mapping[str, str],
    expressions: Sequence[str],
    across: bool = False,
) -> None:
    """Every seed at its place `at`, with its interval and baselines; crosses are seeds whose training failed."""
    selective = (rows["group"] == "selective").to_numpy()
    crossed = failed(rows)
    inks = rows["network"].map(colour).where(selective, style.GREY)
    draw_line = axes.axvline if across else axes.axhline
    if column == "accuracy":
        draw_line(1 / len(expressions), color=style.INK, linewidth=0.8, linestyle=style.DASHED, zorder=1)
    elif column != "percent":
        draw_line(0, color=style.GREY, linewidth=0.6, zorder=0)
    own, at, tick = rows[selective], rows["at"][selective], "|" if across else "_"
    if column == "percent":
        wide = float(np.clip(90 / max(1, len(own)), 1.2, 4))
        intervals(axes, at, own["null_low"], own["null_high"], across, color=_SHUFFLED, linewidth=wide, zorder=1)
        points(axes, at, own["null_mean"], style.GREY, across, marker=tick, s=8 * wide, zorder=1.5)
        varying = {"facecolor": "none", "marker": "D", "s": 9, "linewidth": 0.7}
        points(axes, at, own["percent_of_varying"], list(inks[selective]), across, **varying)
    if "low" in rows:
        intervals(axes, at, own["low"], own["high"], across, color=[style.tint(ink, 0.6) for ink in inks[selective]])
    if "uniform_errors" in rows:
        points(axes, at, own["noise_corrected"], style.INK, across, marker=tick, s=12)
        points(
            axes, at - 0.09, own["uniform_errors"], style.INK, across, marker="v" if across else ">", s=7, linewidth=0
        )
    kept = selective & ~crossed
    points(axes, rows["at"][kept], rows[column][kept], list(inks[kept]), across, s=11)
    points(axes, rows["at"][crossed], rows[column][crossed], style.GREY, across, s=13, marker="x", linewidth=1)
    points(axes, rows["at"][~selective], rows[column][~selective], style.GREY, across, facecolor="white", s=9, zorder=3)


def failed(rows: pd.DataFrame) -> np.ndarray:
    """Which rows are of the selective units of a network whose training failed, (rows,) of bool."""
    return (rows["group"] == "selective").to_numpy() & status.has(rows["status"], status.TRAINING_FAILED)


def scale(axes: Axes, panel: pd.DataFrame, column: str, across: bool = False) -> None:
    """Limits of a measure's axis, over all that a panel draws."""
    drawn = {column, "percent_of_varying", "null_high", "uniform_errors", "low", "high"} & set(panel)
    span("x" if across else "y", axes, [panel[sorted(drawn)]], WORDS[column][1])


def say_nothing(axes: Axes, at: float, rows: pd.DataFrame, column: str, across: bool = False) -> None:
    """Why there is nothing at a place, where there is nothing; `selected` of a row is its cell's count of units."""
    if not rows[column].count():
        missing, none = status.has(rows["status"], status.MISSING).all(), rows["selected"].fillna(0).eq(0).all()
        code = status.MISSING if missing else status.NO_UNITS
        say_at(axes, at, readings.word(code) if missing or none else "undefined", across, 16)


def legend_of_counts(counts: pd.DataFrame) -> list[Line2D]:
    """Legend entries of counts of selective units, from `readings.shares_selective`."""
    varying = counts["percent_of_varying"].notna().any()
    return [
        style.mark("o", "a seed, selective units"),
        style.line("shuffled expressions, 95 %", color=_SHUFFLED, linewidth=4),
        *([style.mark("D", "% of the units that vary", markersize=3.2, markerfacecolor="none")] if varying else []),
    ]


def legend(panels: Mapping[str, pd.DataFrame], expressions: Sequence[str]) -> list[Line2D]:
    """Legend entries of all that these panels hold."""
    crosses = any(
        status.has(rows["status"], status.TRAINING_FAILED).any() for rows in panels.values() if "status" in rows
    )
    return [
        *legend_of_counts(panels["a"]),
        style.mark("o", "as many random units", markerfacecolor="white", markeredgecolor=style.GREY),
        style.line(f"chance, 1/{len(expressions)}", linestyle=style.DASHED),
        style.line("95 %; of correlations, noise-corrected", marker="|", markersize=4, color=style.GREY),
        style.mark("v", "accuracy-matched, uniform errors"),
        *([style.mark("x", readings.word(status.TRAINING_FAILED), color=style.GREY)] if crosses else []),
    ]
