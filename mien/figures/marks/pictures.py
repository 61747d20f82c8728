"""Pictures in rows and columns, as one image whose axes name them."""

from collections.abc import Mapping, Sequence
from io import BytesIO

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from mien.figures import style

_GAP, _NAMED = 0.03, 0.18  # between two pictures, of a picture's side; the same below a picture that has a name


def tile(
    axes: Axes,
    pictures: Mapping[tuple[int, int], bytes | None],
    rows: Sequence[str],
    columns: Sequence[str],
    names: Mapping[tuple[int, int], str] = {},
) -> None:
    """Draw pictures, PNG bytes by (row, column), each in the middle of a square; grey squares where there are none.

    Args:
        rows, columns: their words, at the left and above.
        names: words below pictures.
    """
    images = {
        place: np.asarray(Image.open(BytesIO(image)).convert("RGB")) for place, image in pictures.items() if image
    }
    side = max((max(image.shape[:2]) for image in images.values()), default=64)
    step = side + np.array([round((_NAMED if names else _GAP) * side), round(_GAP * side)]).clip(1)
    sheet = np.full((*(step * (max(1, len(rows)), max(1, len(columns)))), 3), 255, np.uint8)
    for place in pictures:
        image = images.get(place, np.full((side, side, 3), 242, np.uint8))
        down, across = step * place + (side - np.array(image.shape[:2])) // 2
        sheet[down : down + image.shape[0], across : across + image.shape[1]] = image
        below = {"ha": "center", "va": "top", "fontsize": 5}
        axes.text(step[1] * place[1] + side / 2, step[0] * place[0] + side * 1.02, names.get(place, ""), **below)
        if place not in images:
            axes.text(step[1] * place[1] + side / 2, step[0] * place[0] + side / 2, "no picture",
                      **below | {"color": style.GREY})  # fmt: skip
    axes.imshow(sheet, interpolation="none")
    axes.set_xticks(step[1] * np.arange(len(columns)) + side / 2, columns)
    axes.set_yticks(step[0] * np.arange(len(rows)) + side / 2, rows)
    axes.tick_params(length=0, top=True, labeltop=True, bottom=False, labelbottom=False)
    axes.spines[:].set_visible(False)


def draw_sheet(shown: pd.DataFrame, title: str, named: bool = False) -> Figure:
    """A page of pictures.

    Args:
        shown: `image` of each picture, PNG bytes or null, its `row` and `column` in words, and, if `named`, the `words`
            below it.
    """
    rows, columns = (list(dict.fromkeys(shown[name])) for name in ("row", "column"))
    side = min(23.0, 150 / max(1, len(columns)))
    figure = style.page(18 + max(1, len(rows)) * side * (1 + _NAMED * named))
    figure.suptitle(title, fontsize=8)
    axes = figure.subplots()
    places = [
        (rows.index(row), columns.index(column)) for row, column in zip(shown["row"], shown["column"], strict=True)
    ]
    images = [None if pd.isna(image) else image for image in shown["image"]]
    side = min(side, (style.HEIGHT - 18) / max(1, len(rows)) / (1 + _NAMED * named))
    words = [style.shortened(name, int(side)) for name in shown["words"]] if named else []
    words = dict(zip(places, words, strict=False))
    tile(axes, dict(zip(places, images, strict=True)), rows, [""] * len(columns) if named else columns, words)
    if not named and max(map(len, columns)) > side / 1.5:
        axes.set_xticks(axes.get_xticks(), columns, rotation=40, ha="left", rotation_mode="anchor")
    return figure


def evenly(values: np.ndarray, at_most: int) -> list:
    """At most so many of some values, evenly spaced, the first and the last among them."""
    places = np.unique(np.linspace(0, len(values) - 1, min(at_most, len(values))).round().astype(int))
    return [values[place] for place in places]


def some(shown: int, n: int, what: str) -> str:
    """How many of how many are shown, in words."""
    return f"{n} {what}" if shown == n else f"{shown} of {n} {what}"
