"""Figure 5: what changes with a network's architecture, training data, objective or algorithm: a row a network."""

from collections.abc import Mapping, Sequence

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
    at_layer,
    emptiness,
    reasons,
    seeds_in_words,
    selective_and_random,
    shares_selective,
    unmatched,
    words_of,
)
from mien.status import TRAINING_FAILED, has

_SET = "controlled"
#: Title of each panel, the column it draws, and what to say where units were read and nothing came of it.
_PANELS = {
    "a": ("selective units,\n% of all units", "percent", "no units"),
    "b": ("proportion correct,\ncontrolled set", "accuracy", "no decisions"),
    "c": ("off-diagonal correlation\nwith people, controlled", "value", "undefined"),
    "d": ("R², Hill\nminus linear", "mean_difference", "no curve\ncould be fitted"),
}
_LEFT, _PANEL, _GAP, _TOP = 50.0, 28.0, 4.5, 20.0  # mm
_TEXT = _LEFT - 8  # mm, width of the words on the left
#: Where in its row a reading's seeds lie, as a share of the row below its middle.
_LANES = {"selective": -0.15, "random": 0.2}


@style.journal
def draw(
    cells: pd.DataFrame,
    selection: pd.DataFrame,
    accuracy: pd.DataFrame,
    similarity: pd.DataFrame,
    confusion: pd.DataFrame,
    tests: pd.DataFrame,
    networks: Sequence[str],
    layers: Mapping[str, str],
) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels: `a` counts, `b` accuracy, `c` likeness to people, `d` curves.

    Args:
        cells, selection, accuracy, similarity, confusion, tests: the study's tables (`tests` is `r2_tests`).
        networks: those compared, a row each, in order.
        layers: where each network is read.
    """
    rows = at_layer(cells, networks, layers)
    panels = {
        name: rows[[*CELL, "status"]].merge(at_layer(frame, networks, layers), on=CELL, how="left")
        for name, frame in (("a", shares_selective(selection)),
                            ("b", selective_and_random(accuracy, _SET)),
                            ("c", likeness.of_errors(similarity, _SET, likeness.people_of(confusion, _SET))),
                            ("d", _differences(tests)))
    }  # fmt: skip
    words, empty = words_of(networks, layers), emptiness(cells, networks, layers)
    colour = style.colours(networks)
    controls = unmatched(panels["b"].dropna(subset="n_units"))
    texts = [_text(words[network], rows[rows["network"] == network], controls) for network in networks]
    height = max(9.0, 2.6 + 2.7 * max(sum(line.count("\n") + 1 for line in text) for text in texts))
    figure = style.page(_TOP + height * len(networks) + 6)
    for place, (network, text) in enumerate(zip(networks, texts, strict=True)):
        _write(figure, _TOP + height * (place + 0.5), text, colour[network] if _any_ok(rows, network) else style.GREY)
    for place, (name, (title, column, nothing)) in enumerate(_PANELS.items()):
        left = _LEFT + (_PANEL + _GAP) * place
        style.letter(figure, name.upper(), left - 3, 11)
        axes = style.place(figure, left, _TOP, _PANEL, height * len(networks))
        axes.set_title(title, fontsize=6.5, pad=5)
        _lay_out(axes, len(networks))
        for row, network in enumerate(networks):
            here = panels[name][panels[name]["network"] == network]
            _draw_row(axes, row, here, column, colour[network], nothing if _has_units(here) else empty[network])
        _DRAW_BEHIND[name](axes, panels[name], networks)
    _explain_marks(
        figure,
        failed=has(rows["status"], TRAINING_FAILED).any(),
        varying=panels["a"]["percent_of_varying"].notna().any(),
    )
    return figure, panels


def _differences(tests: pd.DataFrame) -> pd.DataFrame:
    """R2 of the Hill curve minus that of the line, mean over the `n` continua where both are defined."""
    rows = tests[(tests["fit_a"] == "hill") & (tests["fit_b"] == "linear") & tests["group"].isin(_LANES)]
    return rows.groupby([*CELL, "group", "n_units"], sort=False)[["mean_difference", "n"]].mean().reset_index()


def _any_ok(rows: pd.DataFrame, network: str) -> bool:
    return (rows.loc[rows["network"] == network, "status"] == "ok").any()


def _has_units(rows: pd.DataFrame) -> bool:
    return (rows["n_units"].fillna(0) > 0).any()


def _text(words: str, rows: pd.DataFrame, controls: Mapping) -> list[str]:
    """What stands left of a row: the network's name, how it was made, and what is wrong with it."""
    return [
        style.wrapped(words, _TEXT, 7, "bold"),
        *(style.wrapped(line, _TEXT, 6) for line in (_made(rows), *_wrong(rows, controls)) if line),
    ]


