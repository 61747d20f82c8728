"""Figure 6: the layers of each network: how many units are selective, what they say, and how like people's it is."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mien.expressions import EXPRESSIONS
from mien.figures import style
from mien.figures.marks import likeness
from mien.figures.marks.readings import (
    CELL,
    notes,
    pixel_networks,
    selective_and_random,
    shares_selective,
    wilson,
)
from mien.status import MISSING, TRAINING_FAILED, has

_SET = "controlled"
_LEFT, _WIDTH, _TALL, _BETWEEN = 22.0, 155.0, 27.0, 8.0  # mm
_GAP = 0.7  # between networks, of a layer's width
#: Label of each panel, and what it draws: a column and those of its interval.
_PANELS = {
    "a": ("selective units,\n% of all units", "percent", None),
    "b": ("proportion correct", "accuracy", ("low", "high")),
    "c": ("off-diagonal correlation\nwith people", "value", ("low", "high")),
    "d": ("effect of expression\nin the other half, ω²", "omega2_other_half", None),
}


@style.journal
def draw(
    cells: pd.DataFrame,
    selection: pd.DataFrame,
    accuracy: pd.DataFrame,
    similarity: pd.DataFrame,
    confusion: pd.DataFrame,
    networks: Sequence[str],
    order: Mapping[str, Sequence[str]],
) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels: `a` counts, `b` accuracy, `c` likeness to people, `d` effect size.

    Args:
        cells, selection, accuracy, similarity, confusion: the study's tables.
        networks: those drawn, in order, each at all of its layers; pixels come after them.
        order: the layers of each network from the image on, as many as are known.
    """
    compared = list(networks)
    networks = [*compared, *pixel_networks(cells, compared)]
    places = placed(cells, networks, order)
    people = likeness.people_of(confusion, _SET)
    panels = {
        name: places[CELL].merge(frame, on=CELL, how="left")
        for name, frame in (("a", shares_selective(selection)), ("b", _accuracies(accuracy)),
                            ("c", likeness.of_errors(similarity, _SET, people)), ("d", _effects(selection)))
    }  # fmt: skip
    colour = style.colours(compared, networks[len(compared) :])
    size = _size(places)
    tall, depth = _TALL + _BETWEEN, _depth(places)
    figure = style.page(
        19 + tall * len(_PANELS) + depth, notes(cells, networks, {}, panels["b"].dropna(subset="n_units"))
    )
    for row, (name, (label, column, interval)) in enumerate(_PANELS.items()):
        style.letter(figure, name.upper(), 2, 13 + tall * row - (3 if row else 0))
        axes = style.place(figure, _LEFT, 17 + tall * row, _WIDTH, _TALL)
        axes.set_ylabel(label)
        drawn = panels[name].merge(places[[*CELL, "status", "place", "x"]], on=CELL)
        if name == "a":
            _draw_null(axes, drawn, size)
            _draw_of_varying(axes, drawn, colour, size)
        _draw_seeds(axes, drawn, column, interval, colour, size)
        _say_what_is_missing(axes, places, drawn, column)
        _lay_out(axes, places, named=row == len(_PANELS) - 1)
        _FINISH[name](axes, panels[name])
    _explain_marks(
        figure,
        failed=has(places["status"], TRAINING_FAILED).any(),
        varying=panels["a"]["percent_of_varying"].notna().any(),
    )
    return figure, panels


def placed(cells: pd.DataFrame, networks: Sequence[str], order: Mapping[str, Sequence[str]]) -> pd.DataFrame:
    """Rows of `cells` in the order of networks, of their layers and of seeds, each with its `place` and seed's `x`."""
    parts, start = [], 0.0
    for network in networks:
        rows = cells[cells["network"] == network]
        depth = {layer: n for n, layer in enumerate(order.get(network, ()))}
        layers = sorted(rows["layer"].unique(), key=lambda layer: depth.get(layer, len(depth)))
        for layer in layers:
            here = rows[rows["layer"] == layer].sort_values("seed")
            x = start + style.spread(len(here), min(0.6, 0.14 * len(here)))
            parts.append(here.assign(place=start, x=x))
            start += 1
        start += _GAP if layers else 0
    return pd.concat(parts, ignore_index=True) if parts else cells.iloc[:0].assign(place=0.0, x=0.0)


def _accuracies(accuracy: pd.DataFrame) -> pd.DataFrame:
    frame = selective_and_random(accuracy, _SET)
    low, high = wilson(frame["accuracy"].to_numpy(float), frame["n"].to_numpy(float))
    return frame.assign(low=low, high=high)


def _effects(selection: pd.DataFrame) -> pd.DataFrame:
    frame = selection[selection["scheme"] == "fixed"]
    columns = ["n_half_a", "n_half_b", "n_both_halves", "n_both_expected", "kappa_halves", "omega2_other_half"]
    return frame[[*CELL, "n_units", *columns]].assign(group="selective")


