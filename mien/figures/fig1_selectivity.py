"""Figure 1: the network, how its selective units are tuned, and what they say of faces they were not selected on."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.figures import style
from mien.figures.marks import bars, measures, readings
from mien.figures.marks.points import dodged, say_at
from mien.figures.marks.readings import at_layer

SETS = ("controlled",)
TABLES = ("nodes", "units", "accuracy", "selection", "cells")
PANELS = {
    "a": "layers drawn",
    "b": "tuning of each selective unit",
    "c": "accuracies",
    "d": "counts of selective units",
}
REPORT = ("Selectivity", "1 Selective units")

_TESTS = {"within": "within localizer\n(other half of identities)", "controlled": "controlled\n(other identities)"}
_BLOCKS = 20  # of panel A at most
_SHAPE = ["channels", "rows", "columns"]
#: The last part of the names of nodes that hand on what the node before them gave.
_PASSED_ON = r"(?:^|[._])(?:(?:max|avg)?pool|relu|bn|dropout)_?\d*(?:_\d+)?$"


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels."""
    focus, layers, cells, selection = chosen["focus"], chosen["layer"], tables["cells"], tables["selection"]
    expressions = chosen["expressions"]
    look = readings.shown(cells, [*chosen["compare"], focus], layers)
    read = at_layer(tables["accuracy"], [focus], layers)
    figure = style.page(172, readings.notes(cells, look.words, layers, read))
    parts = figure.subfigures(3, 1, height_ratios=(0.9, 1, 1.3))
    parts = [*parts[:2], *parts[2].subfigures(1, 2, width_ratios=(1.2, 1))]
    axes = {name: part.subplots() for name, part in zip("ABCD", parts, strict=True)}
    for name, one in axes.items():
        style.letter(one, name)
    nodes = after_image(tables["nodes"][tables["nodes"]["network"] == focus], chosen["input_size"])
    blocks, tuning = drawn_blocks(nodes, layers[focus]), _sorted_tuning(tables["units"], expressions)
    _draw_network(axes["A"], blocks, layers[focus], look.colour[focus])
    cell = at_layer(selection[selection["seed"] == chosen["seed"]], [focus], layers)
    _draw_tuning(
        axes["B"],
        tuning,
        expressions,
        _sentence(cell, f"{style.plain(focus)}, {layers[focus]}, seed {chosen['seed']}"),
        look.empty[focus],
    )
    by_seed = readings.accuracies(read)
    by_seed = by_seed[by_seed["set"].isin(list(_TESTS))]
    means = readings.over_seeds(by_seed)
    bars.draw_accuracies(axes["C"], by_seed, means, [(focus, set_) for set_ in _TESTS], look, expressions)
    axes["C"].set_xticks(range(len(_TESTS)), list(_TESTS.values()))
    style.legend(parts[2], bars.legend_of_readings(look.colour[focus], expressions), columns=2)
    counts = at_layer(readings.shares_selective(selection), chosen["compare"], layers)
    words = {network: look.words[network] for network in chosen["compare"]}
    _draw_counts(axes["D"], counts, cells, words, look, expressions)
    style.legend(parts[3], measures.legend_of_counts(counts), columns=2)
    long = tuning.melt(["column", "unit", "preferred"], _columns(expressions), "expression", "tuning")
    long["expression"] = long["expression"].str.removeprefix("tuning_")
    return figure, {"a": blocks, "b": long, "c": means, "d": counts}


def _columns(expressions: Sequence[str]) -> list[str]:
    return [f"tuning_{expression}" for expression in expressions]


def _sorted_tuning(units: pd.DataFrame, expressions: Sequence[str]) -> pd.DataFrame:
    """Selective units in the columns of the heat map: by preferred expression, then falling tuning to it."""
    chosen = units[units["selective"].fillna(False).astype(bool)].reset_index(drop=True)
    order = pd.Series(pd.Categorical(chosen["preferred"], expressions).codes, dtype=int)
    strength = chosen[_columns(expressions)].astype(float).max(axis=1)
    chosen = chosen.iloc[np.lexsort((chosen["unit"], -strength, order))].reset_index(drop=True)
    return chosen.assign(column=chosen.index)[["column", "unit", "preferred", *_columns(expressions)]]