def _made(rows: pd.DataFrame) -> str:
    """Origin of a network and each seed's held-out score, of many the lowest and highest."""
    origins = ", ".join(dict.fromkeys(rows["origin"].dropna()))
    if (rows["layer"] == "image").any():
        return "the pictures themselves"
    scored = rows.dropna(subset="heldout_score").drop_duplicates("seed")
    if scored.empty:
        return origins
    values = scored["heldout_score"].tolist()
    if len(values) > 3:
        text = f"{style.number(min(values))} to {style.number(max(values))}"
    else:
        text = ", ".join(map(style.number, values))
    return f"{origins}; held-out {scored['score'].iloc[0]} {text}"


def _wrong(rows: pd.DataFrame, controls: Mapping) -> list[str]:
    """Why seeds of a network cannot be compared, with the seeds unless it is all; `controls` as in `reasons`."""
    if rows.empty:
        return [style.MISSING]
    seeds, words = {}, {}
    for row in rows.itertuples():
        for reason in reasons(row, controls):
            seeds.setdefault(reason, []).append(int(row.seed))
            words.setdefault(reason, reason)
    return [words[reason] + (f" ({seeds_in_words(n)})" if len(n) < len(rows) else "") for reason, n in seeds.items()]


def _write(figure: Figure, middle: float, text: list[str], colour: str) -> None:
    """The words of a row, the name bold in the network's colour, centred about `middle` mm from the top."""
    name, rest = text[0], "\n".join(text[1:])
    lines = [line.count("\n") + 1 for line in (name, rest)] if rest else [name.count("\n") + 1, 0]
    top = middle - (3.0 * lines[0] + 2.6 * lines[1]) / 2
    style.write_at(figure, 3, top, name, fontweight="bold", color=colour, fontsize=7, linespacing=1.15)
    if rest:
        style.write_at(figure, 3, top + 3.1 * lines[0], rest, fontsize=6, color=style.INK, linespacing=1.15)


def _lay_out(axes: Axes, n: int) -> None:
    axes.set_ylim(n - 0.5, -0.5)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    for edge in range(n + 1):
        axes.axhline(edge - 0.5, color=style.PALE, linewidth=0.5, zorder=0)


def _draw_row(axes: Axes, row: int, here: pd.DataFrame, column: str, colour: str, nothing: str) -> None:
    """The seeds of a network and their means; grey crosses are seeds whose rearing failed, which no mean includes."""
    if here[column].isna().all():
        axes.text(0.5, row, nothing, transform=axes.get_yaxis_transform(), ha="center", va="center", color=style.GREY,
                  fontsize=6, zorder=5, bbox={"facecolor": "white", "edgecolor": "none", "pad": 1})  # fmt: skip
        return
    alone = column == "percent"
    for group, lane in _LANES.items():
        seeds = here[here["group"] == group].sort_values("seed")
        values, failed = seeds[column].to_numpy(float), has(seeds["status"], TRAINING_FAILED)
        if not len(seeds):
            continue
        middle, reach = (row, 0.62) if alone else (row + lane, 0.2)
        y = middle + style.spread(len(seeds), min(reach, 0.2 * len(seeds)))
        face = colour if group == "selective" else "white"
        edge = colour if group == "selective" else style.GREY
        axes.scatter(values[~failed], y[~failed], s=11, color=face, edgecolor=edge, linewidth=0.8, zorder=4,
                     clip_on=False)  # fmt: skip
        if group == "selective":
            axes.scatter(values[failed], y[failed], s=13, marker="x", color=style.GREY, linewidth=1, zorder=4,
                         clip_on=False)  # fmt: skip
        else:
            axes.scatter(values[failed], y[failed], s=11, color="white", edgecolor=style.GREY, linewidth=0.8, zorder=4,
                         clip_on=False)  # fmt: skip
        if alone:
            axes.scatter(seeds["percent_of_varying"], y, **style.OF_VARYING, edgecolor=edge, zorder=3.5, clip_on=False)
            _draw_null(axes, y, seeds)
        elif "low" in seeds and group == "selective":
            axes.hlines(y, seeds["low"], seeds["high"], color=style.tint(colour, 0.6), linewidth=0.8, zorder=2)
            axes.scatter(seeds["noise_corrected"], y, marker="|", s=12, color=style.INK, linewidth=0.8, zorder=3)
        of_means = values[~failed] if group == "selective" else values
        if np.isfinite(of_means).sum() > 1:
            half = 0.38 if alone else 0.17
            axes.plot([np.nanmean(of_means)] * 2, [middle - half, middle + half], color=edge, linewidth=1, zorder=3)


