"""Figure 8: do units change most where identification changes, and more than the pictures do?"""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mien.expressions import ends_of
from mien.figures import style
from mien.figures.marks.curves import of_selective
from mien.figures.marks.readings import CELL, at_layer, emptiness, notes, words_of

_ACROSS = 4
_LANE = 1.9  # mm, a continuum in panels B and C
_DASHES = {"predicted": (0, (1, 1.2)), "pixels": (0, (4, 1.5))}


@style.journal
def draw(
    curves: pd.DataFrame,
    peaks: pd.DataFrame,
    fits: pd.DataFrame,
    cells: pd.DataFrame,
    focus: str,
    layers: Mapping[str, str],
    networks: Sequence[str],
) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels: `a` curves of `focus`, `b` peaks about boundaries, `c` excesses.

    Args:
        curves, peaks, fits, cells: the study's tables `discrimination_curves`, `discrimination_peaks`, `fits`, `cells`.
        focus: the network of panel A.
        layers: where each network is read.
        networks: those of panels B and C, in order.
    """
    continua = list(peaks["continuum"].unique())
    curves, own = of_selective(curves, [focus], layers), of_selective(peaks, [focus], layers)
    own = own.merge(_boundaries(of_selective(fits, [focus], layers)), on=[*CELL, "continuum"], how="left")
    over = at_layer(peaks[peaks["group"].isin(["selective", "random"])], networks, layers)
    words, empty = words_of(networks, layers), emptiness(cells, [*networks, focus], layers)
    colour = style.colours(dict.fromkeys([*networks, focus]))
    rows = -(-(len(continua) + 1) // _ACROSS)
    below = 12 + 40 * rows
    row = max(9.0, _LANE * len(continua) + 2)
    note = notes(cells, dict.fromkeys([*networks, focus]), layers, over)
    figure = style.page(below + 12 + row * len(networks) + 10, note)
    for name, left, top in (("A", 2, 2), ("B", 2, below), ("C", 112, below)):
        style.letter(figure, name, left, top)
    _draw_continua(figure, curves, own, continua, colour[focus], empty[focus])
    _explain_curves(figure, len(continua), colour[focus])
    names = [style.wrapped(words[network], 34) for network in networks]
    panels = {"b": _relative(over[over["group"] == "selective"]), "c": _excesses(over)}
    for name, left, label in (("b", 40, "peak less boundary, share of second expression"),
                              ("c", 118, "change at the boundary, units less pixels")):  # fmt: skip
        axes = style.place(figure, left, below + 9, 66 if name == "b" else 58, row * len(networks))
        for place, network in enumerate(networks):
            here = panels[name][panels[name]["network"] == network]
            _draw_row(axes, place, here, continua, colour[network], empty[network])
        _lay_out(axes, names if name == "b" else [""] * len(names), label)
    _explain_rows(figure, below + 3)
    marks = ["peak", "peak_low", "peak_high", "boundary", "boundary_low", "boundary_high", "r_predicted"]
    drawn = curves.merge(own[[*CELL, "continuum", *marks]], on=[*CELL, "continuum"], how="left")
    return figure, {"a": drawn, **panels}


def _boundaries(fits: pd.DataFrame) -> pd.DataFrame:
    """Intervals of the boundaries that `discrimination_peaks` takes: those of the logistic in x."""
    return fits.loc[fits["fit"] == "logistic", [*CELL, "continuum", "boundary_low", "boundary_high"]]


def _relative(peaks: pd.DataFrame) -> pd.DataFrame:
    low, high = (peaks[f"peak_{end}"] - peaks["boundary"] for end in ("low", "high"))
    columns = [*CELL, "group", "n_units", "continuum", "peak", "boundary"]
    return peaks[columns].assign(value=peaks["from_boundary"], low=low, high=high, n_identities=peaks["n_identities"],
                                 status=peaks["status"])  # fmt: skip


def _excesses(peaks: pd.DataFrame) -> pd.DataFrame:
    """Excess at the boundary of selective units, and the mean over draws of as many random ones."""
    keys = [*CELL, "group", "n_units", "continuum"]
    how = {"value": ("excess", "mean"), "low": ("excess_low", "mean"), "high": ("excess_high", "mean"),
           "n_identities": ("n_identities", "first"), "status": ("status", "first")}  # fmt: skip
    return peaks.groupby(keys, sort=False).agg(**how).reset_index()


def _draw_continua(
    figure: Figure, curves: pd.DataFrame, peaks: pd.DataFrame, continua: list[str], colour: str, empty: str
) -> None:
    """Panel A: relative change at each pair of neighbouring levels, with the peak and the boundary above."""
    values = curves[["distance", "distance_high", "predicted", "pixels"]].to_numpy(float)
    top = 1.05 * np.nanmax([1.8, *values.ravel()])
    for place, continuum in enumerate(continua):
        row, column = divmod(place, _ACROSS)
        axes = style.place(figure, 16 + 41.5 * column, 9 + 40 * row, 35, 29)
        axes.set_title(" → ".join(ends_of(continuum)), pad=5)
        axes.set_xlim(-0.03, 1.03)
        axes.set_ylim(0, 1.3 * top)
        axes.set_yticks(style.ticks(0, top))
        axes.spines["left"].set_bounds(0, top)
        axes.set_xticks([0, 0.5, 1], ["0", ".5", "1"])
        if column == 0:
            axes.set_ylabel("change, relative\nto its mean")
        if place >= len(continua) - _ACROSS:
            axes.set_xlabel("share of second expression")
        here = curves[curves["continuum"] == continuum]
        if here["distance"].isna().all():
            style.say(axes, (empty if (here["n_units"] == 0).all() else "no change").replace(" units", "\nunits"))
            continue
        axes.axhline(1, color=style.PALE, linewidth=0.6, zorder=0)
        _draw_curves(axes, here, colour)
        _draw_peaks(axes, peaks[peaks["continuum"] == continuum], colour)


def _draw_curves(axes: Axes, curves: pd.DataFrame, colour: str) -> None:
    for place, (_, seed) in enumerate(curves.groupby("seed")):
        axes.fill_between(seed["level"], seed["distance_low"], seed["distance_high"], color=colour, alpha=0.18,
                          linewidth=0)  # fmt: skip
        axes.plot(seed["level"], seed["distance"], color=colour, linewidth=1.1, zorder=3)
        axes.plot(seed["level"], seed["predicted"], color=style.INK, linewidth=0.7, linestyle=_DASHES["predicted"],
                  zorder=2)  # fmt: skip
        if not place:  # of every seed the same
            axes.plot(seed["level"], seed["pixels"], color=style.GREY, linewidth=0.9, linestyle=_DASHES["pixels"],
                      zorder=2)  # fmt: skip


def _draw_peaks(axes: Axes, peaks: pd.DataFrame, colour: str) -> None:
    """Above the curves, each seed's peak and its boundary, with 95 % intervals."""
    marks = (("peak", "v", colour, 0.98), ("boundary", "|", style.INK, 0.87))
    for name, marker, ink, height in marks:
        y = height + style.spread(len(peaks), min(0.05, 0.025 * (len(peaks) - 1)))
        for at, row in zip(y, peaks.to_dict("records"), strict=True):
            how = {"transform": axes.get_xaxis_transform(), "clip_on": False, "color": ink}
            axes.plot([row[f"{name}_low"], row[f"{name}_high"]], [at, at], linewidth=0.8, **how)
            axes.plot(row[name], at, marker=marker, markersize=3.5, markeredgewidth=0.8, linestyle="", **how)


