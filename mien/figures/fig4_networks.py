"""Figure 4: networks compared in accuracy, confusions and identification."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.expressions import ends_of
from mien.figures import style
from mien.figures.marks import bars, curves, likeness
from mien.figures.marks.matrices import draw_matrix, draw_scale, mean_matrix, people_matrix
from mien.figures.marks.readings import (
    CELL,
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
_ROW = 6.5  # mm, a network in the panels of similarity
_ACROSS = 4  # matrices in a row, at most
_ACCURACY = 110  # mm, width of the panel
_BETWEEN, _TITLE = 26, 29  # mm between rows of matrices, and width of a network's name above one


@style.journal
def draw(
    accuracy: pd.DataFrame,
    confusion: pd.DataFrame,
    similarity: pd.DataFrame,
    differences: pd.DataFrame,
    ceiling: pd.DataFrame,
    identification: pd.DataFrame,
    fits: pd.DataFrame,
    means: pd.DataFrame,
    cells: pd.DataFrame,
    networks: list[str],
    layers: Mapping[str, str],
    published: bool,
) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels: `a` accuracies, matrices from `b` on, then similarity with people,
    its differences from the first network's, R2, and curves.

    Args:
        accuracy, confusion, similarity, differences, ceiling, identification, fits, means, cells: the study's tables
            (`differences` is `similarity_differences`, `ceiling` `noise_ceiling`, `means` `r2_means`).
        networks: those compared, in order; there is a matrix for each beside people's.
        layers: where each network is read.
        published: whether the study is compared with the publication's people.
    """
    points, fits, r2 = (curves.of_selective(table, networks, layers) for table in (identification, fits, means))
    people = likeness.people_of(confusion, _SET)
    matrices = [people_matrix(confusion, people, _SET), *(mean_matrix(confusion, n, layers, _SET) for n in networks)]
    pixels = pixel_networks(accuracy, networks)
    shown = [*networks, *pixels]
    by_seed = accuracies(at_layer(accuracy[accuracy["set"] == _SET], shown, layers))
    over = over_seeds(by_seed)
    words, empty, colour = words_of(shown, layers), emptiness(cells, shown, layers), style.colours(networks, pixels)
    alike = likeness.similarities(similarity, shown, layers, _SET, people)
    alike = alike[(alike["group"] == "selective") & (alike["entries"] == "off_diagonal")]
    from_first = _from_first(differences, networks, layers, people)
    rows = _in_rows(len(matrices))
    side = min(34.0, 140 / len(rows[0]) - 2)
    matrices_top = 56 + style.depth_of_names(list(words.values()), _ACCURACY)
    of_alike = max(_ROW, min(13.0, 1.4 * alike.groupby("network")["seed"].nunique().max())) if len(alike) else _ROW
    alike_top = matrices_top + (side + _BETWEEN) * len(rows) + 3
    differ_top = alike_top + of_alike * len(shown) + 21
    differ_height = _ROW * max(1, len(networks) - 1)
    lines = sum(1 + style.wrapped(f"{words[network]}: {style.NO_UNITS}", 60).count("\n") for network in networks)
    curves_top = max(differ_top + differ_height + 25, alike_top + 62 + 3.4 * lines)
    figure = style.page(
        curves_top + 11 + 18 * len(networks), notes(cells, shown, layers, at_layer(accuracy, shown, layers))
    )
    letters = [chr(ord("A") + place) for place in range(len(matrices) + 5)]
    places = ((2, 2), (2, alike_top - 9), (2, differ_top - 9), (102, alike_top - 9), (2, curves_top - 8))
    for name, (left, top) in zip((letters[0], *letters[-4:]), places, strict=True):
        style.letter(figure, name, left, top)
    axes = style.place(figure, 16, 8, _ACCURACY, 30)
    bars.draw_accuracies(axes, by_seed, over, [(network, _SET) for network in shown], colour, empty)
    _name_bars(axes, list(words.values()))
    titles = [
        likeness.words_of_people(people, published).replace(" (", "\n("),
        *(_title(m, words) for m in matrices[1:]),
    ]
    _draw_matrices(
        figure, matrices, titles, letters[1:-4], [likeness.NOBODY, *map(empty.get, networks)], rows, side, matrices_top
    )
    axes = style.place(figure, 36, alike_top, 42, of_alike * len(shown))
    has_ceiling = likeness.draw_ceiling(axes, ceiling, _SET, people, "off_diagonal")
    _draw_likeness(axes, alike, words, empty, colour)
    _draw_differences(style.place(figure, 36, differ_top, 42, differ_height), from_first, words)
    _explain_likeness(figure, alike_top - 5, has_ceiling)
    compared = {network: words[network] for network in networks}
    _draw_r2(style.place(figure, 116, alike_top, 60, 36), r2, compared, empty, colour)
    _draw_curves(figure, points, fits, identification["continuum"].unique(), compared, empty, colour, curves_top)
    panels = [
        over,
        *matrices,
        alike,
        from_first,
        r2[[*CELL, "n_units", "fit", "mean", "sem", "sem_sample", "n"]],
        points[[*CELL, "continuum", "level", "n", "proportion_second", "status"]],
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


def _title(matrix: pd.DataFrame, words: Mapping[str, str]) -> str:
    """Which network a matrix is of, and of how many seeds."""
    observer, seeds = matrix["observer"].iloc[0], int(matrix["seeds"].max())
    of_seeds = f" ({seeds}\u00a0seed{'s' * (seeds > 1)})" if seeds else ""
    return style.wrapped(f"{words[observer]}{of_seeds}", _TITLE, 5.8)


def _from_first(
    differences: pd.DataFrame, networks: Sequence[str], layers: Mapping[str, str], people: str
) -> pd.DataFrame:
    """How much more like people the first network is than each other, a row a network; nulls where not compared."""
    rows = differences[
        (differences["set"] == _SET)
        & (differences["statistic"] == "pearson")
        & (differences["entries"] == "off_diagonal")
        & (differences["group"] == "selective")
        & (differences["human"] == people)
    ]
    at = pd.Series(dict(layers))
    for side in "ab":
        rows = rows[rows[f"layer_{side}"] == rows[f"network_{side}"].map(at).fillna(rows[f"layer_{side}"])]
    first = networks[0]
    turned = rows.rename(columns=lambda name: f"{name[:-1]}{'ba'['ab'.index(name[-1])]}" if name[-2:] in ("_a", "_b")
                         else name)  # fmt: skip
    turned = turned.assign(difference=-rows["difference"], low=-rows["high"], high=-rows["low"])
    both = pd.concat([rows, turned[rows.columns]])
    both = both[(both["network_a"] == first) & both["network_b"].isin(networks[1:])]
    every = pd.DataFrame({"network_a": first, "network_b": networks[1:]}, dtype="str")
    return every.merge(both, how="left", on=["network_a", "network_b"])


def _draw_likeness(
    axes: Axes, alike: pd.DataFrame, words: Mapping[str, str], empty: Mapping[str, str], colour: Mapping[str, str]
) -> None:
    """Off-diagonal correlation of each network's selective units with people, a circle a seed."""
    for row, network in enumerate(words):
        here = alike[alike["network"] == network]
        if here["value"].isna().all():
            nothing = likeness.UNDEFINED if (here["n_units"] > 0).any() else empty[network]
            axes.text(0.5, row, nothing, transform=axes.get_yaxis_transform(), ha="center", va="center",
                      color=style.GREY, fontsize=6)  # fmt: skip
            continue
        likeness.draw_seeds(axes, row, here, colour[network], "selective")
        _write_beside(axes, row, likeness.p_of(here))
    _name_rows(axes, list(words.values()))
    for label, network in zip(axes.get_yticklabels(), words, strict=True):
        label.set_color(colour[network])
    likeness.axis_of(axes, alike)
    axes.set_xlabel("off-diagonal correlation with people, wild")
    _write_beside(axes, -0.5, likeness.heading_of_p(alike), va="bottom")


def _draw_differences(axes: Axes, from_first: pd.DataFrame, words: Mapping[str, str]) -> None:
    """How much more like people the first network is than each other, with 95 % intervals."""
    if from_first.empty:
        style.say(axes, "no other network")
        axes.set_axis_off()
        return
    axes.axvline(0, color=style.PALE, linewidth=0.6, zorder=0)
    for row, pair in enumerate(from_first.itertuples()):
        if np.isnan(pair.difference):
            axes.text(0.5, row, "not compared", transform=axes.get_yaxis_transform(), ha="center", va="center",
                      color=style.GREY, fontsize=6)  # fmt: skip
            continue
        axes.plot([pair.low, pair.high], [row, row], color=style.INK, linewidth=0.8)
        axes.plot(pair.difference, row, marker="s", markersize=3.2, color=style.INK)
        _write_beside(axes, row, style.probability(pair.p_corrected).replace("p ", "").lstrip("= "))
    named = from_first[from_first["p_corrected"].notna()]
    if len(named):
        how = style.correction(named["correction"].iloc[0], int(named["n_comparisons"].max()))
        _write_beside(axes, -0.5, f"p, {how}", va="bottom")
    _name_rows(axes, [f"less {words[network]}" for network in from_first["network_b"]])
    reach = np.nanmax([0.2, *from_first[["low", "high"]].abs().to_numpy(float).ravel()]) * 1.06
    axes.set_xlim(-reach, reach)
    axes.set_xticks(style.ticks(-reach, reach, 3))
    axes.set_title(words[from_first["network_a"].iloc[0]], loc="left")
    axes.set_xlabel("difference of the correlations")


def _name_rows(axes: Axes, names: list[str]) -> None:
    """Name the rows of a forest of points, from the top."""
    size = 6.5 if all(style.width_of(name) <= 32 for name in names) else 5
    axes.set_yticks(range(len(names)), [style.wrapped(name, 32, size) for name in names], fontsize=size)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(names) - 0.5, -0.5)


