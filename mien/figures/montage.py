"""A contact sheet of a stimulus set or a diet: what the networks are shown; and of what was rejected."""

from io import BytesIO

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from mien.expressions import EXPRESSIONS, ends_of
from mien.figures import style

#: At most so many rows and columns: a sheet is a sample, evenly spaced, and says of how many.
_ROWS, _COLUMNS = 8, 11
_LEFT, _GAP = 24.0, 0.6
_REJECTED, _NAME = 7, 2.6  # pictures of a reason; mm, a name below a picture


@style.journal
def draw(stimuli: pd.DataFrame, name: str) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The sheet, and which picture is where in it, as panel `a`.

    Args:
        stimuli: a `stimuli` table (rows identities, columns expressions; of morphs, rows continua and columns
            levels) or a `diet` table (columns labels).
        name: of the set or diet, for the title.
    """
    placed, words = _placed(stimuli)
    rows, columns = placed["row"].unique().tolist(), placed["column"].unique().tolist()
    side = min(23.0, (style.WIDTH - _LEFT - 4) / len(columns) - _GAP)
    pictures = dict(zip(zip(placed["row"], placed["column"], strict=True), placed["image"], strict=True))
    turned = max(len(column) for column in columns) > side / 1.35
    top = 20.0 if turned else 12.0
    figure = style.page(top + len(rows) * (side + _GAP) + 2)
    style.write_at(figure, _LEFT, 2, f"{style.plain(name)}: {words}", fontsize=8)
    for i, column in enumerate(columns):
        style.write_at(figure, _LEFT + (i + 0.5) * (side + _GAP) - (1 if turned else 0), top - 1, column, va="bottom",
                       ha="left" if turned else "center", rotation=35 if turned else 0, rotation_mode="anchor",
                       fontsize=6.5)  # fmt: skip
    for j, row in enumerate(rows):
        middle = top + (j + 0.5) * (side + _GAP)
        style.write_at(figure, _LEFT - 2, middle, row, ha="right", va="center", fontsize=6.5)
        for i, column in enumerate(columns):
            axes = style.place(figure, _LEFT + i * (side + _GAP), top + j * (side + _GAP), side, side)
            axes.set_axis_off()
            if (row, column) in pictures:
                _show(axes, pictures[row, column])
    return figure, {"a": placed[["row", "column", "stimulus"]]}


@style.journal
def rejected(pictures: pd.DataFrame, name: str) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """A sheet of the pictures that were rejected, a row a reason, and which picture is where in it, as panel `a`.

    Args:
        pictures: `file`, `reason` and `image`, PNG bytes of any size and shape; null of what is no picture.
        name: of the set, for the title.
    """
    reasons = pictures["reason"].value_counts().index.tolist()
    of_each = {reason: pictures[pictures["reason"] == reason] for reason in reasons}
    side = min((style.WIDTH - _LEFT - 4) / _REJECTED, 220 / max(len(reasons), 1) - _NAME) - _GAP
    figure = style.page(12 + max(6.0, len(reasons) * (side + _NAME + _GAP)))
    n = len(pictures)
    style.write_at(figure, 2, 2, f"{style.plain(name)}: {n:,} picture{'s' * (n != 1)} rejected", fontsize=8)
    placed = []
    for j, reason in enumerate(reasons):
        shown = of_each[reason].iloc[_evenly(np.arange(len(of_each[reason])), _REJECTED)]
        top = 10 + j * (side + _NAME + _GAP)
        words = style.wrapped(f"{reason}: {_some(len(shown), len(of_each[reason]), 'shown')}", _LEFT - 4)
        style.write_at(figure, _LEFT - 2, top + side / 2, words, ha="right", va="center", fontsize=6.5)
        for i, picture in enumerate(shown.itertuples()):
            left = _LEFT + i * (side + _GAP)
            axes = style.place(figure, left, top, side, side)
            axes.set_anchor("S")
            if pd.isna(picture.image):
                axes.set(xticks=[], yticks=[], facecolor="#F2F2F2")
                axes.spines[:].set_visible(False)
                style.say(axes, "no picture")
            else:
                axes.set_axis_off()
                _show(axes, picture.image)
            file = style.shortened(picture.file.rpartition("/")[2], side - 0.5, 5)
            style.write_at(figure, left + side / 2, top + side + 0.3, file, ha="center", fontsize=5)
        placed.append(shown.assign(row=reason, column=np.arange(1, len(shown) + 1)))
    empty = pd.DataFrame(columns=["row", "column", "file"])
    return figure, {"a": pd.concat(placed)[["row", "column", "file"]] if placed else empty}


def _show(axes: Axes, image: bytes) -> None:
    axes.imshow(np.asarray(Image.open(BytesIO(image)).convert("RGB")), interpolation="none")


def _placed(stimuli: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """The pictures shown with their `row` and `column` (words), in the order of rows, and a sentence on the whole."""
    if "label" in stimuli:
        return _of_diet(stimuli)
    if stimuli["continuum"].notna().any():
        return _of_morphs(stimuli)
    if stimuli["identity"].is_unique:
        return _of_nobody(stimuli)
    identities = _evenly(stimuli["identity"].unique(), _ROWS)
    shown = stimuli[stimuli["identity"].isin(identities)].drop_duplicates(["identity", "expression"])
    order = pd.Categorical(shown["expression"], EXPRESSIONS)
    shown = shown.assign(row=shown["identity"], column=shown["expression"], order=order)
    n = stimuli["identity"].nunique()
    words = f"{_some(len(identities), n, 'identities')} × {len(EXPRESSIONS)} expressions, {len(stimuli):,} pictures"
    return shown.sort_values(["row", "order"], kind="stable"), words


def _of_nobody(stimuli: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Of a set in which every picture is an identity of its own: some of each expression."""
    place = stimuli.groupby("expression", sort=False).cumcount()
    places = _evenly(np.arange(place.max() + 1), _ROWS)
    shown = stimuli.assign(
        place=place,
        row=[f"picture {number + 1}" for number in place],
        column=stimuli["expression"],
        order=pd.Categorical(stimuli["expression"], EXPRESSIONS),
    )
    words = f"{_some(len(places), place.max() + 1, 'pictures')} of each expression, {len(stimuli):,} in all"
    return shown[place.isin(places)].sort_values(["place", "order"], kind="stable"), words


