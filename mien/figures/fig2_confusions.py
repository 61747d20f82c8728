"""Figure 2: does the network confuse expressions as participants do?"""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from mien.comparison.notes import notes
from mien.confusions.over_seeds import mean_matrix, participants_matrix, participants_of, similarities
from mien.figures import style
from mien.figures.marks import likeness
from mien.figures.marks.matrices import draw_matrix, draw_scale
from mien.figures.marks.points import span
from mien.figures.marks.readings import READINGS, at_layer, pixel_networks, shown

SETS = ("controlled",)
TABLES = ("cells", "confusion", "similarity", "noise_ceiling")
PANELS = {"a": "the network's confusions", "b": "participants' confusions", "c": "correlations of the two"}
REPORT = ("Human-likeness", "2 Confusions")
CHOSEN = ("compare", "expressions", "focus", "how_many", "layer", "published")

_SET = "controlled"


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels."""
    focus, layers, cells, confusion = chosen["focus"], chosen["layer"], tables["cells"], tables["confusion"]
    participants, pixels = participants_of(confusion, _SET), pixel_networks(tables["similarity"], [focus])
    values = at_layer(similarities(tables["similarity"], _SET, participants), [focus, *pixels], layers)
    values = values[values["group"].isin(READINGS) & ((values["network"] == focus) | (values["group"] == "selective"))]
    look = shown(cells, [*chosen["compare"], focus], layers, pixels)
    rows = list(dict.fromkeys([(focus, "selective"), *zip(values["network"], values["group"], strict=True)]))
    most = values.groupby("network")["seed"].nunique().max() if len(values) else 1
    tall = max(7.5, min(16.0, 1.6 * most)) * len(rows)
    figure = style.page(104 + tall, notes(cells, [focus, *pixels], layers, values))
    top, bottom = figure.subfigures(2, 1, height_ratios=(76, 28 + tall))
    axes = top.subplot_mosaic("AB") | bottom.subplot_mosaic("CD", sharex=True)
    style.letter({name: axes[name] for name in "ABC"})
    expressions = chosen["expressions"]
    network = mean_matrix(confusion, focus, layers[focus], _SET, expressions)
    theirs = participants_matrix(confusion, participants, _SET, expressions)
    seeds = int(network["seeds"].max())
    title = f"{style.plain(focus)}, {layers[focus]}{f' (mean of {seeds} seeds)' if seeds > 1 else ''}"
    draw_matrix(axes["A"], network, title, True, look.empty[focus])
    words = likeness.words_of_participants(participants, chosen["published"])
    draw_matrix(axes["B"], theirs, words, False, likeness.NOBODY)
    axes["A"].set(ylabel="true expression", xlabel="classifier's response")
    axes["B"].set(xlabel="participants' response")
    draw_scale(top, [axes["A"], axes["B"]])
    names = [READINGS[group] if name == focus else look.words[name] for name, group in rows]
    for name, entries in (("C", "all"), ("D", "off_diagonal")):
        here = values[values["entries"] == entries]
        likeness.draw_rows(axes[name], here, rows, names if name == "C" else [""] * len(rows), look)
        likeness.draw_ceiling(axes[name], tables["noise_ceiling"], _SET, participants, entries)
        for perfect in here["perfect_classifier"].dropna().head(1):
            how = {"color": style.INK, "linewidth": 0.8, "linestyle": style.DASHED}
            axes[name].axvline(perfect, **how, label="perfect classifier")
        axes[name].set_title(likeness.words_of_entries(entries, here, expressions), loc="left")
        axes[name].set_xlabel("correlation with participants (Pearson r)")
    span("x", axes["C"], [values[["value", "uniform_errors", "low", "high"]]], (0, 1))
    style.legend(bottom, columns=3)
    return figure, {"a": network, "b": theirs, "c": values}
