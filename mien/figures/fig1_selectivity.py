"""Figure 1: the network, how its selective units are tuned, and what they say of faces they were not selected on."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D
from matplotlib.patches import Polygon

from mien.expressions import EXPRESSIONS
from mien.figures import style
from mien.figures.marks import bars
from mien.figures.marks.readings import CELL, READINGS, accuracies, at_layer, emptiness, notes, over_seeds, words_of

_SETS = ("within", "controlled")
_TUNING = [f"tuning_{expression}" for expression in EXPRESSIONS]
_ACROSS, _COUNTS = 168, 50  # mm, widths of panels A and D
_BLOCKS, _MARGIN, _SLANT = 20, 8.0, 60  # of panel A: blocks at most, mm from the edge, degrees of its words
_SHAPE = ["channels", "rows", "columns"]
#: The last part of the names of nodes that hand on what the node before them gave.
_PASSED_ON = r"(?:^|[._])(?:(?:max|avg)?pool|relu|bn|dropout)_?\d*(?:_\d+)?$"


@style.journal
def draw(
    nodes: pd.DataFrame,
    units: pd.DataFrame,
    accuracy: pd.DataFrame,
    selection: pd.DataFrame,
    cells: pd.DataFrame,
    focus: str,
    layers: Mapping[str, str],
    seed: int,
    networks: list[str],
) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels `a` to `d`.

    Args:
        nodes: every node of `focus`, from the image on to the output: `layer`, `channels`, `rows`, `columns`, `trunk`.
        units: the `units` table of `focus` at its layer, `seed`.
        accuracy, selection, cells: the study's tables.
        layers: where each network is read.
        networks: the networks compared in panel D, in order.
    """
    shown = dict.fromkeys([*networks, focus])
    colour, empty = style.colours(shown), emptiness(cells, shown, layers)
    layer, words = layers[focus], words_of(networks, layers)
    blocks = drawn_blocks(nodes, layer)
    lower, deeper = _depth_of_blocks(blocks, layer), style.depth_of_names(list(words.values()), _COUNTS)
    read = at_layer(accuracy, [focus], layers)
    figure = style.page(152 + lower + deeper, notes(cells, shown, layers, read))
    for name, left, top in (("A", 2, 2), ("B", 2, 42 + lower), ("C", 2, 95 + lower), ("D", 112, 95 + lower)):
        style.letter(figure, name, left, top)
    _draw_network(style.place(figure, _MARGIN, 6, _ACROSS, 33 + lower), blocks, layer, colour[focus], lower)
    tuning = _sorted_tuning(units)
    counts = at_layer(selection[selection["scheme"] == "fixed"], networks, layers)
    cell = at_layer(selection[selection["seed"] == seed], [focus], layers)
    _draw_tuning(figure, 48 + lower, tuning, _sentence(cell, focus, layer, seed), empty[focus])
    by_seed = accuracies(read)
    by_seed = by_seed[by_seed["set"].isin(_SETS)]
    means = over_seeds(by_seed)
    axes = style.place(figure, 16, 103 + lower, 78, 38)
    bars.draw_accuracies(axes, by_seed, means, [(focus, set_) for set_ in _SETS], colour, empty)
    axes.set_xticks(
        range(len(_SETS)), ["within localizer\n(other half of identities)", "controlled\n(other identities)"]
    )
    axes.legend(handles=bars.legend_of_readings(colour[focus], list(READINGS)), ncols=2, loc="lower left",
                bbox_to_anchor=(-0.02, 0.98), borderpad=0, columnspacing=1, handlelength=1.4)  # fmt: skip
    _draw_counts(style.place(figure, 126, 103 + lower, _COUNTS, 38), counts, words, empty, colour)
    columns = ["scheme", "n_units", "n_varying", "n_selective", "share_of_all", "share_of_varying"]
    columns = [*CELL, *columns, "null_mean", "null_low", "null_high", "p_count", "n_permutations"]
    long = tuning.melt(["column", "unit", "preferred"], _TUNING, "expression", "tuning")
    long["expression"] = long["expression"].str.removeprefix("tuning_")
    return figure, {"a": blocks, "b": long, "c": means, "d": counts[columns]}


