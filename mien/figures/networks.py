"""Figure 4: networks compared in accuracy, confusions and identification."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.expressions import ends_of
from mien.figures import bars, curves, style
from mien.figures.matrices import draw_matrix, draw_scale, mean_matrix
from mien.figures.readings import (
    READINGS,
    accuracies,
    at_layer,
    emptiness,
    notes,
    over_seeds,
    pixel_networks,
    words_of,
)

_SET = "wild"
_ACROSS = 4  # matrices in a row, at most
_ACCURACY = 110  # mm, width of the panel
_BETWEEN, _TITLE = 26, 29  # mm between rows of matrices, and width of a network's name above one


@style.journal
def draw(
    accuracy: pd.DataFrame,
    confusion: pd.DataFrame,
    similarity: pd.DataFrame,
    identification: pd.DataFrame,
    fits: pd.DataFrame,
    means: pd.DataFrame,
    cells: pd.DataFrame,
    networks: list[str],
    layers: Mapping[str, str],
) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels: `a` accuracies, matrices from `b` on, then R2, and curves.

    Args:
        accuracy, confusion, similarity, identification, fits, means, cells: the study's tables (`means` is `r2_means`).
        networks: those compared, in order; there is a matrix for each beside people's.
        layers: where each network is read.
    """
    points, fits, r2 = (curves.of_selective(table, networks, layers) for table in (identification, fits, means))
    matrices = [mean_matrix(confusion, observer, layers, _SET) for observer in ("human", *networks)]
    pixels = pixel_networks(accuracy, networks)
    shown = [*networks, *pixels]
    by_seed = accuracies(at_layer(accuracy[accuracy["set"] == _SET], shown, layers))
    over = over_seeds(by_seed)
    words, empty, colour = words_of(shown, layers), emptiness(cells, shown, layers), style.colours(networks, pixels)
    rows = _in_rows(len(matrices))
    side = min(34.0, 140 / len(rows[0]) - 2)
    matrices_top = 59 + style.depth_of_names(list(words.values()), _ACCURACY)
    r2_top = matrices_top + (side + _BETWEEN) * len(rows)
    lines = sum(1 + style.wrapped(f"{words[network]}: {style.NO_UNITS}", 38).count("\n") for network in networks)
    curves_top = r2_top + max(48.0, 20 + 1.6 * len(networks) + 2.7 * lines)
    figure = style.page(curves_top + 11 + 18 * len(networks), notes(cells, shown, layers))
    letters = [chr(ord("A") + place) for place in range(len(matrices) + 3)]
    for name, top in zip((letters[0], *letters[-2:]), (2, r2_top - 5, curves_top - 8), strict=True):
        style.letter(figure, name, 2, top)
    axes = style.place(figure, 16, 8, _ACCURACY, 30)
    bars.draw_accuracies(axes, by_seed, over, [(network, _SET) for network in shown], colour, empty)
    _name_bars(axes, list(words.values()))
    titles = [_title(matrix, similarity, layers, words) for matrix in matrices]
    _draw_matrices(figure, matrices, titles, letters[1:-2], ["", *map(empty.get, networks)], rows, side, matrices_top)
    compared = {network: words[network] for network in networks}
    _draw_r2(style.place(figure, 16, r2_top, 110, 30), r2, compared, empty, colour)
    _draw_curves(figure, points, fits, identification["continuum"].unique(), compared, empty, colour, curves_top)
    panels = [
        over,
        *matrices,
        r2[["network", "layer", "seed", "n_units", "fit", "mean", "sem", "n"]],
        points[["network", "layer", "seed", "continuum", "level", "n", "proportion_second", "status"]],
    ]
    return figure, dict(zip(map(str.lower, letters), panels, strict=True))


def _draw_matrices(
    figure: Figure,
    matrices: list[pd.DataFrame],
    titles: list[str],
    letters: list[str],
    empty: list[str],
    rows: list[range],
    side: float,
    top: float,
) -> None:
    """People's matrix and then the networks', in rows, below one another at `top` mm, each `side` mm wide."""
    up = 10 if max(title.count("\n") for title in titles) < 3 else 13.5
    for row, places in enumerate(rows):
        for column, place in enumerate(places):
            left, above = 19 + column * (side + 2.5), top + (side + _BETWEEN) * row
            style.letter(figure, letters[place], left - (17 if column == 0 else 1), above - up)
            axes = style.place(figure, left, above, side, side)
            draw_matrix(axes, matrices[place], "", column == 0, empty[place], fontsize=5)
            style.write_at(figure, left + side / 2, above - 0.7, titles[place], ha="center", va="bottom", fontsize=5.8,
                           linespacing=1.25)  # fmt: skip
    draw_scale(figure, 19 + len(rows[0]) * (side + 2.5), top, side, width=2)


