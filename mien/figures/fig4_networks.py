"""Figure 4: networks compared in accuracy, confusions and identification."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from mien.comparison.notes import notes
from mien.confusions.over_seeds import (
    first_minus_others,
    mean_matrix,
    participants_matrix,
    participants_of,
    similarities,
)
from mien.decoding.over_seeds import accuracies, over_seeds
from mien.expressions import ends_of
from mien.figures import style
from mien.figures.marks import bars, curves, likeness, readings
from mien.figures.marks.matrices import draw_matrix, draw_scale
from mien.figures.marks.readings import CELL, having

SETS = ("wild", "morphs")
TABLES = ("cells", "accuracy", "confusion", "similarity", "similarity_differences", "noise_ceiling", "identification",
          "fits", "r2_means")  # fmt: skip
PANELS = {"a": "accuracies", "b": "confusions of participants and of each network",
          "c": "correlations with participants", "d": "differences of the correlations",
          "e": "mean R2 of the fits", "f": "identification curves"}  # fmt: skip
REPORT = ("Networks", "4 Networks compared")
CHOSEN = ("compare", "expressions", "how_many", "layer", "published")

_SET = "wild"
_MANY, _ROW = 5, 7  # networks, of more of which each has less room and a shorter name; matrices in a row


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels."""
    networks, layers, cells, confusion = chosen["compare"], chosen["layer"], tables["cells"], tables["confusion"]
    participants = participants_of(confusion, _SET)
    pixels = readings.pixel_networks(tables["accuracy"], networks)
    look = readings.shown(cells, networks, layers, pixels, chosen["expressions"])
    read = readings.at_layer(tables["accuracy"], look.words, layers)
    by_seed = accuracies(read[read["set"] == _SET])
    means = over_seeds(by_seed)
    own, of_layers = (
        [mean_matrix(confusion, name, layers[name], _SET, look.expressions, group) for name in networks]
        for group in ("selective", "all")
    )
    matrices = [participants_matrix(confusion, participants, _SET, look.expressions), *own]
    matrices += [None, *of_layers] if len(matrices) <= _ROW else []
    columns = min(len(own) + 1, _ROW)
    alike = similarities(tables["similarity"], _SET, participants)
    alike = readings.at_layer(having(alike, group="selective", entries="off_diagonal"), look.words, layers)
    from_first = first_minus_others(tables["similarity_differences"], networks, layers, _SET, participants)
    names = ("identification", "fits", "r2_means")
    (identified, fits, r2), (whole_identified, whole, _) = (
        [curves.of_group(tables[name], networks, layers, group) for name in names] for group in ("selective", "all")
    )
    many, n = len(look.words) > _MANY, len(look.words)
    if many:
        look = look._replace(words={network: style.shortened(name, 20) for network, name in look.words.items()})
    heights = [46, (37 - 3 * many) * -(-len(matrices) // columns), 32 + min(7, 42 / n) * n, 20 + min(13 * len(own), 70)]
    figure = style.page(sum(heights), notes(cells, look.words, layers, read))
    top, middle, below, bottom = figure.subfigures(4, 1, height_ratios=heights)
    axes = top.subplots()
    style.letter({"A": axes})
    bars.draw_accuracies(axes, by_seed, means, [(network, _SET) for network in look.words], look)
    style.name_places(axes, list(look.words.values()), 120)
    axes.set_title("accuracy on the wild set", loc="left")
    style.legend(top, columns=5)
    words = likeness.words_of_participants(participants, chosen["published"])
    _draw_matrices(middle, matrices, columns, words, look)
    axes = below.subplot_mosaic("CDE", width_ratios=(1, 0.8, 1.5))
    style.letter(axes)
    likeness.draw_ceiling(axes["C"], tables["noise_ceiling"], _SET, participants, "off_diagonal")
    likeness.draw_rows(axes["C"], alike, [(network, "selective") for network in look.words], _names(look.words), look)
    axes["C"].set_xlabel("off-diagonal correlation\nwith participants")
    _draw_differences(axes["D"], from_first, look)
    curves.draw_means(axes["E"], r2, look)
    style.legend(below)
    _draw_curves(bottom, (identified, fits, whole), networks, look)
    panels = [means, pd.concat(matrices), alike, from_first]
    panels += [r2[[*CELL, "n_units", "fit", "mean", "sem", "sem_sample", "n"]]]
    identified = pd.concat([identified, whole_identified])
    panels += [identified[[*CELL, "group", "continuum", "level", "n", "proportion_second", "status"]]]
    return figure, dict(zip(PANELS, panels, strict=True))


def _names(words: Mapping[str, str]) -> list[str]:
    return [style.wrapped(name, 22) for name in words.values()]


def _draw_matrices(
    figure: SubFigure, matrices: list[pd.DataFrame | None], columns: int, participants: str, look: readings.Shown
) -> None:
    """Participants' matrix, the networks', each with its number of seeds, and below them those of whole layers."""
    grid = style.grid(figure, len(matrices), columns, sharex=True)
    style.letter({"B": grid[0]})
    grid[0].tick_params(labelbottom=True)
    few, size = columns <= _MANY, 4.8 if columns <= _MANY else 0
    for place, (axes, matrix) in enumerate(zip(grid, matrices, strict=True)):
        if matrix is None:
            axes.set_axis_off()
            continue
        title, empty = participants, likeness.NOBODY
        if place:
            network, seeds = matrix["observer"].iloc[0], int(matrix["seeds"].max())
            title = look.words[network] if matrix["group"].iloc[0] == "selective" else readings.READINGS["all"]
            title += f" ({seeds} seed{'s' * (seeds > 1)})" if seeds and few else ""
            empty = look.empty[network]
        first = not place % columns or matrices[place - 1] is None
        draw_matrix(axes, matrix, style.wrapped(title, 100 / columns), first, empty, size)
    draw_scale(figure, grid)


def _draw_differences(axes: Axes, from_first: pd.DataFrame, look: readings.Shown) -> None:
    """How much more like participants the first network is than each other, with 95 % intervals and p."""
    first = next(iter(look.words))
    axes.set_title(style.wrapped(f"{look.words[first]} minus", 20), loc="left")
    axes.set_xlabel("difference of\nthe correlations")
    if from_first.empty:
        style.say(axes, "no other network")
        axes.set_axis_off()
        return
    values = from_first.assign(network=from_first["network_b"], group="selective", value=from_first["difference"],
                               noise_corrected=np.nan, uniform_errors=np.nan, n_units=0)  # fmt: skip
    words = {network: look.words[network] for network in values["network"]}
    look = look._replace(empty=dict.fromkeys(words, "not compared"))
    likeness.draw_rows(axes, values, [(network, "selective") for network in words], _names(words), look, (-0.2, 0.2))


def _draw_curves(
    figure: SubFigure, frames: Sequence[pd.DataFrame], networks: Sequence[str], look: readings.Shown
) -> None:
    """A row a network, a column a continuum: identification, its fits, and the fits of whole layers, the `frames`."""
    continua = list(frames[0]["continuum"].unique())
    grid = figure.subplots(len(networks), max(1, len(continua)), squeeze=False, sharex=True, sharey=True)
    style.letter({"F": grid[0, 0]})
    for row, network in zip(grid, networks, strict=True):
        ink, of_network = look.colour[network], [having(frame, network=network) for frame in frames]
        undecided = of_network[0]["proportion_second"].isna().all()
        named = [look.words[network], *([f"({look.empty[network]})"] if undecided else [])]
        name = "\n".join(style.wrapped(words, 16 if len(networks) < _MANY else 24) for words in named)
        row[0].set_ylabel(name, rotation=0, ha="right", va="center", color=ink)
        for axes, continuum in zip(row, continua, strict=False):
            *here, of_layer = (having(frame, continuum=continuum) for frame in of_network)
            curves.draw_identification(axes, *here, ink, "", thin=False)
            curves.draw_whole_layers(axes, of_layer, ink)
            axes.set_yticks([0, 1], ["0", "1"])
    for axes, continuum in zip(grid[0], continua, strict=False):
        axes.set_title(" →\n".join(ends_of(continuum)))
    figure.supxlabel("share of second expression in the morph")
    figure.supylabel("second chosen")