def _sorted_tuning(units: pd.DataFrame) -> pd.DataFrame:
    """Selective units in the columns of the heat map: by preferred expression, then falling tuning to it."""
    chosen = units[units["selective"].fillna(False).astype(bool)].reset_index(drop=True)
    order = pd.Series(pd.Categorical(chosen["preferred"], EXPRESSIONS).codes, dtype=int)
    strength = chosen[_TUNING].astype(float).max(axis=1)
    chosen = chosen.iloc[np.lexsort((chosen["unit"], -strength, order))].reset_index(drop=True)
    return chosen.assign(column=chosen.index)[["column", "unit", "preferred", *_TUNING]]


def _sentence(cell: pd.DataFrame, focus: str, layer: str, seed: int) -> str:
    """How many units are selective, and how many would be by chance."""
    name = f"{style.plain(focus)}, {layer}, seed {seed}"
    fixed = cell[cell["scheme"] == "fixed"]
    if fixed.empty:
        return name
    row = fixed.iloc[0]
    digits = 1 if row.null_mean < 10 else 0
    return (
        f"{name}: {row.n_selective:,} selective of {row.n_units:,} units, of which {row.n_varying:,} vary "
        f"(shuffled expressions: {row.null_mean:,.{digits}f}, 95 % {row.null_low:,.0f} to {row.null_high:,.0f}; "
        f"{style.probability(row.p_count)})"
    )


def _draw_tuning(figure: Figure, top: float, tuning: pd.DataFrame, sentence: str, empty: str) -> None:
    axes = style.place(figure, 22, top, 122, 36)
    axes.set_title(style.wrapped(sentence, 122, 7), loc="left")
    axes.set_yticks(range(len(EXPRESSIONS)), EXPRESSIONS)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_ylim(len(EXPRESSIONS) - 0.5, -0.5)
    if tuning.empty:
        axes.set_xticks([])
        axes.set_facecolor("#F2F2F2")
        style.say(axes, empty)
        return
    n = len(tuning)
    values = tuning[_TUNING].to_numpy(float).T
    limit = np.abs(values).max()
    image = axes.imshow(values, cmap="RdBu_r", vmin=-limit, vmax=limit, aspect="auto", interpolation="nearest",
                        extent=(0, n, len(EXPRESSIONS) - 0.5, -0.5))  # fmt: skip
    preferring = tuning["preferred"].value_counts().reindex(EXPRESSIONS, fill_value=0)
    for edge in preferring.cumsum().iloc[:-1]:
        if 0 < edge < n:
            axes.axvline(edge, color=style.INK, linewidth=0.6)
    axes.set_xticks([0, n])
    axes.set_xlabel("selective units, by preferred expression and falling tuning", labelpad=-6)
    for row, count in enumerate(preferring):
        axes.annotate(f"{count} ({100 * count / n:.0f} %)", (1, row), xycoords=("axes fraction", "data"),
                      xytext=(19, 0), textcoords="offset points", va="center", ha="center", fontsize=6.5)  # fmt: skip
    axes.annotate("units\npreferring", (1, 1), xycoords="axes fraction", xytext=(19, 1), textcoords="offset points",
                  ha="center", va="bottom", fontsize=6)  # fmt: skip
    bar = figure.colorbar(image, cax=style.place(figure, 160, top, 2.5, 36), label="tuning (SD of the unit)")
    bar.outline.set_linewidth(0.5)


def _draw_counts(
    axes: Axes, counts: pd.DataFrame, words: Mapping[str, str], empty: Mapping[str, str], colour: Mapping[str, str]
) -> None:
    """Share of units that are selective, of all and of those that vary, each seed beside what shuffled labels give."""
    for place, network in enumerate(words):
        seeds = counts[counts["network"] == network].sort_values("seed")
        if seeds.empty:
            axes.text(place, 0.04, empty[network], rotation=90, ha="center", va="bottom", color=style.GREY,
                      transform=axes.get_xaxis_transform())  # fmt: skip
        offsets = style.spread(len(seeds), min(0.7, 0.16 * len(seeds)))
        for x, row in zip(place + offsets, seeds.itertuples(), strict=True):
            low, mean, high = (100 * float(v) / row.n_units for v in (row.null_low, row.null_mean, row.null_high))
            axes.plot([x, x], [low, high], color="#BBBBBB", linewidth=4, solid_capstyle="butt", zorder=1)
            axes.plot([x - 0.06, x + 0.06], [mean, mean], color=style.GREY, linewidth=0.9, zorder=2)
            axes.scatter(x, 100 * row.share_of_all, s=13, color=colour[network], zorder=3, clip_on=False)
            if row.n_varying < row.n_units:
                of_varying = 100 * row.share_of_varying
                axes.scatter(x, of_varying, **style.OF_VARYING, edgecolor=colour[network], zorder=2.5, clip_on=False)
    style.name_places(axes, list(words.values()), _COUNTS)
    axes.set_xlim(-0.6, len(words) - 0.4)
    top = 1.08 * max(axes.get_ylim()[1], 0.1)
    axes.set_ylim(0, top)
    axes.set_yticks(style.ticks(0, 0.96 * top))  # the marks are explained right above
    axes.set_ylabel("selective units, % of all units")
    axes.tick_params(axis="x", length=0)
    marks = [Line2D([], [], linestyle="", marker="o", markersize=3.6, color=style.INK, label="a seed")]
    if (counts["n_varying"] < counts["n_units"]).any():
        marks.append(style.legend_of_varying("of varying units"))
    marks.append(Line2D([], [], color="#BBBBBB", linewidth=4, label="shuffled expressions, 95 %"))
    axes.legend(handles=marks, loc="lower left", bbox_to_anchor=(-0.19, 0.98), ncols=2, borderpad=0, handlelength=1,
                columnspacing=0.8)  # fmt: skip


