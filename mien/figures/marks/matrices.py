"""Confusion matrices as pictures, for people and networks alike."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from mien.confusions.participants import of_participants
from mien.expressions import EXPRESSIONS
from mien.figures import style
from mien.figures.marks.readings import at_layer

#: Sequential in lightness, so that it reads in grey and to every eye; from 0 to 1 in every matrix.
SCALE = ScalarMappable(Normalize(0, 1), "Blues")


def mean_matrix(confusion: pd.DataFrame, network: str, layers: Mapping[str, str], set_: str) -> pd.DataFrame:
    """Confusion matrix of a network's selective units, averaged over its seeds.

    Args:
        confusion: the table `confusion`.
        layers: where each network is read.

    Returns:
        36 rows: `observer`, `set`, `true_expression`, `response_expression`, `proportion` (null without units), `sd`
        over seeds (null for fewer than two), `seeds` that have units.
    """
    rows = confusion[~of_participants(confusion) & (confusion["group"] == "selective")]
    return _mean(at_layer(rows, [network], layers, "observer"), network, set_)


def people_matrix(confusion: pd.DataFrame, people: str, set_: str) -> pd.DataFrame:
    """Confusion matrix of people, as `mean_matrix`; `proportion` is null if they did not judge the set."""
    rows = confusion[of_participants(confusion) & (confusion["observer"] == people)]
    return _mean(rows, people, set_)


def _mean(rows: pd.DataFrame, observer: str, set_: str) -> pd.DataFrame:
    rows = rows[rows["set"] == set_]
    cells = rows.groupby(["true_expression", "response_expression"])["proportion"]
    every = pd.MultiIndex.from_product([EXPRESSIONS] * 2, names=["true_expression", "response_expression"])
    frame = cells.agg(proportion="mean", sd="std", seeds="count").reindex(every).reset_index()
    frame["seeds"] = frame["seeds"].fillna(0).astype(int)
    return frame.assign(observer=observer, set=set_)[["observer", "set", *frame.columns]]


def draw_matrix(axes: Axes, matrix: pd.DataFrame, title: str, rows: bool, empty: str, fontsize: float = 6.5) -> None:
    """One matrix, true expression down and response across, with its proportions.

    Args:
        matrix: a result of `mean_matrix` or `people_matrix`.
        rows: whether the rows' names are written.
        empty: what to say where there is no matrix.
    """
    values = matrix["proportion"].to_numpy(float).reshape(len(EXPRESSIONS), -1)
    axes.set_title(title)
    places = np.arange(len(EXPRESSIONS))
    axes.set_xticks(places, EXPRESSIONS, rotation=45, ha="right", rotation_mode="anchor")
    axes.set_yticks(places, EXPRESSIONS if rows else [""] * len(EXPRESSIONS))
    axes.tick_params(length=0, pad=3)
    axes.spines[:].set_visible(False)
    axes.set_xlim(-0.5, len(EXPRESSIONS) - 0.5)
    axes.set_ylim(len(EXPRESSIONS) - 0.5, -0.5)
    if np.isnan(values).all():
        axes.set_facecolor("#F2F2F2")
        style.say(axes, empty)
        return
    axes.imshow(values, cmap=SCALE.cmap, norm=SCALE.norm, aspect="auto", interpolation="nearest")
    for row, column in np.ndindex(values.shape):
        value = values[row, column]
        axes.text(column, row, style.number(value), ha="center", va="center", fontsize=fontsize,
                  color="white" if value > 0.55 else style.INK)  # fmt: skip


def draw_scale(figure: Figure, left: float, top: float, height: float, width: float = 2.5) -> None:
    """The one colour bar of a figure's matrices."""
    axes = style.place(figure, left, top, width, height)
    bar = figure.colorbar(SCALE, cax=axes, label="proportion of responses", ticks=[0, 0.25, 0.5, 0.75, 1])
    bar.outline.set_linewidth(0.5)
    axes.tick_params(length=1.5)
