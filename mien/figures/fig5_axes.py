"""Figure 5: what changes with a network's architecture, training data, objective or algorithm: a row a network."""

from collections.abc import Mapping

import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.categorical.over_draws import differences
from mien.comparison.cells import ORIGINS
from mien.comparison.notes import notes
from mien.figures import style
from mien.figures.marks import measures, readings
from mien.figures.marks.points import dodged
from mien.figures.marks.readings import CELL

SETS = ("controlled", "morphs")
TABLES = ("cells", "selection", "accuracy", "similarity", "confusion", "r2_tests")
PANELS = {"a": "counts of selective units", "b": "accuracies", "c": "correlations with participants",
          "d": "Hill minus linear"}  # fmt: skip
REPORT = ("Networks", "5 What makes a difference")
CHOSEN = ("compare", "expressions", "how_many", "layer")

_COLUMNS = {"a": "percent", "b": "accuracy", "c": "value", "d": "mean_difference"}
#: Where in its row a group's seeds lie, below its middle.
_LANES = {"selective": -0.27, "all": 0.0, "random": 0.27}


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels."""
    cells = tables["cells"]
    look = readings.shown(cells, chosen["compare"], chosen["layer"], expressions=chosen["expressions"])
    rows = readings.at_layer(cells, look.words, look.layers)
    rows = rows.assign(selected=rows["n_selective"])
    tests = tables["r2_tests"]
    frames = measures.measured(tables, "controlled") | {"d": differences(tests[tests["group"].isin(list(_LANES))])}
    panels = {
        name: rows[[*CELL, "status", "selected"]].merge(readings.at_layer(frame, look.words, look.layers), "left", CELL)
        for name, frame in frames.items()
    }
    texts = [_named(words, _made(rows[rows["network"] == network])) for network, words in look.words.items()]
    note = notes(cells, look.words, look.layers, panels["b"].dropna(subset="n_units"))
    figure = style.page(34 + max(10.0, 3.4 * max(text.count("\n") + 2 for text in texts)) * len(texts), note)
    grid = dict(zip(panels, figure.subplots(1, 4, sharey=True), strict=True))
    style.letter(grid)
    for (name, panel), axes in zip(panels.items(), grid.values(), strict=True):
        axes.set_title(measures.WORDS[_COLUMNS[name]][0])
        _draw_panel(axes, panel, _COLUMNS[name], look)
        style.name_rows(axes, texts, look.colour.values())
    style.legend(figure)
    return figure, panels


def _named(words: str, made: str) -> str:
    """A network and how it was made, in lines; of a missing one, only what it is called."""
    return "\n".join(style.wrapped(line, 30) for line in ([f"{words}:", made] if made else [words]))


def _made(rows: pd.DataFrame) -> str:
    """Origin of a network and each seed's held-out score, of many the lowest and highest."""
    origins = ", ".join(map(ORIGINS.get, rows["origin"].dropna().unique()))
    if (rows["layer"] == "image").any():
        return "the pictures themselves"
    scored = rows.dropna(subset="heldout_score").drop_duplicates("seed")
    if scored.empty:
        return origins
    values = scored["heldout_score"].tolist()
    several = f"{style.number(min(values))} to {style.number(max(values))}"
    text = several if len(values) > 3 else ", ".join(map(style.number, values))
    return f"{origins}, held-out {scored['score'].iloc[0]} {text}"


def _draw_panel(axes: Axes, panel: pd.DataFrame, column: str, look: readings.Shown) -> None:
    """Seeds, selective units above all and random ones, with their means, which no seed is in whose training failed."""
    places = {network: place for place, network in enumerate(look.words)}
    drawn = panel[panel["group"].isin(list(_LANES))].sort_values("seed", kind="stable").reset_index(drop=True)
    lanes = drawn["group"].map(_LANES) if column != "percent" else 0.0
    drawn = drawn.assign(place=drawn["network"].map(places) + lanes)
    drawn = drawn.assign(at=dodged(drawn, "place", width=0.7 if column == "percent" else 0.24))
    measures.draw_seeds(axes, drawn, column, look, across=True)
    kept = drawn[~measures.failed(drawn)]
    for place, here in kept.groupby("place"):
        if here[column].count() > 1:
            network, group = here[["network", "group"]].iloc[0]
            ink = style.GREY if group == "random" else style.tint(look.colour[network], style.FILLS[group])
            axes.plot(
                [here[column].mean()] * 2, [place - 0.14, place + 0.14], color=ink, zorder=3, label="mean of seeds"
            )
    for network, place in places.items():
        measures.say_nothing(axes, place, panel[panel["network"] == network], column, across=True)
    measures.scale(axes, panel, column, across=True)