def _write_beside(axes: Axes, row: float, text: str, va: str = "center") -> None:
    axes.annotate(text, (1, row), xycoords=("axes fraction", "data"), xytext=(5, 2 if va == "bottom" else 0), va=va,
                  textcoords="offset points", fontsize=6)  # fmt: skip


def _explain_likeness(figure: Figure, top: float, has_ceiling: bool) -> None:
    down = figure.get_size_inches()[1] * style.MILLIMETRES
    figure.legend(handles=likeness.legend(style.GREY, ceiling=has_ceiling), loc="lower left", ncols=2, borderpad=0,
                  bbox_to_anchor=(9 / style.WIDTH, 1 - top / down), handletextpad=0.5, columnspacing=1.2,
                  borderaxespad=0, labelspacing=0.3)  # fmt: skip


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
                  label=style.wrapped(label, 60))  # fmt: skip
    axes.set_xticks(range(len(curves.FITS)), list(curves.SHORT.values()))
    axes.set_xlim(-0.5, len(curves.FITS) - 0.5)
    axes.tick_params(axis="x", length=0)
    curves.r2_axis(axes, (means["mean"] - means["sem"]).min())
    if means["mean"].isna().all():
        style.say(axes, curves.why_empty(means, style.NO_UNITS if style.NO_UNITS in empty.values() else style.MISSING))
    axes.legend(loc="upper left", bbox_to_anchor=(-0.02, -0.14), borderpad=0, labelspacing=0.5, title_fontsize=6.5,
                title="a mark is a seed", alignment="left", borderaxespad=0)  # fmt: skip


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
        markers = curves.markers_of(points[points["network"] == network])
        for column, continuum in enumerate(continua):
            axes = style.place(figure, left + column * width, top + 18 * row, width - 4.5, 14.5)
            here = [
                frame[(frame["network"] == network) & (frame["continuum"] == continuum)] for frame in (points, fits)
            ]
            curves.draw_identification(axes, *here, markers, colour[network], empty[network], thin=())
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
