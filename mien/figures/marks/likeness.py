"""How like people's a network's confusions are, in the same marks wherever they stand."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mien.confusions.participants import of_participants
from mien.figures import style
from mien.figures.marks.points import dodged, intervals, points, say_at, span
from mien.figures.marks.readings import CELL, Shown

#: Said where a network's correlation is null though it has units.
UNDEFINED = "undefined: constant responses"
#: Said where people's matrix would be.
NOBODY = "nobody judged this set"

_VALUES = ["value", "noise_corrected", "low", "high", "perfect_classifier", "uniform_errors"]


def words_of_entries(entries: str, values: pd.DataFrame, expressions: Sequence[str]) -> str:
    """How many entries are compared, of the expressions that people and the study share.

    Args:
        values: a result of `similarities`.
        expressions: the study's, where nothing is compared.
    """
    n = int(values["n_expressions"].max()) if len(values) else len(expressions)
    return f"all {n**2} entries" if entries == "all" else f"{n * (n - 1)} off-diagonal entries"


def people_of(confusion: pd.DataFrame, set_: str) -> str:
    """The people with whom a figure compares: the first of the table `confusion` who saw a set; else `human`."""
    seen = confusion.loc[of_participants(confusion) & (confusion["set"] == set_), "observer"]
    return seen.iloc[0] if len(seen) else "human"


def words_of_people(people: str, published: bool) -> str:
    """Who they are, above their matrix.

    Args:
        published: whether the study is compared with the publication's people: then `human` is nobody else.
    """
    if people != "human":
        return f"people: {style.plain(people)}"
    return "people (published)" if published else "people"


def similarities(similarity: pd.DataFrame, set_: str, people: str) -> pd.DataFrame:
    """Pearson correlations with people, a row a cell, reading and choice of entries.

    Returns:
        Columns of the table `similarity`; of a control's draws the means, but of p the largest.
    """
    key = {"set": set_, "statistic": "pearson", "human": people}
    rows = similarity[(similarity[list(key)] == pd.Series(key)).all(axis=1)]
    how = dict.fromkeys(_VALUES, "mean") | {"p_corrected": "max", "correction": "first", "n_comparisons": "max"}
    keys = [*CELL, "set", "group", "entries", "statistic", "human", "n_expressions", "n_units"]
    return rows.groupby(keys, sort=False, dropna=False).agg(how).reset_index()


def draw_rows(
    axes: Axes,
    values: pd.DataFrame,
    rows: Sequence[tuple[str, str]],
    names: Sequence[str],
    look: Shown,
) -> None:
    """A row for each of some (network, reading): circles are seeds, with intervals, accuracy-matched errors and p.

    Args:
        values: rows of `similarities` of one choice of entries.
        names: of the rows, from the top.
    """
    places = {row: place for place, row in enumerate(rows)}
    drawn = values.assign(place=[places[key] for key in zip(values["network"], values["group"], strict=True)])
    drawn = drawn.dropna(subset="value")
    at, inks = dodged(drawn, "place"), drawn["network"].map(look.colour)
    faces = [style.fill(ink, group) for ink, group in zip(inks, drawn["group"], strict=True)]
    intervals(axes, at, drawn["low"], drawn["high"], across=True)
    points(axes, at, drawn["noise_corrected"], style.INK, across=True, marker="|", s=18, zorder=3)
    points(axes, at - 0.08, drawn["uniform_errors"], style.INK, across=True, marker="v", s=9, linewidth=0, zorder=3)
    points(axes, at, drawn["value"], list(inks), across=True, facecolor=faces)
    for (network, group), place in places.items():
        here = values[(values["network"] == network) & (values["group"] == group)]
        if here["value"].isna().all():
            say_at(axes, place, UNDEFINED if (here["n_units"] > 0).any() else look.empty[network], across=True)
        write_p(axes, place, here)
    head_p(axes, values)
    axes.axvline(0, color=style.PALE, linewidth=0.6, zorder=0)
    axes.set_yticks(range(len(rows)), names)
    axes.set_ylim(len(rows) - 0.5, -0.5)
    axes.tick_params(axis="y", length=0)
    span("x", axes, [drawn[["value", "uniform_errors", "low", "high"]]], (0, 1))


def write_p(axes: Axes, row: float, rows: pd.DataFrame) -> None:
    """The corrected p of some rows, right of the axes: of several seeds or draws the largest."""
    p = rows["p_corrected"].dropna()
    several = len(p) > 1 or rows["group"].ne("selective").any()
    words = style.probability(p.max(), largest=several).removeprefix("p ").removeprefix("= ") if len(p) else "–"
    axes.annotate(words, (1, row), (4, 0), ("axes fraction", "data"), "offset points", va="center", fontsize=6)


def head_p(axes: Axes, rows: pd.DataFrame) -> None:
    """How p was corrected, above the column of `write_p`."""
    tested = rows[rows["p_corrected"].notna()]
    if len(tested):
        words = f"p, {style.correction(tested)}"
        axes.annotate(words, (1, 1), (4, 2), "axes fraction", "offset points", va="bottom", fontsize=6)


def draw_ceiling(axes: Axes, ceiling: pd.DataFrame, set_: str, people: str, entries: str) -> bool:
    """The noise ceiling of people as a grey band, where there is one; whether there is."""
    key = {"human": people, "set": set_, "entries": entries, "statistic": "pearson"}
    here = ceiling[(ceiling[list(key)] == pd.Series(key)).all(axis=1) & ceiling["ceiling"].notna()]
    for row in here.itertuples():
        if not np.isnan(row.low):
            axes.axvspan(row.low, row.high, color="#E4E4E4", linewidth=0, zorder=0)
        axes.axvline(row.ceiling, color=style.GREY, linewidth=1, zorder=1)
    return len(here) > 0


def legend(colour: str, perfect: bool = False, ceiling: bool = False) -> list[Line2D]:
    """Legend entries of the marks of `draw_rows`, and of what stands behind them."""
    return [
        style.mark("o", "a seed, as measured", color=colour),
        style.line("noise-corrected, 95 %", marker="|", markersize=5),
        style.mark("v", "accuracy-matched, uniform errors"),
        *([style.line("perfect classifier", linestyle=style.DASHED)] if perfect else []),
        *([style.line("people's noise ceiling", color=style.GREY)] if ceiling else []),
    ]