def _sentence(cell: pd.DataFrame, name: str) -> str:
    """How many units of a cell are selective, and how many would be by chance."""
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


def _draw_tuning(axes: Axes, tuning: pd.DataFrame, expressions: Sequence[str], sentence: str, empty: str) -> None:
    """A column a unit; after each expression's name, how many units prefer it."""
    axes.set_title(style.wrapped(sentence, 100), loc="left")
    n = tuning["preferred"].value_counts().reindex(expressions, fill_value=0)
    names = [f"{expression} ({count})" for expression, count in n.items()]
    if tuning.empty:
        axes.set_facecolor(style.NOTHING)
        axes.set(xticks=[], yticks=range(len(names)), yticklabels=names, ylim=(len(names) - 0.5, -0.5))
        style.say(axes, empty)
        return
    values = tuning[_columns(expressions)].astype(float)
    limit = np.abs(values.to_numpy()).max()
    sns.heatmap(values.T, ax=axes, cmap="RdBu_r", vmin=-limit, vmax=limit, xticklabels=False,
                yticklabels=names, cbar_kws={"label": "tuning, SD of the unit", "pad": 0.01, "aspect": 15})  # fmt: skip
    for edge in n.cumsum().iloc[:-1]:
        axes.axvline(edge, color=style.INK, linewidth=0.6)
    axes.set_xlabel("selective units, by preferred expression (units preferring it) and falling tuning")
    axes.tick_params(length=0, rotation=0)


def _draw_counts(
    axes: Axes,
    counts: pd.DataFrame,
    cells: pd.DataFrame,
    words: Mapping[str, str],
    look: readings.Shown,
    expressions: Sequence[str],
) -> None:
    """Share of units that are selective, of all and of those that vary, each seed beside what shuffled labels give."""
    drawn = counts.merge(cells[[*readings.CELL, "status"]], "left", readings.CELL)
    drawn = drawn.assign(place=drawn["network"].map({network: place for place, network in enumerate(words)}))
    drawn = drawn.sort_values(["place", "seed"], ignore_index=True)
    measures.draw_seeds(axes, drawn.assign(at=dodged(drawn, "place")), "percent", look.colour, expressions)
    for place, network in enumerate(words):
        if network not in set(counts["network"]):
            say_at(axes, place, look.empty[network])
    style.name_places(axes, list(words.values()), 46)
    axes.set(xlim=(-0.6, len(words) - 0.4), ylabel="selective units, % of all units")
    measures.scale(axes, counts, "percent")


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


def _draw_network(axes: Axes, blocks: pd.DataFrame, layer: str, colour: str) -> None:
    """Layers as blocks in their order: heights go with the root of the rows, widths with that of the channels."""
    flat = (blocks["rows"] == 1) & (blocks["columns"] == 1)
    channels = np.sqrt(blocks["channels"] / blocks["channels"].max())
    height = np.where(flat, channels, np.sqrt(blocks["rows"] / blocks["rows"].max())).clip(0.08)
    here = blocks["layer"] == layer
    axes.bar(blocks.index, height, np.where(flat, 0.12, 0.12 + 0.5 * channels), -height / 2,
             color=np.where(here, colour, "#AEBBC6"))  # fmt: skip
    shapes = [f"{c:,} × {r:,} × {w:,}" if r > 1 or w > 1 else f"{c:,}" for c, r, w in blocks[_SHAPE].to_numpy()]
    branches = np.where(blocks["trunk"].astype(bool), "", " (branch)")
    names = [style.shortened(name) + end for name, end in zip(blocks["layer"], branches, strict=True)]
    words = [f"{name}\n{shape}" for name, shape in zip(names, shapes, strict=True)]
    axes.set_xticks(blocks.index, words, rotation=45, ha="right", rotation_mode="anchor", fontsize=6)
    for tick, bold in zip(axes.get_xticklabels(), here, strict=True):
        tick.set_fontweight("bold" if bold else "normal")
    axes.set(yticks=[], xlim=(-0.6, len(blocks) - 0.4))
    axes.tick_params(length=0)
    sns.despine(ax=axes, left=True, bottom=True)
