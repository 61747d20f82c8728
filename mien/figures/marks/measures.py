"""What is measured of every seed of a network, in the same marks wherever they stand: those of the units read."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mien import status
from mien.confusions.over_seeds import participants_of, similarities
from mien.decoding.over_seeds import accuracies, with_intervals
from mien.figures import style
from mien.figures.marks import readings
from mien.figures.marks.points import draw_chance, intervals, points, say_at, span
from mien.units.shares import shares_selective

#: Of the column that is drawn, the words and the least that the axis spans.
WORDS = {
    "percent": ("selective units,\n% of all units", (0, 0.1)),
    "accuracy": ("proportion correct", (0, 1)),
    "value": ("off-diagonal\ncorrelation with\nparticipants", (-0.1, 0.1)),
    "mean_difference": ("R², Hill\nminus linear", (0, 0.05)),
    "omega2_other_half": ("effect of expression\nin the other half, ω²", (0, 0.1)),
}


#: Units whose seeds are drawn.
GROUPS = ("selective", "all", "random")


def measured(tables: Mapping[str, pd.DataFrame], set_: str) -> dict[str, pd.DataFrame]:
    """Counts of selective units; accuracies on a set and correlations with participants, by `GROUPS`."""
    accuracy = accuracies(tables["accuracy"][tables["accuracy"]["set"] == set_])
    accuracy = accuracy.rename(columns={"reading": "group"}).drop(columns="set")
    participants = participants_of(tables["confusion"], set_)
    alike = readings.having(similarities(tables["similarity"], set_, participants), entries="off_diagonal")
    return {
        "a": shares_selective(tables["selection"]),
        "b": with_intervals(accuracy[accuracy["group"].isin(GROUPS)]),
        "c": alike[alike["group"].isin(GROUPS)],
    }


def draw_seeds(axes: Axes, rows: pd.DataFrame, column: str, look: readings.Shown, across: bool = False) -> None:
    """Every seed at its place `at`, with its interval and baselines; crosses are seeds whose training failed."""
    read = zip(rows["network"], rows["group"], strict=True)
    rows = rows.assign(ink=[style.tint(look.colour[network], style.FILLS[group]) for network, group in read])
    crossed = failed(rows)
    own, random = rows[rows["group"] == "selective"], rows[rows["group"] == "random"]
    kept, whole = (rows[~crossed & (rows["group"] == group)] for group in ("selective", "all"))
    tick = "|" if across else "_"
    if column == "accuracy":
        draw_chance(axes, len(look.expressions), across)
    elif column != "percent":
        (axes.axvline if across else axes.axhline)(0, color=style.GREY, linewidth=0.6, zorder=0)
    points(axes, kept["at"], kept[column], list(kept["ink"]), across, s=11, label="a seed, selective units")
    points(
        axes,
        whole["at"],
        whole[column],
        list(whole["ink"]),
        across,
        s=8,
        marker=style.WHOLE,
        label=readings.READINGS["all"],
    )
    points(axes, random["at"], random[column], style.GREY, across, facecolor="white", s=9, zorder=3,
           label=readings.READINGS["random"])  # fmt: skip
    points(axes, rows["at"][crossed], rows[column][crossed], style.GREY, across, s=13, marker="x", linewidth=1,
           label=status.short(status.TRAINING_FAILED))  # fmt: skip
    if column == "percent":
        wide = float(np.clip(90 / max(1, len(own)), 1.2, 4))
        intervals(axes, own["at"], own["null_low"], own["null_high"], across, color="#BBBBBB", linewidth=wide,
                  zorder=1, label="shuffled expressions, 95 %")  # fmt: skip
        points(axes, own["at"], own["null_mean"], style.GREY, across, marker=tick, s=8 * wide, zorder=1.5)
        points(axes, own["at"], own["percent_of_varying"], list(own["ink"]), across, facecolor="none", marker="D", s=9,
               linewidth=0.7, label="% of the units that vary")  # fmt: skip
    if "low" in rows:
        sure = rows[rows["group"] != "random"]
        pale = [style.tint(ink, 0.6) for ink in sure["ink"]]
        intervals(axes, sure["at"], sure["low"], sure["high"], across, color=pale, label="95 % interval")
    if "uniform_errors" in rows:
        points(axes, own["at"], own["noise_corrected"], style.INK, across, marker=tick, s=12, label="noise-corrected")
        points(axes, own["at"] - 0.09, own["uniform_errors"], style.INK, across, marker="v" if across else ">", s=7,
               linewidth=0, label="accuracy-matched, uniform errors")  # fmt: skip


def failed(rows: pd.DataFrame) -> pd.Series:
    """Which rows are of the selective units, or of all, of a network whose training failed."""
    return (rows["group"] != "random") & status.has(rows["status"], status.TRAINING_FAILED)


def scale(axes: Axes, panel: pd.DataFrame, column: str, across: bool = False) -> None:
    """Limits of a measure's axis, over all that a panel draws."""
    drawn = {column, "percent_of_varying", "null_high", "uniform_errors", "low", "high"} & set(panel)
    span("x" if across else "y", axes, [panel[sorted(drawn)]], WORDS[column][1])


def say_nothing(axes: Axes, at: float, rows: pd.DataFrame, column: str, across: bool = False) -> None:
    """Why there is nothing at a place, where there is nothing; `selected` of a row is its cell's count of units."""
    if not rows[column].count():
        missing, none = status.has(rows["status"], status.MISSING).all(), rows["selected"].fillna(0).eq(0).all()
        code = status.MISSING if missing else status.NO_UNITS
        say_at(axes, at, status.short(code) if missing or none else "undefined", across, 16)
