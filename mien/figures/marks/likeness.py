"""How like participants' a network's confusions are, in the same marks wherever they stand."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes

from mien.figures import style
from mien.figures.marks.points import dodged, intervals, points, say_at, span
from mien.figures.marks.readings import Shown, having
from mien.statistics import corrections

#: Said where a network's correlation is null though it has units.
UNDEFINED = "undefined: constant responses"
#: Said where participants' matrix would be.
NOBODY = "nobody judged this set"


def words_of_participants(participants: str, published: bool) -> str:
    """Who they are, above their matrix; `human` are the publication's where these are `published`."""
    if participants != "human":
        return f"participants: {style.plain(participants)}"
    return "participants (published)" if published else "participants"


def words_of_entries(entries: str, values: pd.DataFrame, expressions: Sequence[str]) -> str:
    """How many entries are compared, of the expressions that participants and the study share, by `similarities`."""
    n = int(values["n_expressions"].max()) if len(values) else len(expressions)
    return f"all {n**2} entries" if entries == "all" else f"{n * (n - 1)} off-diagonal entries"


def draw_rows(
    axes: Axes,
    values: pd.DataFrame,
    rows: Sequence[tuple[str, str]],
    names: Sequence[str],
    look: Shown,
    least: tuple[float, float] = (0, 1),
) -> None:
    """A row for each of some (network, reading): circles are seeds, with intervals, accuracy-matched errors and p.
    `values` are rows of `similarities` of one choice of entries, or of what is made of them; the axis spans `least`."""
    places = {row: place for place, row in enumerate(rows)}
    drawn = values.assign(place=[places[key] for key in zip(values["network"], values["group"], strict=True)])
    drawn = drawn.dropna(subset="value")
    at, inks = dodged(drawn, "place"), drawn["network"].map(look.colour)
    faces = [style.tint(ink, style.FILLS[group]) for ink, group in zip(inks, drawn["group"], strict=True)]
    of_layer = (drawn["group"] == "all").to_numpy()
    drawn = drawn.assign(at=at, ink=inks, face=faces)
    for seeds, how in ((drawn[~of_layer], {}), (drawn[of_layer], {"marker": style.WHOLE, "s": 11})):
        points(axes, seeds["at"], seeds["value"], list(seeds["ink"]), True, facecolor=list(seeds["face"]), **how,
               label="a seed, as measured")  # fmt: skip
    points(axes, at, drawn["noise_corrected"], style.INK, True, marker="|", s=18, zorder=3, label="noise-corrected")
    intervals(axes, at, drawn["low"], drawn["high"], True, label="its 95 % interval")
    points(axes, at - 0.08, drawn["uniform_errors"], style.INK, True, marker="v", s=9, linewidth=0, zorder=3,
           label="accuracy-matched, uniform errors")  # fmt: skip
    axes.axvline(0, color=style.PALE, linewidth=0.6, zorder=0)
    style.name_rows(axes, names, [look.colour[network] for network, _ in rows])
    span("x", axes, [drawn[["value", "uniform_errors", "low", "high"]]], least)
    for (network, group), place in places.items():
        here = values[(values["network"] == network) & (values["group"] == group)]
        if here["value"].isna().all():
            say_at(axes, place, UNDEFINED if (here["n_units"] > 0).any() else look.empty[network], across=True)
    _write_p(axes, [having(values, network=network, group=group) for network, group in rows])


def _write_p(axes: Axes, rows: Sequence[pd.DataFrame]) -> None:
    """The corrected p of each row, right of the axes, and its correction; of several seeds or draws the largest."""
    tested = [row.dropna(subset="p_corrected") for row in rows]
    for place, row in enumerate(tested):
        several = len(row) > 1 or row["group"].ne("selective").any()
        words = style.probability(row["p_corrected"].max(), several).removeprefix("p ").removeprefix("= ")
        axes.annotate(words if len(row) else "–", (1, place), (4, 0), ("axes fraction", "data"), "offset points",
                      va="center", fontsize=6)  # fmt: skip
    if any(map(len, tested)):
        head = f"p, {corrections.in_words(pd.concat(tested))}"
        axes.annotate(head, (1, 1), (4, 2), "axes fraction", "offset points", va="bottom", fontsize=6)


def draw_ceiling(axes: Axes, ceiling: pd.DataFrame, set_: str, participants: str, entries: str) -> None:
    """The noise ceiling of participants, where there is one, as a line in a grey band."""
    rows = having(ceiling, human=participants, set=set_, entries=entries, statistic="pearson")
    for row in rows.dropna(subset="ceiling").itertuples():
        if not np.isnan(row.low):
            axes.axvspan(row.low, row.high, color="#E4E4E4", linewidth=0, zorder=0)
        axes.axvline(row.ceiling, color=style.GREY, linewidth=1, zorder=1, label="participants' noise ceiling")