def _draw_seeds(
    axes: Axes,
    drawn: pd.DataFrame,
    column: str,
    interval: tuple[str, str] | None,
    colour: Mapping[str, str],
    size: float,
) -> None:
    """Each seed's point with its interval, and lines that join a seed's layers; random units open, beside them."""
    for (network, _), rows in drawn[drawn["group"] == "selective"].groupby(["network", "seed"], sort=False):
        rows = rows.sort_values("place")
        axes.plot(rows["x"], rows[column], color=style.tint(colour[network], 0.35), linewidth=0.7, zorder=2)
    area = size**2
    for (network, group), rows in drawn.groupby(["network", "group"], sort=False):
        x = rows["x"] + (0.07 if group == "random" else 0)
        if interval and group == "selective":
            axes.vlines(x, rows[interval[0]], rows[interval[1]], color=style.INK, linewidth=0.7, zorder=2.5)
        if "noise_corrected" in rows and group == "selective":
            axes.scatter(
                x, rows["noise_corrected"], marker="_", s=10 * area, color=style.INK, linewidth=0.9, zorder=2.6
            )
            axes.scatter(
                x - 0.09, rows["uniform_errors"], marker=">", s=6 * area, color=style.INK, linewidth=0, zorder=3
            )
        failed = has(rows["status"], TRAINING_FAILED)
        if group == "selective":
            axes.scatter(x[~failed], rows.loc[~failed, column], s=11 * area, color=colour[network], linewidth=0.7,
                         zorder=4, clip_on=False)  # fmt: skip
            axes.scatter(x[failed], rows.loc[failed, column], s=13 * area, marker="x", color=style.GREY, linewidth=1,
                         zorder=4, clip_on=False)  # fmt: skip
        else:
            axes.scatter(x, rows[column], s=7 * area, color="white", edgecolor=style.GREY, linewidth=0.7, zorder=3,
                         clip_on=False)  # fmt: skip


def _draw_null(axes: Axes, drawn: pd.DataFrame, size: float) -> None:
    """What shuffled expressions give, beside each seed."""
    for row in drawn[drawn["percent"].notna()].itertuples():
        axes.plot(
            [row.x] * 2, [row.null_low, row.null_high], color="#BBBBBB", linewidth=3.5 * size, solid_capstyle="butt"
        )
        axes.plot(row.x, row.null_mean, marker="_", markersize=4 * size, color=style.GREY, markeredgewidth=0.9)


def _draw_of_varying(axes: Axes, drawn: pd.DataFrame, colour: Mapping[str, str], size: float) -> None:
    """Share of the units that vary, where some never do."""
    how = style.OF_VARYING | {"s": style.OF_VARYING["s"] * size**2}
    axes.scatter(
        drawn["x"],
        drawn["percent_of_varying"],
        **how,
        edgecolor=drawn["network"].map(colour),
        zorder=3.5,
        clip_on=False,
    )


def _clusters(places: pd.DataFrame) -> Iterator[tuple[str, pd.DataFrame]]:
    """Each network's layers: `layer`, `place`."""
    for network, rows in places.groupby("network", sort=False):
        yield network, rows.drop_duplicates("layer")


def _slot(places: pd.DataFrame) -> float:
    """Width of a layer's place, mm."""
    return _WIDTH / (places["place"].max() + 1) if len(places) else _WIDTH


def _size(places: pd.DataFrame) -> float:
    """Size of the marks, 1 where each seed has a millimetre and a half: smaller where there is less."""
    seeds = places.groupby(["network", "layer"]).size().max() if len(places) else 1
    return float(np.clip(_slot(places) * 0.7 / seeds / 1.5, 0.4, 1))


def _names(places: pd.DataFrame) -> tuple[list[str], bool]:
    """What stands below each layer, and whether it is level: its network, too, where that has no room above."""
    above = _named_above(places)
    names = [
        layer if above else f"{style.plain(network)}, {layer}"
        for network, rows in _clusters(places)
        for layer in rows["layer"]
    ]
    level = above and all(style.width_of(name) < _slot(places) - 1 for name in names)
    return names if level else [style.shortened(name, 34, 6) for name in names], level


def _headings(places: pd.DataFrame) -> list[tuple[float, str]]:
    """Each network's name above the middle of its layers, and where that is."""
    slot = _slot(places)
    found = []
    for network, rows in _clusters(places):
        name = style.plain(network)
        wide = max(slot * (len(rows) + _GAP) - 1, *(style.width_of(word) + 0.1 for word in name.split()))
        found.append((rows["place"].mean(), style.wrapped(name, wide)))
    return found


def _named_above(places: pd.DataFrame) -> bool:
    """Whether the names of the networks fit beside one another."""
    slot, reached = _slot(places), -_LEFT
    for middle, words in _headings(places):
        half = max(style.width_of(line) for line in words.split("\n")) / 2
        centre = slot * (middle + 0.5)
        if words.count("\n") > 1 or centre - half < reached + 1.5 or centre + half > _WIDTH + 2:
            return False
        reached = centre + half
    return True