def _of_morphs(stimuli: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    levels = _evenly(np.sort(stimuli["level"].unique()), _COLUMNS)
    continua, people = stimuli["continuum"].unique(), stimuli["identity"].unique()
    sheets = [
        stimuli[(stimuli["continuum"] == continuum) & (stimuli["identity"] == people[place % len(people)])]
        for place, continuum in enumerate(continua)
    ]
    shown = pd.concat(sheets)
    shown = shown[shown["level"].isin(levels)].sort_values("level", kind="stable")
    shown = shown.assign(
        row=[" →\n".join(ends_of(continuum)) for continuum in shown["continuum"]],
        column=[f"{100 * level:.3g} %" for level in shown["level"]],
        order=pd.Categorical(shown["continuum"], continua),
    )
    words = (
        f"{len(continua)} continua, {_some(len(levels), stimuli['level'].nunique(), 'levels')} "
        f"(share of the second expression), one of {len(people)} identities each, {len(stimuli):,} pictures"
    )
    return shown.sort_values(["order", "level"], kind="stable"), words


def _of_diet(diet: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    labels = _evenly(diet["label"].unique(), _COLUMNS)
    shown = diet[diet["label"].isin(labels)].copy()
    shown["place"] = shown.groupby("label", sort=False).cumcount()
    shown = shown[shown["place"] < _ROWS - 2]
    shown = shown.assign(
        column=shown["label"].map(style.plain), row=[f"picture {place + 1}" for place in shown["place"]]
    )
    words = f"{_some(len(labels), diet['label'].nunique(), 'classes')}, {len(diet):,} pictures"
    return shown.sort_values(["place", "label"], kind="stable"), words


def _evenly(values: np.ndarray, at_most: int) -> list:
    """At most so many of some values, evenly spaced, the first and the last among them."""
    places = np.unique(np.linspace(0, len(values) - 1, min(at_most, len(values))).round().astype(int))
    return [values[place] for place in places]


def _some(shown: int, n: int, what: str) -> str:
    return f"{n} {what}" if shown == n else f"{shown} of {n} {what}"