def _draw_row(axes: Axes, row: int, here: pd.DataFrame, continua: list[str], colour: str, empty: str) -> None:
    """A network: the continua below one another, a circle a seed with its interval; the mean of all as a line."""
    if here["value"].isna().all():
        words = "undefined" if (here["n_units"] > 0).any() else empty
        axes.text(0.5, row, words, transform=axes.get_yaxis_transform(), ha="center", va="center", color=style.GREY,
                  bbox={"facecolor": "white", "edgecolor": "none", "pad": 1}, zorder=5)  # fmt: skip
        return
    lanes = dict(zip(continua, style.spread(len(continua), 0.8), strict=True))
    step = 0.8 / max(1, len(continua) - 1)
    for continuum, lane in lanes.items():
        of = here[(here["continuum"] == continuum) & here["value"].notna()]
        chosen = of[of["group"] == "selective"]
        y = row + lane + style.spread(len(chosen), 0.55 * step * (len(chosen) > 1))
        for at, low, high in zip(y, chosen["low"], chosen["high"], strict=True):
            axes.plot([low, high], [at, at], color=style.tint(colour, 0.5), linewidth=0.6, zorder=2)
        axes.scatter(chosen["value"], y, s=6, color=colour, linewidth=0, zorder=4)
        random = of[of["group"] == "random"]
        axes.scatter(random["value"], [row + lane] * len(random), s=5, color="white", edgecolor=style.GREY,
                     linewidth=0.5, zorder=3)  # fmt: skip
    mean = here.loc[here["group"] == "selective", "value"].mean()
    axes.plot([mean, mean], [row - 0.46, row + 0.46], color=style.INK, linewidth=1, zorder=5)


