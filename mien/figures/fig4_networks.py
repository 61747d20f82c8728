"""Figure 4: networks compared in accuracy, confusions and identification."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure, SubFigure

from mien.expressions import ends_of
from mien.figures import style
from mien.figures.marks import bars, curves, likeness, readings
from mien.figures.marks.matrices import draw_matrix, draw_scale, mean_matrix, people_matrix
from mien.figures.marks.points import intervals, points, say_at, span
from mien.figures.marks.readings import CELL

SETS = ("wild", "morphs")
TABLES = ("cells", "accuracy", "confusion", "similarity", "similarity_differences", "noise_ceiling", "identification",
          "fits", "r2_means")  # fmt: skip
PANELS = {"a": "accuracies", "b": "confusions of people and of each network", "c": "correlations with people",
          "d": "differences of the correlations", "e": "mean R2 of the fits", "f": "identification curves"}  # fmt: skip
REPORT = ("Networks", "4 Networks compared")

_SET = "wild"
_MANY = 5  # networks; of more, each has less room and a shorter name


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels."""
    networks, layers, cells, confusion = chosen["compare"], chosen["layer"], tables["cells"], tables["confusion"]
    people = likeness.people_of(confusion, _SET)
    look = readings.shown(cells, networks, layers, readings.pixel_networks(tables["accuracy"], networks))
    read = readings.at_layer(tables["accuracy"], look.words, layers)
    by_seed = readings.accuracies(read[read["set"] == _SET])
    means = readings.over_seeds(by_seed)
    expressions = chosen["expressions"]
    matrices = [people_matrix(confusion, people, _SET, expressions)]
    matrices += [mean_matrix(confusion, network, layers, _SET, expressions) for network in networks]
    alike = likeness.similarities(tables["similarity"], _SET, people)
    alike = alike[(alike["group"] == "selective") & (alike["entries"] == "off_diagonal")]
    alike = readings.at_layer(alike, look.words, layers)
    from_first = _from_first(tables["similarity_differences"], networks, layers, people)
    identified, fits, r2 = (
        curves.of_selective(tables[name], networks, layers) for name in ("identification", "fits", "r2_means")
    )
    many, n = len(look.words) > _MANY, len(look.words)
    if many:
        look = look._replace(words={network: style.shortened(name, 20) for network, name in look.words.items()})
    across = 7 if many else _MANY
    rows = -(-len(matrices) // across)
    heights = [44 if many else 38, (40 if many else 48) * rows, 30 + min(9, 42 / n) * n, 16 + min(13, 70 / n) * n]
    figure = style.page(sum(heights), readings.notes(cells, look.words, layers, read))
    top, middle, below, bottom = figure.subfigures(4, 1, height_ratios=heights)
    axes = top.subplots()
    style.letter(axes, "A")
    bars.draw_accuracies(axes, by_seed, means, [(network, _SET) for network in look.words], look, expressions)
    style.name_places(axes, list(look.words.values()), 90)
    axes.legend(
        handles=bars.legend_of_readings(style.GREY, expressions), loc="upper left", bbox_to_anchor=(1, 1), borderpad=0
    )
    axes.set_title("accuracy on the wild set", loc="left")
    _draw_matrices(middle, rows, matrices, likeness.words_of_people(people, chosen["published"]), look)
    axes = below.subplot_mosaic("CDE", width_ratios=(1, 0.8, 1.5))
    for name, one in axes.items():
        style.letter(one, name)
    has_ceiling = likeness.draw_ceiling(axes["C"], tables["noise_ceiling"], _SET, people, "off_diagonal")
    _draw_likeness(axes["C"], alike, look)
    _draw_differences(axes["D"], from_first, look.words)
    curves.draw_means(axes["E"], r2, look)
    for name in "CD" if many else "":
        axes[name].tick_params(axis="y", labelsize=5.5)
    style.legend(below, [*likeness.legend(style.GREY, ceiling=has_ceiling), *curves.legend_of_fits(style.GREY)])
    _draw_curves(bottom, identified, fits, networks, look)
    panels = [means, pd.concat(matrices), alike, from_first]
    panels += [r2[[*CELL, "n_units", "fit", "mean", "sem", "sem_sample", "n"]]]
    panels += [identified[[*CELL, "continuum", "level", "n", "proportion_second", "status"]]]
    return figure, dict(zip(PANELS, panels, strict=True))


def _draw_matrices(
    figure: SubFigure, rows: int, matrices: list[pd.DataFrame], people: str, look: readings.Shown
) -> None:
    """People's matrix and then the networks', each with its number of seeds."""
    grid = figure.subplots(rows, -(-len(matrices) // rows), squeeze=False, sharex=True)
    style.letter(grid[0, 0], "B")
    columns = grid.shape[1]
    size = 4.8 if columns <= _MANY else 0
    for place, (axes, matrix) in enumerate(zip(grid.flat, matrices, strict=False)):
        title, empty = people, likeness.NOBODY
        if place:
            network, seeds = matrix["observer"].iloc[0], int(matrix["seeds"].max())
            title = look.words[network] + (f" ({seeds} seed{'s' * (seeds > 1)})" if seeds and columns <= _MANY else "")
            empty = look.empty[network]
        draw_matrix(axes, matrix, style.wrapped(title, 100 / columns), not place % columns, empty, size)
    for axes in grid.flat[len(matrices) :]:
        axes.set_axis_off()
    draw_scale(figure, list(grid.flat))


def _draw_likeness(axes: Axes, alike: pd.DataFrame, look: readings.Shown) -> None:
    """Off-diagonal correlation of each network's selective units with people, a circle a seed."""
    names = [style.wrapped(name, 24) for name in look.words.values()]
    likeness.draw_rows(axes, alike, [(network, "selective") for network in look.words], names, look)
    for label, network in zip(axes.get_yticklabels(), look.words, strict=True):
        label.set_color(look.colour[network])
    axes.set_xlabel("off-diagonal correlation with people")


def _from_first(
    differences: pd.DataFrame, networks: Sequence[str], layers: Mapping[str, str], people: str
) -> pd.DataFrame:
    """How much more like people the first network is than each other, a row a network; nulls where not compared."""
    key = {"set": _SET, "statistic": "pearson", "entries": "off_diagonal", "group": "selective", "human": people}
    rows = differences[(differences[list(key)] == pd.Series(key)).all(axis=1)]
    at = pd.Series(dict(layers))
    for side in "ab":
        rows = rows[rows[f"layer_{side}"] == rows[f"network_{side}"].map(at).fillna(rows[f"layer_{side}"])]
    turned = rows.rename(columns=lambda name: f"{name[:-1]}{'ba'['ab'.index(name[-1])]}" if name[-2:] in ("_a", "_b")
                         else name)  # fmt: skip
    turned = turned.assign(difference=-rows["difference"], low=-rows["high"], high=-rows["low"])
    both = pd.concat([rows, turned[rows.columns]])
    both = both[(both["network_a"] == networks[0]) & both["network_b"].isin(networks[1:])]
    every = pd.DataFrame({"network_a": networks[0], "network_b": networks[1:]}, dtype="str")
    return every.merge(both, how="left", on=["network_a", "network_b"])


def _draw_differences(axes: Axes, from_first: pd.DataFrame, words: Mapping[str, str]) -> None:
    """How much more like people the first network is than each other, with 95 % intervals and p."""
    axes.set_title(style.wrapped(f"{words[next(iter(words))]} minus", 20), loc="left")
    axes.set_xlabel("difference of the correlations")
    if from_first.empty:
        style.say(axes, "no other network")
        axes.set_axis_off()
        return
    axes.axvline(0, color=style.PALE, linewidth=0.6, zorder=0)
    rows = np.arange(len(from_first))
    intervals(axes, rows, from_first["low"], from_first["high"], across=True)
    points(axes, rows, from_first["difference"], style.INK, across=True, marker="s", s=10)
    for row in rows:
        if np.isnan(from_first["difference"].iloc[row]):
            say_at(axes, row, "not compared", across=True)
        else:
            likeness.write_p(axes, row, from_first.iloc[[row]])
    likeness.head_p(axes, from_first)
    names = [words[network] for network in from_first["network_b"]]
    axes.set_yticks(rows, [style.wrapped(name, 20) for name in names])
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    span("x", axes, [from_first[["low", "high"]]], (-0.2, 0.2))


def _draw_curves(
    figure: SubFigure, identified: pd.DataFrame, fits: pd.DataFrame, networks: Sequence[str], look: readings.Shown
) -> None:
    """Identification curves, a row a network and a column a continuum."""
    continua = list(identified["continuum"].unique())
    grid = figure.subplots(len(networks), max(1, len(continua)), squeeze=False, sharex=True, sharey=True)
    style.letter(grid[0, 0], "F")
    for row, network in zip(grid, networks, strict=True):
        name, ink = style.wrapped(look.words[network], 16 if len(networks) < _MANY else 24), look.colour[network]
        row[0].set_ylabel(name, rotation=0, ha="right", va="center", color=ink)
        of_network = [frame[frame["network"] == network] for frame in (identified, fits)]
        markers = curves.markers_of(of_network[0])
        for axes, continuum in zip(row, continua, strict=False):
            here = [frame[frame["continuum"] == continuum] for frame in of_network]
            curves.draw_identification(axes, *here, markers, ink, look.empty[network], thin=False)
            axes.tick_params(axis="y", labelsize=5 if len(networks) > _MANY else None)
            axes.set_yticks([0, 1] if len(networks) > _MANY else [0, 0.5, 1])
    for axes, continuum in zip(grid[0], continua, strict=False):
        axes.set_title(" →\n".join(ends_of(continuum)))
    figure.supxlabel("share of second expression in the morph")
    figure.supylabel("second chosen")