def after_image(nodes: pd.DataFrame, size: int) -> pd.DataFrame:
    """The nodes of a network with, before them, the image of `size` x `size` pixels, unless it is one of them."""
    image = pd.DataFrame([{"layer": "image", "channels": 3, "rows": size, "columns": size, "trunk": True}])
    return nodes if (nodes["layer"] == "image").any() else pd.concat([image, nodes], ignore_index=True)


def drawn_blocks(nodes: pd.DataFrame, layer: str) -> pd.DataFrame:
    """The nodes of a network that panel A draws: at most `_BLOCKS`, `layer` among them.

    All on the trunk, since branches are no chain, that have units of their own, neither pooled nor only rectified or
    normalised; of too many, the first of each shape; of still too many, evenly spaced ones. A `layer` that is not on
    the trunk is drawn as a branch.
    """
    module = [any(other.startswith(f"{name}.") for other in nodes["layer"]) for name in nodes["layer"]]
    own = nodes["trunk"] & ~nodes["layer"].str.contains(_PASSED_ON) & ~np.array(module)
    kept = nodes[own | (nodes["layer"] == layer)]
    if len(kept) > _BLOCKS:
        kept = kept[~kept.duplicated(_SHAPE) | (kept["layer"] == layer)]
    if len(kept) > _BLOCKS:
        others = kept[kept["layer"] != layer]
        places = np.linspace(0, len(others) - 1, _BLOCKS - 1).round().astype(int)
        kept = kept[kept["layer"].isin([layer, *others["layer"].iloc[places]])]
    return kept[["layer", *_SHAPE, "trunk"]].reset_index(drop=True)


def _in_groups(blocks: pd.DataFrame, layer: str) -> tuple[list[pd.DataFrame], list[str], list[str]]:
    """Neighbours of one shape together; the name of each group (that of `layer` where it is in it), and its shape."""
    same = (blocks[_SHAPE].diff() != 0).any(axis=1).cumsum()
    groups = [group for _, group in blocks.groupby(same, sort=False)]
    names, shapes = [], []
    for group in groups:
        first, last = group["layer"].iloc[0], group["layer"].iloc[-1]
        if len(group) > 1 and "." not in first:  # as VGG's names are
            alike = first.rpartition("_")[0] == last.rpartition("_")[0]
            names.append(f"{first} – {last.rpartition('_')[2] if alike else last}")
        else:
            names.append(layer if layer in set(group["layer"]) else first)
        if not group["trunk"].all():
            names[-1] += " (branch)"
        channels, rows, columns = group[_SHAPE].iloc[0]
        shapes.append(f"{channels:,} × {rows:,} × {columns:,}" if rows > 1 or columns > 1 else f"{channels:,}")
    return groups, names, shapes


def _slanting(names: list[str], shapes: list[str], layer: str) -> list[str]:
    """Names and shapes as they are written slanting below the blocks, the ends of names that reach beyond the page."""
    lines, slot = [], _ACROSS / len(names)
    for place, (name, shape) in enumerate(zip(names, shapes, strict=True)):
        room = min(46.0, (_MARGIN + slot * (place + 0.5) - 1.5) / np.cos(np.radians(_SLANT)))
        weight = "bold" if name == layer else "normal"
        ends = [name, *(f"…{name[cut:].lstrip('._')}" for cut in range(2, len(name)))]
        fits = (end for end in ends if style.width_of(f"{end}  {shape}", 6, weight) <= room)
        lines.append(f"{next(fits, ends[-1])}  {shape}")
    return lines