def _lay_out(axes: Axes, names: list[str], label: str) -> None:
    axes.axvline(0, color=style.GREY, linewidth=0.6, zorder=0)
    for edge in range(len(names) + 1):
        axes.axhline(edge - 0.5, color=style.PALE, linewidth=0.5, zorder=0)
    axes.set_yticks(range(len(names)), names)
    axes.tick_params(axis="y", length=0)
    axes.spines["left"].set_visible(False)
    axes.set_ylim(len(names) - 0.5, -0.5)
    axes.set_xlabel(label)
    low, high = axes.get_xlim()
    reach = max(abs(low), abs(high), 0.05)
    low, high = (-reach, reach) if low < 0 else (-0.05 * high, high)
    axes.set_xlim(low, high)
    axes.set_xticks(style.ticks(low, high))


def _explain_curves(figure: Figure, place: int, colour: str) -> None:
    row, column = divmod(place, _ACROSS)
    legend = style.place(figure, 14 + 41.5 * column, 9 + 40 * row, 35, 27)
    legend.set_axis_off()
    marks = [
        Line2D([], [], color=colour, linewidth=1.1, label="selective units, a seed"),
        Line2D([], [], color=style.tint(colour, 0.25), linewidth=5, label="its 95 % interval"),
        Line2D([], [], color=style.INK, linewidth=0.8, linestyle=_DASHES["predicted"], label="predicted"),
        Line2D([], [], color=style.GREY, linewidth=0.9, linestyle=_DASHES["pixels"], label="pixels"),
        Line2D([], [], color=colour, linewidth=0.8, marker="v", markersize=3.5, label="peak, 95 %"),
        Line2D([], [], color=style.INK, linewidth=0.8, marker="|", markersize=4, label="boundary, 95 %"),
    ]
    legend.legend(handles=marks, loc="center left", handlelength=2.2, labelspacing=0.6)


def _explain_rows(figure: Figure, top: float) -> None:
    marks = [
        Line2D([], [], linestyle="-", color=style.GREY, linewidth=0.6, marker="o", markersize=2.6,
               markerfacecolor=style.INK, markeredgewidth=0, label="a continuum of a seed, 95 % interval"),
        Line2D([], [], linestyle="", marker="o", markersize=2.6, markerfacecolor="white", markeredgewidth=0.5,
               markeredgecolor=style.GREY, label="as many random units"),
        Line2D([], [], linestyle="", marker="|", markersize=7, color=style.INK, label="mean"),
    ]  # fmt: skip
    down = figure.get_size_inches()[1] * style.MILLIMETRES
    figure.legend(handles=marks, loc="upper left", bbox_to_anchor=(8 / style.WIDTH, 1 - top / down), ncols=3,
                  handletextpad=0.5, columnspacing=1.5, borderpad=0, borderaxespad=0)  # fmt: skip
