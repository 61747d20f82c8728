"""Pictures in rows and columns that are named."""

from io import BytesIO

import numpy as np
import pandas as pd
from matplotlib.figure import Figure, SubFigure
from PIL import Image

from mien.figures import style


def tile(figure: Figure | SubFigure, shown: pd.DataFrame) -> np.ndarray:
    """Draw pictures, and grey squares where there are none; returns their axes, (rows, columns).
    `shown` has the `image` of each picture, PNG bytes or null, and its `row` and `column` in words; columns are named
    above them, unless each picture has `words` that stand below it."""
    rows, columns = (list(dict.fromkeys(shown[name])) for name in ("row", "column"))
    grid = figure.subplots(max(1, len(rows)), max(1, len(columns)), squeeze=False)
    for axes in grid.flat:
        axes.set(xticks=[], yticks=[], box_aspect=1)
        axes.spines[:].set_visible(False)
    for axes, name in zip(grid[:, 0], rows, strict=False):
        axes.set_ylabel(name, rotation=0, ha="right", va="center")
    for axes, name in zip(grid[0], [] if "words" in shown else columns, strict=False):
        axes.set_title(style.wrapped(name, 130 / len(columns)))
    for picture in shown.to_dict("records"):
        axes = grid[rows.index(picture["row"]), columns.index(picture["column"])]
        axes.set_xlabel(picture.get("words", ""), fontsize=5.5, labelpad=1)
        if pd.isna(picture["image"]):
            axes.set_facecolor(style.NOTHING)
            style.say(axes, "no picture")
        else:
            axes.imshow(Image.open(BytesIO(picture["image"])).convert("RGB"), interpolation="none")
            axes.set_aspect("equal", adjustable="datalim")
    return grid


def draw_sheet(shown: pd.DataFrame, title: str) -> Figure:
    """A page of pictures, as for `tile`."""
    side = min(23.0, 150 / max(1, shown["column"].nunique()))
    figure = style.page(22 + 1.2 * side * max(1, shown["row"].nunique()))
    figure.get_layout_engine().set(w_pad=0.02, h_pad=0.03)
    figure.suptitle(title, fontsize=8)
    tile(figure, shown)
    return figure


def evenly(values: np.ndarray, at_most: int) -> list:
    """At most so many of some values, evenly spaced, the first and the last among them."""
    places = np.unique(np.linspace(0, len(values) - 1, min(at_most, len(values))).round().astype(int))
    return [values[place] for place in places]


def some(shown: int, n: int, what: str) -> str:
    """How many of how many are shown, in words."""
    return f"{n} {what}" if shown == n else f"{shown} of {n} {what}"