def _depth(places: pd.DataFrame) -> float:
    """Room for the names below, mm."""
    names, level = _names(places)
    return 2.0 if level or not names else 0.87 * max(style.width_of(name, 6) for name in names)


def _lay_out(axes: Axes, places: pd.DataFrame, named: bool) -> None:
    at = [place for _, rows in _clusters(places) for place in rows["place"]]
    axes.set_xlim(-0.5, max([0, *at]) + 0.5)
    axes.tick_params(axis="x", length=0)
    names, level = _names(places)
    if named and level:
        axes.set_xticks(at, names)
    elif named:
        axes.set_xticks(at, names, rotation=60, ha="right", rotation_mode="anchor", fontsize=6)
    else:
        axes.set_xticks(at, [""] * len(at))
    for _, rows in _clusters(places):
        edge = rows["place"].iloc[-1] + 0.5 + _GAP / 2
        axes.axvline(edge, color=style.PALE, linewidth=0.6, zorder=0)
    if axes is axes.figure.axes[0] and _named_above(places):
        for middle, words in _headings(places):
            axes.annotate(words, (middle, 1), xycoords=("data", "axes fraction"), xytext=(0, 3),
                          textcoords="offset points", ha="center", va="bottom", fontsize=6.5, zorder=6)  # fmt: skip


def _say_what_is_missing(axes: Axes, places: pd.DataFrame, drawn: pd.DataFrame, column: str) -> None:
    """Words at a layer where no seed has anything to draw."""
    values = drawn.groupby(["network", "layer"])[column].count()
    for (network, layer), rows in places.groupby(["network", "layer"], sort=False):
        if values.get((network, layer), 0):
            continue
        missing = has(rows["status"], MISSING).all()
        none = rows["n_selective"].fillna(0).eq(0).all()
        words = style.MISSING if missing else style.NO_UNITS if none else "undefined"
        axes.text(rows["place"].iloc[0], 0.05, words, rotation=90, ha="center", va="bottom", color=style.GREY,
                  fontsize=6, transform=axes.get_xaxis_transform())  # fmt: skip


def _finish_counts(axes: Axes, panel: pd.DataFrame) -> None:
    _scale(
        axes, 0, 1.08 * np.nanmax([0.1, *panel[["percent", "percent_of_varying", "null_high"]].to_numpy(float).ravel()])
    )


def _finish_accuracy(axes: Axes, panel: pd.DataFrame) -> None:
    axes.axhline(1 / len(EXPRESSIONS), color=style.INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    _scale(axes, 0, 1)


def _finish_likeness(axes: Axes, panel: pd.DataFrame) -> None:
    axes.axhline(0, color=style.GREY, linewidth=0.6, zorder=0)
    values = panel[["value", "uniform_errors", "low", "high"]].to_numpy(float)
    _scale(axes, np.nanmin([-0.1, *values.ravel()]) - 0.03, np.nanmax([0.1, *values.ravel()]) + 0.03)


def _finish_effects(axes: Axes, panel: pd.DataFrame) -> None:
    axes.axhline(0, color=style.GREY, linewidth=0.6, zorder=0)
    values = panel["omega2_other_half"].to_numpy(float)
    _scale(axes, np.nanmin([-0.02, *values]), 1.08 * np.nanmax([0.1, *values]))


def _scale(axes: Axes, low: float, high: float) -> None:
    axes.set_ylim(low, high)
    axes.set_yticks(style.ticks(low, high))


_FINISH = {"a": _finish_counts, "b": _finish_accuracy, "c": _finish_likeness, "d": _finish_effects}


def _explain_marks(figure: Figure, failed: bool, varying: bool) -> None:
    def mark(marker: str, label: str, size: float = 3.5, **how) -> Line2D:
        return Line2D([], [], linestyle="", marker=marker, markersize=size, label=label, **how)

    marks = [
        mark("o", "a seed, selective units", color=style.INK),
        mark("o", "as many random units", 3, markerfacecolor="white", markeredgecolor=style.GREY),
        Line2D([], [], color=style.INK, linewidth=0.8, label="95 % interval"),
        Line2D([], [], color="#BBBBBB", linewidth=4, label="A: shuffled expressions, 95 %"),
        Line2D([], [], color=style.INK, linewidth=0.8, linestyle=(0, (4, 3)), label="B: chance, 1/6"),
        mark("_", "C: freed of noise", 4, color=style.INK),
        mark(">", "C: as often right, even errors", 3, color=style.INK),
    ]
    if varying:
        marks.append(style.legend_of_varying("A: % of the units that vary"))
    if failed:
        marks.append(mark("x", "training failed", color=style.GREY))
    down = figure.get_size_inches()[1] * style.MILLIMETRES
    figure.legend(handles=marks, loc="upper left", bbox_to_anchor=(3 / style.WIDTH, 1 - 2 / down), ncols=4,
                  handletextpad=0.5, columnspacing=1.5, borderpad=0, borderaxespad=0, labelspacing=0.4)  # fmt: skip