def _depth_of_blocks(blocks: pd.DataFrame, layer: str) -> float:
    """Height that the words below panel A need beside that of two level lines, mm; 0 where these fit."""
    _, names, shapes = _in_groups(blocks, layer)
    slot = _ACROSS / len(names)
    if all(style.width_of(word) < slot - 0.8 for word in (*names, *shapes)):
        return 0.0
    return 0.87 * max(style.width_of(line, 6, "bold") for line in _slanting(names, shapes, layer)) - 3


def _draw_network(axes: Axes, blocks: pd.DataFrame, layer: str, colour: str, lower: float) -> None:
    """Layers as blocks, those of one shape together: heights go with the root of the rows, widths of the channels."""
    axes.set_axis_off()
    axes.set_xlim(0, _ACROSS)  # mm
    axes.set_ylim(-lower, 33)
    groups, names, shapes = _in_groups(blocks, layer)
    slot = _ACROSS / len(groups)
    tallest, widest = blocks["rows"].max(), blocks["channels"].max()
    narrow = min(1.0, slot / 16)  # of many groups each is drawn narrower
    ends = []
    lines = _slanting(names, shapes, layer)
    for place, (group, name, shape) in enumerate(zip(groups, names, shapes, strict=True)):
        centre = slot * (place + 0.5)
        extent = _draw_group(axes, group, centre, tallest, widest, layer, colour, narrow)
        if place and extent[0] - ends[-1] > 2.5:
            through = groups[place - 1]["trunk"].any() and group["trunk"].any()
            axes.annotate("", (extent[0] - 1, 20), (ends[-1] + 1, 20), arrowprops={"arrowstyle": "-|>", "shrinkA": 0,
                          "shrinkB": 0, "color": style.GREY, "linewidth": 0.6, "mutation_scale": 5,
                          "linestyle": "-" if through else ":"})  # fmt: skip
        ends.append(extent[1])
        weight = "bold" if layer in set(group["layer"]) else "normal"
        if lower:
            axes.text(centre + 1, 8, lines[place], ha="right", va="top", fontsize=6,
                      fontweight=weight, rotation=_SLANT, rotation_mode="anchor")  # fmt: skip
        else:
            axes.text(centre, 6, name, ha="center", va="top", fontsize=6.5, fontweight=weight)
            axes.text(centre, 2.5, shape, ha="center", va="top", fontsize=6, color=style.GREY)


def _draw_group(
    axes: Axes,
    group: pd.DataFrame,
    centre: float,
    tallest: int,
    widest: int,
    layer: str,
    colour: str,
    narrow: float,
) -> tuple[float, float]:
    """The blocks of layers of one shape; returns where they begin and end, mm."""
    channels, rows, columns = group[_SHAPE].iloc[0]
    share = np.sqrt(channels / widest)
    if rows > 1 or columns > 1:
        height, width = 18 * np.sqrt(rows / tallest), narrow * (1.1 + 4 * share)
        height, depth = max(3.0, height), narrow * 0.24 * height
    else:
        height, width, depth = max(3.0, 18 * share), narrow * 1.1, narrow * 0.6
    gap = 0.8 * narrow
    total = len(group) * (width + gap) - gap + depth
    left = centre - total / 2
    for i, name in enumerate(group["layer"]):
        _draw_block(axes, left + i * (width + gap), 20 - (height + depth) / 2, width, height, depth,
                    colour if name == layer else "#AEBBC6")  # fmt: skip
    return left, left + total


def _draw_block(axes: Axes, x: float, y: float, width: float, height: float, depth: float, colour: str) -> None:
    """A box seen from the left, its front face at x, y."""
    front = [(x, y), (x + width, y), (x + width, y + height), (x, y + height)]
    top = [
        (x, y + height),
        (x + width, y + height),
        (x + width + depth, y + height + depth),
        (x + depth, y + height + depth),
    ]
    side = [
        (x + width, y),
        (x + width + depth, y + depth),
        (x + width + depth, y + height + depth),
        (x + width, y + height),
    ]
    for face, share in ((top, 0.6), (side, 0.8), (front, 1.0)):
        axes.add_patch(Polygon(face, facecolor=style.tint(colour, share), edgecolor="white", linewidth=0.3, zorder=-x))
