"""Figure 1: the network, how its selective units are tuned, and what they say of faces they were not selected on."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.comparison.notes import notes
from mien.decoding.over_seeds import accuracies, over_seeds
from mien.figures import style
from mien.figures.marks import bars, measures, readings
from mien.figures.marks.points import dodged, say_at
from mien.figures.marks.readings import at_layer
from mien.networks.readout.outline import after_image, outline
from mien.units.shares import shares_selective, sorted_tuning

SETS = ("controlled",)
TABLES = ("nodes", "inputs", "units", "accuracy", "selection", "cells")
PANELS = {"a": "layers drawn", "b": "tuning of each selective unit", "c": "accuracies",
          "d": "counts of selective units"}  # fmt: skip
REPORT = ("Selectivity", "1 Selective units")
CHOSEN = ("compare", "criterion", "expressions", "focus", "how_many", "layer", "seed")

_TESTS = {"within": "within localizer\n(other half of identities)", "controlled": "controlled\n(other identities)"}
_SHAPE = ["channels", "rows", "columns"]


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels."""
    focus, layers, cells, selection = chosen["focus"], chosen["layer"], tables["cells"], tables["selection"]
    look = readings.shown(cells, [*chosen["compare"], focus], layers, expressions=chosen["expressions"])
    read = at_layer(tables["accuracy"], [focus], layers)
    figure = style.page(180, notes(cells, look.words, layers, read))
    parts = figure.subfigures(3, 1, height_ratios=(1, 1, 1.3))
    parts = [*parts[:2], *parts[2].subfigures(1, 2, width_ratios=(1.2, 1))]
    axes = {name: part.subplots() for name, part in zip("ABCD", parts, strict=True)}
    style.letter(axes)
    size = int(tables["inputs"].set_index("network").loc[focus, "size"])
    nodes = after_image(tables["nodes"][tables["nodes"]["network"] == focus], size)
    blocks, tuning = outline(nodes, layers[focus]), sorted_tuning(tables["units"], look.expressions)
    _draw_layers(axes["A"], blocks, layers[focus], look.colour[focus])
    cell = at_layer(selection[selection["seed"] == chosen["seed"]], [focus], layers)
    sentence = _sentence(cell, f"{style.plain(focus)}, {layers[focus]}, seed {chosen['seed']}")
    _draw_tuning(axes["B"], tuning, look.expressions, sentence, look.empty[focus])
    by_seed = accuracies(read)
    by_seed = by_seed[by_seed["set"].isin(list(_TESTS))]
    means = over_seeds(by_seed)
    bars.draw_accuracies(axes["C"], by_seed, means, [(focus, set_) for set_ in _TESTS], look)
    axes["C"].set_xticks(range(len(_TESTS)), list(_TESTS.values()))
    counts = at_layer(shares_selective(selection), chosen["compare"], layers)
    _draw_counts(axes["D"], counts, cells, {network: look.words[network] for network in chosen["compare"]}, look)
    for part in parts[2:]:
        style.legend(part, columns=2)
    long = tuning.melt(["column", "unit", "preferred"], var_name="expression", value_name="tuning")
    return figure, {"a": blocks, "b": long, "c": means, "d": counts}


def _sentence(cell: pd.DataFrame, name: str) -> str:
    """How many units of a cell are selective, and how many would be by chance."""
    row = next(cell[cell["scheme"] == "fixed"].itertuples(), None)
    if row is None:
        return name
    return (
        f"{name}: {row.n_selective:,} selective of {row.n_units:,} units, of which {row.n_varying:,} vary "
        f"(shuffled expressions: {row.null_mean:,.{int(row.null_mean < 10)}f}, "
        f"95 % {row.null_low:,.0f} to {row.null_high:,.0f}; {style.probability(row.p_count)})"
    )


def _draw_tuning(axes: Axes, tuning: pd.DataFrame, expressions: Sequence[str], sentence: str, empty: str) -> None:
    """A column a unit; after each expression's name, how many units prefer it."""
    axes.set_title(style.wrapped(sentence, 100), loc="left")
    n = tuning["preferred"].value_counts().reindex(expressions, fill_value=0)
    names = [f"{expression} ({count})" for expression, count in n.items()]
    if tuning.empty:
        axes.set_facecolor(style.NOTHING)
        axes.set_xticks([])
        style.name_rows(axes, names)
        style.say(axes, empty)
        return
    values = tuning[list(expressions)].T
    limit, bar = values.abs().to_numpy().max(), {"label": "tuning, SD of the unit", "pad": 0.01, "aspect": 15}
    sns.heatmap(values, ax=axes, cmap="RdBu_r", vmin=-limit, vmax=limit, xticklabels=False, yticklabels=names,
                cbar_kws=bar)  # fmt: skip
    for edge in n.cumsum().iloc[:-1]:
        axes.axvline(edge, color=style.INK, linewidth=0.6)
    axes.set_xlabel("selective units, by preferred expression (units preferring it) and falling tuning")
    axes.tick_params(length=0, rotation=0)


def _draw_counts(
    axes: Axes, counts: pd.DataFrame, cells: pd.DataFrame, words: Mapping[str, str], look: readings.Shown
) -> None:
    """Share of units that are selective, of all and of those that vary, each seed beside what shuffled labels give."""
    places = {network: place for place, network in enumerate(words)}
    drawn = counts.merge(cells[[*readings.CELL, "status"]], "left", readings.CELL)
    drawn = drawn.assign(place=drawn["network"].map(places)).sort_values(["place", "seed"], ignore_index=True)
    measures.draw_seeds(axes, drawn.assign(at=dodged(drawn, "place")), "percent", look)
    for network, place in places.items():
        if network not in set(counts["network"]):
            say_at(axes, place, look.empty[network])
    style.name_places(axes, list(words.values()), 46)
    axes.set(xlim=(-0.6, len(words) - 0.4), ylabel="selective units,\n% of all units")
    measures.scale(axes, counts, "percent")


def _draw_layers(axes: Axes, blocks: pd.DataFrame, layer: str, colour: str) -> None:
    """Layers in their order: a bar is the count of a layer's units, channels x rows x columns, as stands below it."""
    here = blocks["layer"] == layer
    axes.bar(blocks.index, blocks[_SHAPE].prod(axis=1), color=np.where(here, colour, style.PALE), log=True)
    shapes = [" × ".join(f"{n:,}" for n in shape).removesuffix(" × 1 × 1") for shape in blocks[_SHAPE].to_numpy()]
    known = blocks["trunk"].astype(bool) | (blocks["traced_by"] == "hooks")
    names = blocks["layer"].map(style.shortened) + np.where(known, "", " (branch)")
    words = [f"{name}\n{shape}" for name, shape in zip(names, shapes, strict=True)]
    axes.set_xticks(blocks.index, words, rotation=45, ha="right", rotation_mode="anchor", fontsize=6)
    axes.set(ylabel="units", xlim=(-0.6, len(blocks) - 0.4), ylim=(1, None))
    axes.minorticks_off()
    if (blocks["traced_by"] == "hooks").any():
        axes.set_title(
            "in the order in which they are computed; what each gets its input from is not known", loc="left"
        )