def _draw_null(axes: Axes, y: np.ndarray, seeds: pd.DataFrame) -> None:
    """What shuffled expressions give, beside each seed."""
    width = min(4.0, 14 / len(seeds))
    for height, low, mean, high in zip(y, seeds["null_low"], seeds["null_mean"], seeds["null_high"], strict=True):
        axes.plot([low, high], [height, height], color="#BBBBBB", linewidth=width, solid_capstyle="butt", zorder=1)
        axes.scatter(mean, height, marker="|", s=3 * width, color=style.GREY, linewidth=0.8, zorder=2)


def _behind_counts(axes: Axes, panel: pd.DataFrame, networks: Sequence[str]) -> None:
    _mark_values(
        axes,
        0.0,
        1.08 * np.nanmax([0.1, *panel[["percent", "percent_of_varying", "null_high"]].to_numpy(float).ravel()]),
    )


def _behind_accuracy(axes: Axes, panel: pd.DataFrame, networks: Sequence[str]) -> None:
    chance = 1 / len(EXPRESSIONS)
    axes.axvline(chance, color=style.INK, linewidth=0.8, linestyle=(0, (4, 3)), zorder=1)
    axes.set_xlim(0, 1)
    axes.set_xticks([0, 0.25, 0.5, 0.75, 1], ["0", ".25", ".5", ".75", "1"])


def _behind_likeness(axes: Axes, panel: pd.DataFrame, networks: Sequence[str]) -> None:
    """The baseline of each seed's selective units: as often right, errors spread evenly."""
    axes.axvline(0, color=style.GREY, linewidth=0.6, zorder=0)
    selective = panel[(panel["group"] == "selective") & panel["uniform_errors"].notna()]
    for row, network in enumerate(networks):
        even = selective.loc[selective["network"] == network, "uniform_errors"]
        axes.scatter(even, np.full(len(even), row - 0.38), marker="v", s=8, color=style.INK, linewidth=0, zorder=3)
    _about_zero(axes, panel[["value", "uniform_errors", "low", "high"]])


def _behind_difference(axes: Axes, panel: pd.DataFrame, networks: Sequence[str]) -> None:
    axes.axvline(0, color=style.GREY, linewidth=0.6, zorder=0)
    _about_zero(axes, panel[["mean_difference"]])


_DRAW_BEHIND = {"a": _behind_counts, "b": _behind_accuracy, "c": _behind_likeness, "d": _behind_difference}


def _about_zero(axes: Axes, values: pd.DataFrame) -> None:
    """An x axis that holds some values and zero, with a margin."""
    low, high = (float(np.nan_to_num(value)) for value in (values.min().min(), values.max().max()))
    low, high = min(low, 0.0), max(high, 0.05)
    margin = 0.06 * (high - low)
    _mark_values(axes, low - margin, high + margin)


def _mark_values(axes: Axes, low: float, high: float) -> None:
    axes.set_xlim(low, high)
    axes.set_xticks(style.ticks(low, high))


def _explain_marks(figure: Figure, failed: bool, varying: bool) -> None:
    def mark(marker: str, label: str, size: float = 3.5, **how) -> Line2D:
        return Line2D([], [], linestyle="", marker=marker, markersize=size, label=label, **how)

    marks = [
        mark("o", "a seed, selective units", color=style.INK),
        mark("o", "as many random units", markerfacecolor="white", markeredgecolor=style.GREY),
        mark("|", "mean of seeds", 7, color=style.INK),
        Line2D([], [], color="#BBBBBB", linewidth=4, label="shuffled expressions, 95 %"),
        Line2D([], [], color=style.INK, linewidth=0.8, linestyle=(0, (4, 3)), label="chance, 1/6"),
        mark("v", "as often right, errors spread evenly", 3.2, color=style.INK),
        Line2D(
            [],
            [],
            color=style.GREY,
            linewidth=0.8,
            marker="|",
            markersize=4,
            markeredgecolor=style.INK,
            label="C: freed of noise, 95 %",
        ),
    ]
    if varying:
        marks.append(style.legend_of_varying("A: % of the units that vary"))
    if failed:
        marks.append(mark("x", "training failed", color=style.GREY))
    down = figure.get_size_inches()[1] * style.MILLIMETRES
    figure.legend(handles=marks, loc="upper left", bbox_to_anchor=(3 / style.WIDTH, 1 - 2 / down), ncols=4,
                  handletextpad=0.5, columnspacing=1.5, borderpad=0, borderaxespad=0, labelspacing=0.4)  # fmt: skip
