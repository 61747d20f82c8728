"""Figure 2: does the network confuse expressions as people do?"""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.figures import style
from mien.figures.marks import likeness
from mien.figures.marks.matrices import draw_matrix, draw_scale, mean_matrix, people_matrix
from mien.figures.marks.readings import READINGS, emptiness, notes, pixel_networks

_SET = "controlled"
_ROW = 7.5  # mm, of panel C


@style.journal
def draw(
    confusion: pd.DataFrame,
    similarity: pd.DataFrame,
    ceiling: pd.DataFrame,
    cells: pd.DataFrame,
    focus: str,
    layers: Mapping[str, str],
    networks: list[str],
    published: bool,
) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels `a` (network), `b` (people) and `c` (their similarity).

    Args:
        confusion, similarity, ceiling, cells: the study's tables (`ceiling` is `noise_ceiling`).
        focus: the network.
        layers: where each network is read.
        networks: those that figure 4 compares, for the colour of `focus`.
        published: whether the study is compared with the publication's people.
    """
    people = likeness.people_of(confusion, _SET)
    pixels = pixel_networks(similarity, [focus])
    values = likeness.similarities(similarity, [focus, *pixels], layers, _SET, people)
    values = values[values["group"].isin(READINGS) & ((values["network"] == focus) | (values["group"] == "selective"))]
    shown = [focus, *pixels]
    empty = emptiness(cells, shown, layers)
    rows = list(dict.fromkeys([(focus, "selective"), *zip(values["network"], values["group"], strict=True)]))
    most = values.groupby("network")["seed"].nunique().max() if len(values) else 1
    tall = max(_ROW, min(16.0, 1.6 * most)) * len(rows)
    figure = style.page(109 + tall, notes(cells, shown, layers, values))
    network, theirs = mean_matrix(confusion, focus, layers, _SET), people_matrix(confusion, people, _SET)
    for name, left, top in (("A", 2, 2), ("B", 93, 2), ("C", 2, 86)):
        style.letter(figure, name, left, top)
    seeds = int(network["seeds"].max())
    of_seeds = f" (mean of {seeds} seeds)" if seeds > 1 else ""
    titles = (f"{style.plain(focus)}, {layers[focus]}{of_seeds}", likeness.words_of_people(people, published))
    for axes_left, matrix, title, nothing, response in (
        (24, network, titles[0], empty[focus], "classifier's response"),
        (94, theirs, titles[1], likeness.NOBODY, "people's response"),
    ):
        axes = style.place(figure, axes_left, 8, 58, 58)
        draw_matrix(axes, matrix, title, axes_left == 24, nothing, fontsize=7)
        axes.set_xlabel(response)
    figure.axes[0].set_ylabel("true expression")
    draw_scale(figure, 157, 8, 58)
    colour = style.colours(dict.fromkeys([*networks, focus]), pixels)
    ceilings = []
    for left, part in ((43, "all"), (115, "off_diagonal")):
        axes = style.place(figure, left, 97, 48, tall)
        here = values[values["entries"] == part]
        ceilings.append(likeness.draw_ceiling(axes, ceiling, _SET, people, part))
        _draw_similarity(axes, here, rows, colour, empty, focus)
        axes.set_title(likeness.CELLS[part], loc="left")
        likeness.axis_of(axes, values)
        if part != "all":
            axes.set_yticklabels([])
    marks = likeness.legend(colour[focus], perfect=values["perfect_classifier"].notna().any(), ceiling=any(ceilings))
    down = figure.get_size_inches()[1] * style.MILLIMETRES
    figure.legend(handles=marks, loc="upper left", bbox_to_anchor=(9 / style.WIDTH, 1 - 87.5 / down), ncols=5,
                  handletextpad=0.4, columnspacing=1, borderpad=0, borderaxespad=0)  # fmt: skip
    return figure, {"a": network, "b": theirs, "c": values}


def _draw_similarity(
    axes: Axes,
    values: pd.DataFrame,
    rows: list[tuple[str, str]],
    colour: dict[str, str],
    empty: dict[str, str],
    focus: str,
) -> None:
    """Correlations of every seed of each of some (network, group), and p; both baselines behind them."""
    for place, (network, group) in enumerate(rows):
        here = values[(values["network"] == network) & (values["group"] == group)]
        if here["value"].isna().all():
            nothing = likeness.UNDEFINED if (here["n_units"] > 0).any() else empty[network]
            axes.text(0.02, place, nothing, va="center", color=style.GREY, fontsize=6, zorder=5,
                      bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.5})  # fmt: skip
        likeness.draw_seeds(axes, place, here, colour[network], group)
        axes.annotate(likeness.p_of(here), (1, place), xycoords=("axes fraction", "data"), xytext=(6, 0),
                      textcoords="offset points", va="center", fontsize=6.5)  # fmt: skip
    axes.annotate(style.wrapped(likeness.heading_of_p(values), 20, 6), (1, 1), xycoords="axes fraction", xytext=(6, 2),
                  textcoords="offset points", va="bottom", fontsize=6)  # fmt: skip
    perfect = values["perfect_classifier"].dropna()
    if len(perfect):
        axes.axvline(perfect.iloc[0], color=style.INK, linewidth=0.8, linestyle=(0, (4, 3)))
    words = [READINGS[group] if network == focus else style.plain(network) for network, group in rows]
    axes.set_yticks(range(len(rows)), words)
    axes.tick_params(axis="y", length=0)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.set_xlabel("correlation with people (Pearson r)")