def _in_rows(n: int) -> list[range]:
    """The places 0 to n - 1 in rows of at most `_ACROSS`, as even as can be, the first the longest."""
    across = -(-n // -(-n // _ACROSS))
    return [range(start, min(start + across, n)) for start in range(0, n, across)]


def _name_bars(axes: Axes, names: list[str]) -> None:
    style.name_places(axes, names, _ACCURACY)
    axes.set_title("accuracy on the wild set", loc="left")
    axes.legend(handles=bars.legend_of_readings(style.GREY, list(READINGS)), loc="upper left", borderpad=0,
                bbox_to_anchor=(1.09, 1.02), handlelength=1.2, labelspacing=0.6)  # fmt: skip


def _title(matrix: pd.DataFrame, similarity: pd.DataFrame, layers: Mapping[str, str], words: Mapping[str, str]) -> str:
    """Who it is, and for a network its correlation with people, over seeds."""
    observer, seeds = matrix["observer"].iloc[0], int(matrix["seeds"].max())
    if observer == "human":
        return "people\n(published; photographs)"
    if not seeds:
        return style.wrapped(words[observer], _TITLE, 5.8)
    rows = similarity[(similarity["set"] == _SET) & (similarity["statistic"] == "pearson")]
    rows = rows[rows["human"] == "human"]
    rows = at_layer(rows[rows["group"] == "selective"], [observer], layers)
    r = rows.groupby("cells")[["value", "even_errors"]].mean().map(style.number)
    return "\n".join([
        style.wrapped(f"{words[observer]} ({seeds}\u00a0seed{'s' * (seeds > 1)})", _TITLE, 5.8),
        f"r = {r.at['all', 'value']}, off-diagonal {r.at['off_diagonal', 'value']}",
        f"(even errors {r.at['all', 'even_errors']}, {r.at['off_diagonal', 'even_errors']})",
    ])  # fmt: skip


def _draw_r2(
    axes: Axes, means: pd.DataFrame, words: Mapping[str, str], empty: Mapping[str, str], colour: Mapping[str, str]
) -> None:
    """Each seed's mean R2 over continua with its SEM, by fit and network."""
    width = 0.8 / len(words)
    for slot, network in enumerate(words):
        of_network = means[means["network"] == network]
        here = of_network[of_network["mean"].notna()]
        seeds = sorted(here["seed"].unique())
        for seed, offset in zip(seeds, style.spread(len(seeds), 0.5 * width), strict=True):
            places = np.arange(len(curves.FITS)) + (slot - (len(words) - 1) / 2) * width + offset
            curves.draw_mean_r2(axes, places, here[here["seed"] == seed], colour[network])
        label = words[network] if seeds else f"{words[network]}: {curves.why_empty(of_network, empty[network])}"
        axes.plot([], [], linestyle="", marker="o", markersize=4, color=colour[network] if seeds else style.GREY,
                  label=style.wrapped(label, 38))  # fmt: skip
    axes.set_xticks(range(len(curves.FITS)), [words for words, *_ in curves.FITS.values()])
    axes.set_xlim(-0.5, len(curves.FITS) - 0.5)
    axes.tick_params(axis="x", length=0)
    curves.r2_axis(axes, (means["mean"] - means["sem"]).min())
    if means["mean"].isna().all():
        style.say(axes, curves.why_empty(means, style.NO_UNITS if style.NO_UNITS in empty.values() else style.MISSING))
    axes.legend(loc="upper left", bbox_to_anchor=(1.06, 1.02), borderpad=0, labelspacing=0.7, title="a mark is a seed",
                title_fontsize=6.5, alignment="left")  # fmt: skip


def _draw_curves(
    figure: Figure,
    points: pd.DataFrame,
    fits: pd.DataFrame,
    continua: Sequence[str],
    words: Mapping[str, str],
    empty: Mapping[str, str],
    colour: Mapping[str, str],
    top: float,
) -> None:
    """Identification curves, a row a network and a column a continuum."""
    names = {network: _in_lines(name) for network, name in words.items()}
    left = 19 + 2.45 * max(0, max(name.count("\n") for name in names.values()) - 2)
    width = (177 - left) / len(continua)
    for row, network in enumerate(words):
        for column, continuum in enumerate(continua):
            axes = style.place(figure, left + column * width, top + 18 * row, width - 4.5, 14.5)
            here = [
                frame[(frame["network"] == network) & (frame["continuum"] == continuum)] for frame in (points, fits)
            ]
            curves.draw_identification(axes, *here, colour[network], empty[network], thin=())
            axes.tick_params(labelleft=column == 0, labelbottom=row == len(words) - 1)
            if row == 0:
                axes.set_title(" →\n".join(ends_of(continuum)), fontsize=6.5)
        style.write_at(figure, left - 6, top + 18 * row + 7.25, names[network], rotation=90, ha="right", va="center",
                       multialignment="center", fontsize=7 if names[network].count("\n") < 2 else 5.8)  # fmt: skip
    bottom = top + 18 * len(words)
    style.write_at(figure, (left + 177) / 2, bottom + 1.5, "share of second expression in the morph", ha="center")
    label = {1: "second chosen", 2: "second chosen, proportion"}.get(len(words), "second expression chosen, proportion")
    style.write_at(figure, 2.5, top + 9 * len(words) - 2, label, rotation=90, va="center")


def _in_lines(words: str) -> str:
    """A network's name beside its row of curves: two lines at most, or else smaller ones."""
    lines = words.replace(" ", "\n") if words.count(" ") < 2 else style.wrapped(words, 16, 7)
    return (
        lines
        if lines.count("\n") < 2 and all(style.width_of(line, 7) < 17 for line in lines.split("\n"))
        else style.wrapped(words, 17, 5.8)
    )
