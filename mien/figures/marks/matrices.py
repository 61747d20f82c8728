"""Confusion matrices as pictures, for participants and networks alike."""

from collections.abc import Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.cm import ScalarMappable
from matplotlib.colors import Normalize
from matplotlib.figure import Figure

from mien.figures import style

#: Sequential in lightness, so that it reads in grey and to every eye; from 0 to 1 in every matrix.
_COLOURS = {"cmap": "Blues", "vmin": 0, "vmax": 1}


def draw_matrix(axes: Axes, matrix: pd.DataFrame, title: str, rows: bool, empty: str, size: float = 7) -> None:
    """One matrix, a result of `mien.confusions.over_seeds`, true expression down and response across.
    `rows`: whether they are named; `empty`: said where there is no matrix; `size` of numbers: points, 0 for none."""
    names = [name[:3] if size < 7 else name for name in matrix["true_expression"].unique()]
    values = matrix["proportion"].to_numpy(float).reshape(len(names), -1)
    words = np.vectorize(style.number, otypes=[str])(values)
    sns.heatmap(values, ax=axes, annot=words if size else None, fmt="", annot_kws={"size": size}, cbar=False,
                square=True, xticklabels=names, yticklabels=names if rows else False, **_COLOURS)  # fmt: skip
    if size == 7:
        axes.set_xticklabels(names, rotation=45, ha="right", rotation_mode="anchor")
    axes.tick_params(length=0, pad=1, labelsize=None if size == 7 else 5.5)
    axes.tick_params(axis="y", rotation=0)
    axes.set_title(title)
    if np.isnan(values).all():
        axes.set_facecolor(style.NOTHING)
        style.say(axes, empty)


def draw_scale(figure: Figure, axes: Sequence[Axes]) -> None:
    """The one colour bar of a figure's matrices."""
    scale = ScalarMappable(Normalize(_COLOURS["vmin"], _COLOURS["vmax"]), _COLOURS["cmap"])
    bar = figure.colorbar(scale, ax=axes, label="proportion of responses", aspect=25, pad=0.01, shrink=0.8)
    bar.outline.set_visible(False)
