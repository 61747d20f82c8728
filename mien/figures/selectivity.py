"""Figure 1: the network, how its selective units are tuned, and what they say of faces they were not selected on."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Polygon

from mien.architectures import ARCHITECTURES, layer_shape
from mien.expressions import EXPRESSIONS
from mien.figures import bars, style
from mien.figures.readings import READINGS, accuracies, at_layer, over_seeds, without_units

_SETS = ("within", "controlled")
_TUNING = [f"tuning_{expression}" for expression in EXPRESSIONS]


@style.journal
def draw(
    layers: pd.DataFrame,
    units: pd.DataFrame,
    accuracy: pd.DataFrame,
    selection: pd.DataFrame,
    focus: str,
    layer: str,
    seed: int,
    networks: list[str],
) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels `a` to `d`.

    Args:
        layers: the architecture of `focus`, from input to output: `layer`, `channels`, `rows`, `columns`.
        units: the `units` table of `focus` at `layer`, `seed`.
        accuracy, selection: the study's tables `accuracy` and `selection`.
        networks: the networks compared in panel D, in order.
    """
    figure = style.page(153)
    colour = style.colours(dict.fromkeys([*networks, focus]))
    for name, left, top in (("A", 2, 2), ("B", 2, 42), ("C", 2, 95), ("D", 112, 95)):
        style.letter(figure, name, left, top)
    _draw_network(style.place(figure, 8, 6, 168, 33), layers, layer, colour[focus])
    tuning = _sorted_tuning(units)
    counts = at_layer(selection[selection["scheme"] == "fixed"], networks, layer)
    cell = selection[(selection["network"] == focus) & (selection["layer"] == layer) & (selection["seed"] == seed)]
    _draw_tuning(figure, tuning, _sentence(cell, focus, layer, seed))
    by_seed = accuracies(at_layer(accuracy, [focus], layer))
    by_seed = by_seed[by_seed["set"].isin(_SETS)]
    means = over_seeds(by_seed)
    axes = style.place(figure, 16, 103, 78, 38)
    bars.draw_accuracies(axes, by_seed, means, [(focus, set_) for set_ in _SETS], colour)
    axes.set_xticks(
        range(len(_SETS)), ["within localizer\n(other half of identities)", "controlled\n(other identities)"]
    )
    axes.legend(handles=bars.legend_of_readings(colour[focus], list(READINGS)), ncols=2, loc="lower left",
                bbox_to_anchor=(-0.02, 0.98), borderpad=0, columnspacing=1, handlelength=1.4)  # fmt: skip
    _draw_counts(style.place(figure, 126, 103, 50, 38), counts, networks, colour)
    absent = without_units(counts.rename(columns={"n_units": "all_units", "n_selective": "n_units"}))
    style.write_at(figure, 178, 152, absent, ha="right", va="bottom", fontsize=6, color=style.GREY)
    columns = ["network", "layer", "seed", "scheme", "n_units", "n_selective", "null_mean", "null_low", "null_high",
               "p_count", "n_permutations"]  # fmt: skip
    long = tuning.melt(["column", "unit", "preferred"], _TUNING, "expression", "tuning")
    long["expression"] = long["expression"].str.removeprefix("tuning_")
    return figure, {"a": layers, "b": long, "c": means, "d": counts[columns]}


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
        f"{name}: {row.n_selective:,} of {row.n_units:,} units selective "
        f"(shuffled expressions: {row.null_mean:,.{digits}f}, 95 % {row.null_low:,.0f} to {row.null_high:,.0f})"
    )


def _draw_tuning(figure: Figure, tuning: pd.DataFrame, sentence: str) -> None:
    axes = style.place(figure, 22, 48, 122, 36)
    axes.set_title(sentence, loc="left")
    axes.set_yticks(range(len(EXPRESSIONS)), EXPRESSIONS)
    axes.tick_params(length=0)
    axes.spines[:].set_visible(False)
    axes.set_ylim(len(EXPRESSIONS) - 0.5, -0.5)
    if tuning.empty:
        axes.set_xticks([])
        axes.set_facecolor("#F2F2F2")
        style.say(axes, style.NO_UNITS)
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
    bar = figure.colorbar(image, cax=style.place(figure, 160, 48, 2.5, 36), label="tuning (SD of the unit)")
    bar.outline.set_linewidth(0.5)


