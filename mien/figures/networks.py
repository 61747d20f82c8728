"""Figure 4: networks of one architecture and different experience, compared."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.expressions import ends_of
from mien.figures import bars, curves, style
from mien.figures.matrices import draw_matrix, draw_scale, mean_matrix
from mien.figures.readings import READINGS, accuracies, at_layer, over_seeds, pixel_networks, without_units

_SET = "wild"


@style.journal
def draw(
    accuracy: pd.DataFrame,
    confusion: pd.DataFrame,
    similarity: pd.DataFrame,
    identification: pd.DataFrame,
    fits: pd.DataFrame,
    means: pd.DataFrame,
    networks: list[str],
    layer: str,
) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels: `a` accuracies, `b` to `e` matrices, `f` R2, `g` curves.

    Args:
        accuracy, confusion, similarity, identification, fits, means: the study's tables (`means` is `r2_means`).
        networks: those compared, in order, each read at `layer`; there is a matrix for each beside people's.
    """
    points, fits, r2 = (curves.of_selective(table, networks, layer) for table in (identification, fits, means))
    matrices = [mean_matrix(confusion, observer, layer, _SET) for observer in ("human", *networks)]
    letters = [chr(ord("B") + place) for place in range(len(matrices))]
    pixels = pixel_networks(accuracy, networks)
    by_seed = accuracies(at_layer(accuracy[accuracy["set"] == _SET], [*networks, *pixels], layer))
    over = over_seeds(by_seed)
    colour = style.colours(networks, pixels)
    side = min(34.0, 140 / len(matrices) - 2)
    r2_top, curves_top = 85 + side, 133 + side
    figure = style.page(curves_top + 12 + 18 * len(networks))
    last = chr(ord(letters[-1]) + 1), chr(ord(letters[-1]) + 2)
    for name, top in (("A", 2), (last[0], r2_top - 5), (last[1], curves_top - 8)):
        style.letter(figure, name, 2, top)
    _draw_accuracies(style.place(figure, 16, 8, 110, 30), by_seed, over, [*networks, *pixels], colour)
    for place, (name, matrix) in enumerate(zip(letters, matrices, strict=True)):
        left = 19 + place * (side + 2.5)
        style.letter(figure, name, left - (17 if place == 0 else 1), 49)
        draw_matrix(style.place(figure, left, 59, side, side), matrix, "", rows=place == 0, fontsize=5)
        _write_title(figure, left + side / 2, matrix, similarity, layer)
    draw_scale(figure, 19 + len(matrices) * (side + 2.5), 59, side, width=2)
    _draw_r2(style.place(figure, 16, r2_top, 110, 30), r2, networks, colour)
    _draw_curves(figure, points, fits, networks, colour, curves_top)
    bottom = figure.get_size_inches()[1] * style.MILLIMETRES - 0.8
    style.write_at(figure, 178, bottom, without_units(points), ha="right", va="bottom", fontsize=6, color=style.GREY)
    shown = ["network", "layer", "seed", "continuum", "level", "n", "proportion_second", "status"]
    return figure, {
        "a": over,
        **{name.lower(): matrix for name, matrix in zip(letters, matrices, strict=True)},
        last[0].lower(): r2[["network", "layer", "seed", "n_units", "fit", "mean", "sem", "n"]],
        last[1].lower(): points[shown],
    }


def _draw_accuracies(
    axes: Axes, by_seed: pd.DataFrame, means: pd.DataFrame, networks: list[str], colour: dict[str, str]
) -> None:
    bars.draw_accuracies(axes, by_seed, means, [(network, _SET) for network in networks], colour)
    axes.set_xticks(range(len(networks)), [style.plain(network) for network in networks])
    axes.set_title("accuracy on the wild set", loc="left")
    axes.legend(handles=bars.legend_of_readings(style.GREY, list(READINGS)), loc="upper left", borderpad=0,
                bbox_to_anchor=(1.09, 1.02), handlelength=1.2, labelspacing=0.6)  # fmt: skip


