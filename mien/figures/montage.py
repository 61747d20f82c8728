"""A contact sheet of a stimulus set or a diet: what the networks are shown."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.figure import Figure

from mien.expressions import ends_of
from mien.figures import style
from mien.figures.marks.pictures import draw_sheet, evenly, some

SETS = ()
TABLES = ("pictures",)
PANELS = {"a": "which picture is where"}
REPORT = ("Stimuli", "{pictures}")
CHOSEN = ("expressions", "pictures")

#: At most so many rows and columns: a sheet is a sample, evenly spaced, and says of how many.
_ROWS, _COLUMNS = 8, 11


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The sheet, and which picture is where in it."""
    placed, words = _placed(tables["pictures"], chosen["expressions"])
    figure = draw_sheet(placed, f"{style.plain(chosen['pictures'])}: {words}")
    return figure, {"a": placed[["row", "column", "stimulus"]]}


def _placed(stimuli: pd.DataFrame, expressions: Sequence[str]) -> tuple[pd.DataFrame, str]:
    """The pictures shown with their `row` and `column` (words), in the order of rows, and a sentence on the whole."""
    if "label" in stimuli:
        return _of_diet(stimuli)
    if stimuli["continuum"].notna().any():
        return _of_morphs(stimuli)
    of_nobody = stimuli["identity"].is_unique
    if of_nobody:  # every picture is an identity of its own
        place = stimuli.groupby("expression", sort=False).cumcount()
        stimuli = stimuli.assign(identity=[f"picture {number + 1}" for number in place])
    every = stimuli["identity"].unique()
    identities = evenly(every, _ROWS)
    shown = stimuli[stimuli["identity"].isin(identities)].drop_duplicates(["identity", "expression"])
    order, row = pd.Categorical(shown["expression"], expressions), pd.Categorical(shown["identity"], identities)
    shown = shown.assign(row=shown["identity"], column=shown["expression"], order=order, place=row)
    what = "pictures of an expression" if of_nobody else "identities"
    words = f"{some(len(identities), len(every), what)} × {len(expressions)} expressions, {len(stimuli):,} pictures"
    return shown.sort_values(["place", "order"], kind="stable"), words


def _of_morphs(stimuli: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    levels = evenly(np.sort(stimuli["level"].unique()), _COLUMNS)
    continua, identities = stimuli["continuum"].unique(), stimuli["identity"].unique()
    one_each = {continuum: identities[place % len(identities)] for place, continuum in enumerate(continua)}
    shown = stimuli[stimuli["level"].isin(levels) & (stimuli["identity"] == stimuli["continuum"].map(one_each))]
    rows = [" →\n".join(ends_of(continuum)) for continuum in shown["continuum"]]
    columns = [f"{100 * level:.3g} %" for level in shown["level"]]
    shown = shown.assign(row=rows, column=columns, order=pd.Categorical(shown["continuum"], continua))
    words = f"{len(continua)} continua, {some(len(levels), stimuli['level'].nunique(), 'levels')} "
    words += f"(share of the second expression), one of {len(identities)} identities each, {len(stimuli):,} pictures"
    return shown.sort_values(["order", "level"], kind="stable"), words


def _of_diet(diet: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    labels = evenly(diet["label"].unique(), _COLUMNS)
    shown = diet[diet["label"].isin(labels)]
    shown = shown.assign(place=shown.groupby("label", sort=False).cumcount(), column=shown["label"].map(style.plain))
    shown = shown[shown["place"] < _ROWS - 2]
    shown = shown.assign(row=[f"picture {place + 1}" for place in shown["place"]])
    words = f"{some(len(labels), diet['label'].nunique(), 'classes')}, {len(diet):,} pictures"
    return shown.sort_values(["place", "label"], kind="stable"), words
