"""Figure 2: does the network confuse expressions as people do?"""

from collections.abc import Mapping

import pandas as pd
from matplotlib.figure import Figure

from mien.figures import style
from mien.figures.marks import likeness
from mien.figures.marks.matrices import draw_matrix, draw_scale, mean_matrix, people_matrix
from mien.figures.marks.readings import READINGS, at_layer, notes, pixel_networks, shown

SETS = ("controlled",)
TABLES = ("cells", "confusion", "similarity", "noise_ceiling")
PANELS = {"a": "the network's confusions", "b": "people's confusions", "c": "correlations of the two"}
REPORT = ("Human-likeness", "2 Confusions")

_SET = "controlled"


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels."""
    focus, layers, cells, confusion = chosen["focus"], chosen["layer"], tables["cells"], tables["confusion"]
    people, pixels = likeness.people_of(confusion, _SET), pixel_networks(tables["similarity"], [focus])
    values = at_layer(likeness.similarities(tables["similarity"], _SET, people), [focus, *pixels], layers)
    values = values[values["group"].isin(READINGS) & ((values["network"] == focus) | (values["group"] == "selective"))]
    look = shown(cells, [*chosen["compare"], focus], layers, pixels)
    rows = list(dict.fromkeys([(focus, "selective"), *zip(values["network"], values["group"], strict=True)]))
    most = values.groupby("network")["seed"].nunique().max() if len(values) else 1
    tall = max(7.5, min(16.0, 1.6 * most)) * len(rows)
    figure = style.page(104 + tall, notes(cells, [focus, *pixels], layers, values))
    top, bottom = figure.subfigures(2, 1, height_ratios=(76, 28 + tall))
    axes = top.subplot_mosaic("AB") | bottom.subplot_mosaic("CD")
    for name in "ABC":
        style.letter(axes[name], name)
    expressions = chosen["expressions"]
    network = mean_matrix(confusion, focus, layers, _SET, expressions)
    theirs = people_matrix(confusion, people, _SET, expressions)
    seeds = int(network["seeds"].max())
    title = f"{style.plain(focus)}, {layers[focus]}{f' (mean of {seeds} seeds)' if seeds > 1 else ''}"
    draw_matrix(axes["A"], network, title, True, look.empty[focus])
    draw_matrix(axes["B"], theirs, likeness.words_of_people(people, chosen["published"]), False, likeness.NOBODY)
    axes["A"].set(ylabel="true expression", xlabel="classifier's response")
    axes["B"].set(xlabel="people's response")
    draw_scale(top, [axes["A"], axes["B"]])
    names = [READINGS[group] if name == focus else look.words[name] for name, group in rows]
    ceilings = []
    for name, entries in (("C", "all"), ("D", "off_diagonal")):
        here = values[values["entries"] == entries]
        ceilings.append(likeness.draw_ceiling(axes[name], tables["noise_ceiling"], _SET, people, entries))
        likeness.draw_rows(axes[name], here, rows, names if name == "C" else [""] * len(rows), look)
        for perfect in here["perfect_classifier"].dropna().head(1):
            axes[name].axvline(perfect, color=style.INK, linewidth=0.8, linestyle=style.DASHED)
        axes[name].set_title(likeness.words_of_entries(entries, here, expressions), loc="left")
        axes[name].set_xlabel("correlation with people (Pearson r)")
    axes["D"].set_xlim(axes["C"].get_xlim() if axes["C"].get_xlim()[0] < axes["D"].get_xlim()[0] else None)
    perfect = values["perfect_classifier"].notna().any()
    marks = likeness.legend(look.colour[focus], perfect, any(ceilings))
    style.legend(bottom, marks, columns=3)
    return figure, {"a": network, "b": theirs, "c": values}