def _write_title(figure: Figure, centre: float, matrix: pd.DataFrame, similarity: pd.DataFrame, layer: str) -> None:
    """Who it is, and for a network its correlation with people, over seeds."""
    observer, seeds = matrix["observer"].iloc[0], int(matrix["seeds"].max())
    if observer == "human":
        lines = ["people", "(published; photographs)"]
    elif not seeds:
        lines = [style.plain(observer)]
    else:
        rows = similarity[(similarity["set"] == _SET) & (similarity["statistic"] == "pearson")]
        rows = rows[rows["human"] == "human"]
        rows = at_layer(rows[rows["group"] == "selective"], [observer], layer)
        r = rows.groupby("cells")[["value", "even_errors"]].mean().map(style.number)
        lines = [
            f"{style.plain(observer)} ({seeds} seed{'s' * (seeds > 1)})",
            f"r = {r.at['all', 'value']}, off-diagonal {r.at['off_diagonal', 'value']}",
            f"(even errors {r.at['all', 'even_errors']}, {r.at['off_diagonal', 'even_errors']})",
        ]
    style.write_at(figure, centre, 58.3, "\n".join(lines), ha="center", va="bottom", fontsize=5.8, linespacing=1.25)


def _draw_r2(axes: Axes, means: pd.DataFrame, networks: list[str], colour: dict[str, str]) -> None:
    """Each seed's mean R2 over continua with its SEM, by fit and network."""
    width = 0.8 / len(networks)
    for slot, network in enumerate(networks):
        of_network = means[means["network"] == network]
        here = of_network[of_network["mean"].notna()]
        seeds = sorted(here["seed"].unique())
        for seed, offset in zip(seeds, style.spread(len(seeds), 0.5 * width), strict=True):
            places = np.arange(len(curves.FITS)) + (slot - (len(networks) - 1) / 2) * width + offset
            curves.draw_mean_r2(axes, places, here[here["seed"] == seed], colour[network])
        label = style.plain(network) if seeds else f"{style.plain(network)}:\n{curves.why_empty(of_network)}"
        axes.plot([], [], linestyle="", marker="o", markersize=4, color=colour[network], label=label)
    axes.set_xticks(range(len(curves.FITS)), [words for words, *_ in curves.FITS.values()])
    axes.set_xlim(-0.5, len(curves.FITS) - 0.5)
    axes.tick_params(axis="x", length=0)
    curves.r2_axis(axes, (means["mean"] - means["sem"]).min())
    if means["mean"].isna().all():
        style.say(axes, curves.why_empty(means))
    axes.legend(loc="upper left", bbox_to_anchor=(1.06, 1.02), borderpad=0, labelspacing=0.7, title="a mark is a seed",
                title_fontsize=6.5, alignment="left")  # fmt: skip


def _draw_curves(
    figure: Figure, points: pd.DataFrame, fits: pd.DataFrame, networks: list[str], colour: dict[str, str], top: float
) -> None:
    """Identification curves, a row a network and a column a continuum."""
    continua = list(points["continuum"].unique())
    width = 158 / len(continua)
    for row, network in enumerate(networks):
        for column, continuum in enumerate(continua):
            axes = style.place(figure, 19 + column * width, top + 18 * row, width - 4.5, 14.5)
            here = [
                frame[(frame["network"] == network) & (frame["continuum"] == continuum)] for frame in (points, fits)
            ]
            curves.draw_identification(axes, *here, colour[network], thin=())
            axes.tick_params(labelleft=column == 0, labelbottom=row == len(networks) - 1)
            if row == 0:
                axes.set_title(" →\n".join(ends_of(continuum)), fontsize=6.5)
            if column == 0:
                axes.set_ylabel(style.plain(network).replace(" ", "\n"))
    bottom = top + 18 * len(networks)
    style.write_at(figure, 19 + 79, bottom + 1.5, "share of second expression in the morph", ha="center")
    style.write_at(figure, 2.5, top + 9 * len(networks) - 2, "second expression chosen, proportion", rotation=90,
                   va="center")  # fmt: skip