def _draw_counts(axes: Axes, counts: pd.DataFrame, networks: list[str], colour: dict[str, str]) -> None:
    """Share of units that are selective, every seed beside what shuffled expressions give."""
    for place, network in enumerate(networks):
        seeds = counts[counts["network"] == network].sort_values("seed")
        for x, row in zip(place + style.spread(len(seeds), 0.16 * len(seeds)), seeds.itertuples(), strict=True):
            low, mean, high = (100 * float(v) / row.n_units for v in (row.null_low, row.null_mean, row.null_high))
            axes.plot([x, x], [low, high], color="#BBBBBB", linewidth=4, solid_capstyle="butt", zorder=1)
            axes.plot([x - 0.06, x + 0.06], [mean, mean], color=style.GREY, linewidth=0.9, zorder=2)
            axes.scatter(x, 100 * row.n_selective / row.n_units, s=13, color=colour[network], zorder=3, clip_on=False)
    axes.set_xticks(range(len(networks)), [style.plain(network).replace(" ", "\n") for network in networks])
    axes.set_xlim(-0.6, len(networks) - 0.4)
    axes.set_ylim(0, 1.08 * max(axes.get_ylim()[1], 0.1))
    axes.set_ylabel("selective units, % of the layer")
    axes.tick_params(axis="x", length=0)
    axes.scatter([], [], s=13, color=style.INK, label="a seed")
    axes.plot([], [], color="#BBBBBB", linewidth=4, label="shuffled expressions, 95 %")
    axes.legend(loc="lower left", bbox_to_anchor=(-0.05, 0.98), ncols=2, borderpad=0, handlelength=1, columnspacing=1)


def layers_of_network(architecture: Mapping) -> pd.DataFrame:
    """The layers of a configured network that hold units, from the image on: `layer`, `channels`, `rows`, `columns`.

    Args:
        architecture: `name`, `width`, `input_size` and `classes`, as in the configuration.
    """
    name, size = architecture["name"], architecture["input_size"]
    given = (name, architecture.get("width", 1), size, architecture.get("classes", 1000))
    kept = [stage.name for stage in ARCHITECTURES[name] if stage.kind not in ("pool", "image")]
    rows = [("image", 3, size, size), *((layer, *layer_shape(given[0], layer, *given[1:])) for layer in kept)]
    return pd.DataFrame(rows, columns=["layer", "channels", "rows", "columns"])


def _draw_network(axes: Axes, layers: pd.DataFrame, focus: str, colour: str) -> None:
    """Layers as blocks, those of one shape together: heights go with the root of the rows, widths of the channels."""
    axes.set_axis_off()
    axes.set_xlim(0, 168)  # mm
    axes.set_ylim(0, 33)
    same = (layers[["channels", "rows", "columns"]].diff() != 0).any(axis=1).cumsum()
    groups = [group for _, group in layers.groupby(same, sort=False)]
    slot = 168 / len(groups)
    tallest, widest = layers["rows"].max(), layers["channels"].max()
    ends = []
    for place, group in enumerate(groups):
        centre = slot * (place + 0.5)
        extent = _draw_group(axes, group, centre, tallest, widest, focus, colour)
        if place:
            axes.annotate("", (extent[0] - 1, 20), (ends[-1] + 1, 20), arrowprops={"arrowstyle": "-|>", "shrinkA": 0,
                          "shrinkB": 0, "color": style.GREY, "linewidth": 0.6, "mutation_scale": 5})  # fmt: skip
        ends.append(extent[1])
        first, last = group["layer"].iloc[0], group["layer"].iloc[-1]
        name = first if len(group) == 1 else f"{first} – {last.rpartition('_')[2]}"
        channels, rows, columns = group[["channels", "rows", "columns"]].iloc[0]
        axes.text(centre, 6, name, ha="center", va="top", fontsize=6.5,
                  fontweight="bold" if focus in set(group["layer"]) else "normal")  # fmt: skip
        axes.text(centre, 2.5, f"{channels:,} × {rows} × {columns}" if rows > 1 else f"{channels:,}", ha="center",
                  va="top", fontsize=6, color=style.GREY)  # fmt: skip


def _draw_group(
    axes: Axes, group: pd.DataFrame, centre: float, tallest: int, widest: int, focus: str, colour: str
) -> tuple[float, float]:
    """The blocks of layers of one shape; returns where they begin and end, mm."""
    channels, rows, _ = group[["channels", "rows", "columns"]].iloc[0]
    share = np.sqrt(channels / widest)
    if rows > 1:
        height, width = 18 * np.sqrt(rows / tallest), 1.1 + 4 * share
        height, depth = max(3.0, height), 0.24 * height
    else:
        height, width, depth = max(3.0, 18 * share), 1.1, 0.6
    gap = 0.8
    total = len(group) * (width + gap) - gap + depth
    left = centre - total / 2
    for i, name in enumerate(group["layer"]):
        _draw_block(axes, left + i * (width + gap), 20 - (height + depth) / 2, width, height, depth,
                    colour if name == focus else "#AEBBC6")  # fmt: skip
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
