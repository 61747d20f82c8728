"""How like people's a network's confusions are, in the same marks wherever they stand."""

from collections.abc import Iterable, Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mien.confusions.participants import of_participants
from mien.figures import style
from mien.figures.marks.readings import CELL, at_layer

CELLS = {"all": "all 36 cells", "off_diagonal": "30 off-diagonal cells"}
#: Said where a network's correlation is null though it has units.
UNDEFINED = "undefined: constant responses"
#: Said where people's matrix would be.
NOBODY = "nobody judged this set"

_VALUES = ["value", "noise_corrected", "low", "high", "perfect_classifier", "uniform_errors"]


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


def similarities(
    similarity: pd.DataFrame, networks: Iterable[str], layers: Mapping[str, str], set_: str, people: str
) -> pd.DataFrame:
    """Pearson correlations with people, a row a seed, reading and choice of cells.

    Args:
        similarity: the table `similarity`.
        networks, layers: those drawn, and where each is read.

    Returns:
        The table's columns; of a control's draws the means, but of p the largest.
    """
    return _over_draws(at_layer(_with_people(similarity, set_, people), networks, layers))


def of_errors(similarity: pd.DataFrame, set_: str, people: str) -> pd.DataFrame:
    """`similarities` off the diagonal of every cell's selective and random units."""
    rows = _with_people(similarity, set_, people)
    return _over_draws(rows[(rows["entries"] == "off_diagonal") & rows["group"].isin(["selective", "random"])])


def _with_people(similarity: pd.DataFrame, set_: str, people: str) -> pd.DataFrame:
    return similarity[
        (similarity["set"] == set_) & (similarity["statistic"] == "pearson") & (similarity["human"] == people)
    ]


def _over_draws(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of `similarity`, those of a control's draws as one: the means, but of p the largest."""
    keys = [*CELL, "set", "group", "entries", "statistic", "human", "n_units"]
    how = dict.fromkeys(_VALUES, "mean") | {"p_corrected": "max", "correction": "first", "n_comparisons": "max"}
    return rows.groupby(keys, sort=False, dropna=False).agg(how).reset_index()


def draw_seeds(axes: Axes, row: float, seeds: pd.DataFrame, colour: str, group: str, reach: float = 0.56) -> None:
    """One reading's seeds below one another about `row`: circles, intervals, and the even-error classifier's triangle.

    Args:
        seeds: rows of `similarities`.
        reach: how far the seeds spread, of the row.
    """
    seeds = seeds[seeds["value"].notna()]
    y = row + style.spread(len(seeds), min(reach, 0.22 * len(seeds)))
    axes.scatter(seeds["uniform_errors"], y - 0.07, marker="v", s=11, color=style.INK, linewidth=0, zorder=3)
    for height, low, middle, high in zip(y, seeds["low"], seeds["noise_corrected"], seeds["high"], strict=True):
        axes.plot([low, high], [height, height], color=style.INK, linewidth=0.8, zorder=2, clip_on=False)
        axes.plot(middle, height, marker="|", markersize=4, color=style.INK, markeredgewidth=1, zorder=2)
    axes.scatter(seeds["value"], y, s=14, color=[style.fill(colour, group)], edgecolor=colour, linewidth=0.8, zorder=4)


def p_of(seeds: pd.DataFrame) -> str:
    """The corrected p of a reading: of several seeds or draws the largest."""
    p = seeds["p_corrected"].dropna()
    several = len(p) > 1 or seeds["group"].ne("selective").any()
    return style.probability(p.max(), largest=several).replace("p ", "", 1).lstrip("= ") if len(p) else "–"


def heading_of_p(seeds: pd.DataFrame) -> str:
    """How p was corrected, above the column of p."""
    named = seeds[seeds["p_corrected"].notna()]
    if named.empty:
        return ""
    return f"p, {style.correction(named['correction'].iloc[0], int(named['n_comparisons'].max()))}"


def draw_ceiling(axes: Axes, ceiling: pd.DataFrame, set_: str, people: str, cells: str) -> bool:
    """The noise ceiling of people as a grey band, where there is one; whether there is."""
    here = ceiling[
        (ceiling["human"] == people)
        & (ceiling["set"] == set_)
        & (ceiling["entries"] == cells)
        & (ceiling["statistic"] == "pearson")
        & ceiling["ceiling"].notna()
    ]
    for row in here.itertuples():
        if not np.isnan(row.low):
            axes.axvspan(row.low, row.high, color="#E4E4E4", linewidth=0, zorder=0)
        axes.axvline(row.ceiling, color=style.GREY, linewidth=1, zorder=1)
    return len(here) > 0


def axis_of(axes: Axes, values: pd.DataFrame) -> None:
    """An x axis of correlations that holds all values and intervals, and 1."""
    lowest = values[["value", "uniform_errors", "low"]].min().min()
    low = -0.2 if np.isnan(lowest) else max(-1.02, min(-0.2, lowest - 0.05))
    step = 0.2 if low > -0.5 else 0.5
    ticks = step * np.arange(np.ceil(low / step - 1e-9), round(1 / step) + 1)
    axes.set_xlim(low, 1)
    axes.set_xticks(ticks, [style.number(tick, 1) if tick % 1 else f"{tick:.0f}".replace("-", "−") for tick in ticks])
    axes.axvline(0, color=style.PALE, linewidth=0.6, zorder=0)


def legend(colour: str, perfect: bool = False, ceiling: bool = False) -> list[Line2D]:
    """Legend entries of the marks of `draw_seeds`, and of what stands behind them."""
    marks = [
        Line2D([], [], linestyle="", marker="o", markersize=4, color=colour, label="a seed, as measured"),
        Line2D([], [], color=style.INK, linewidth=0.8, marker="|", markersize=5, label="freed of noise, 95 %"),
        Line2D([], [], linestyle="", marker="v", markersize=3.5, color=style.INK, label="as often right, even errors"),
    ]
    if perfect:
        marks.append(Line2D([], [], color=style.INK, linewidth=0.8, linestyle=(0, (4, 3)), label="perfect classifier"))
    if ceiling:
        marks.append(Line2D([], [], color=style.GREY, linewidth=1, label="people's noise ceiling"))
    return marks
