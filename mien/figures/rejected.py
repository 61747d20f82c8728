"""A contact sheet of the photographs of a set that were chosen and could not be used, a row a reason."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mien.figures import style
from mien.figures.marks.pictures import draw_sheet, evenly, some
from mien.stimuli.photographs.reading import thumbnail

SETS = ()
TABLES = ("rejected", "photographs")
PANELS = {"a": "which picture is where"}
REPORT = ("Stimuli", "{pictures}, rejected")
CHOSEN = ("pictures",)

_COLUMNS = 7  # pictures of a reason at most


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The sheet, and which picture is where in it. Small copies of the photographs are read from where these lie."""
    pictures = tables["rejected"].dropna(subset="detail")  # for what they show; not those that are only not needed
    pictures = pictures.merge(tables["photographs"][["database", "file", "path"]], "left", ["database", "file"])
    of_each = [rows for _, rows in pictures.groupby("reason", sort=False)]
    of_each.sort(key=len, reverse=True)
    placed = [_placed(rows) for rows in of_each]
    shown = pd.concat(placed) if placed else pictures.assign(row="", column="", words="", image=None)
    n = len(pictures)
    title = f"{style.plain(chosen['pictures'])}: {n:,} picture{'s' * (n != 1)} rejected"
    figure = draw_sheet(shown, title)
    return figure, {"a": shown[["reason", "column", "file"]]}


def _placed(rows: pd.DataFrame) -> pd.DataFrame:
    """Some of the pictures with one reason, side by side."""
    shown = rows.iloc[evenly(np.arange(len(rows)), _COLUMNS)]
    words = style.wrapped(f"{rows['reason'].iloc[0]}: {some(len(shown), len(rows), 'shown')}", 18)
    names = [style.shortened(file.rpartition("/")[2], 20) for file in shown["file"]]
    columns = [str(place + 1) for place in range(len(shown))]
    return shown.assign(row=words, column=columns, words=names, image=[thumbnail(path) for path in shown["path"]])
