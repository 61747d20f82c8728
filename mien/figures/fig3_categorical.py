"""Figure 3: does the network see morphs as one expression or the other, and which curve describes that?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.expressions import ends_of
from mien.figures import style
from mien.figures.marks import curves
from mien.figures.marks.pictures import tile
from mien.figures.marks.readings import CELL, Shown, notes, shown

SETS = ("controlled", "morphs")
TABLES = ("morphs", "cells", "identification", "fits", "r2_means", "r2_tests")
PANELS = {"a": "the morphs shown", "b": "identification curves", "c": "fits", "d": "mean R2 and its tests",
          "e": "errors on identities left out"}  # fmt: skip
REPORT = ("Human-likeness", "3 Morphs")

_STEPS = np.linspace(0, 1, 6)
_ACROSS = 4  # identification panels in a row


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels."""
    focus, layers, cells = chosen["focus"], chosen["layer"], tables["cells"]
    points, fits, means, tests = (
        curves.of_selective(tables[name], [focus], layers)
        for name in ("identification", "fits", "r2_means", "r2_tests")
    )
    look, markers = shown(cells, [*chosen["compare"], focus], layers), curves.markers_of(points)
    colour, empty = look.colour[focus], look.empty[focus]
    continua = list(tables["identification"]["continuum"].unique())
    rows = -(-(len(continua) + 1) // _ACROSS)
    heights = (38, 35 * rows, 100)
    figure = style.page(sum(heights), notes(cells, [focus], layers))
    top, middle, bottom = figure.subfigures(3, 1, height_ratios=heights)
    face = top.subplots()
    grid = middle.subplots(rows, _ACROSS, squeeze=False, sharey=True)
    axes = bottom.subplot_mosaic("CCD;EEE", height_ratios=(1.2, 1))
    for name, one in {"A": face, "B": grid[0, 0], **axes}.items():
        style.letter(one, name)
    example = _draw_example(face, tables["morphs"], continua[0])
    for continuum, one in curves.in_grid(grid, continua):
        here = [frame[frame["continuum"] == continuum] for frame in (points, fits)]
        curves.draw_identification(one, *here, markers, colour, empty)
    for one in grid[:, 0]:
        one.set_ylabel("second chosen,\nproportion")
    if markers:
        grid.flat[-1].legend(handles=curves.legend_of_curves(colour, markers), loc="center left")
        bottom.legend(handles=curves.legend_of_fits(colour), loc="outside upper left", ncols=4)
    for name, measure, label in (("C", "r2", "R²"), ("E", "cv_error", "mean squared error,\nidentities left out")):
        curves.draw_by_continuum(axes[name], fits, measure, continua, colour)
        axes[name].set_ylabel(label)
        if fits[measure].isna().all():
            unfitted = fits["r2"].isna().all()
            style.say(axes[name], curves.why_empty(fits, empty) if unfitted else "too few identities to leave any out")
    axes["E"].set_ylim(bottom=0)
    _draw_means(axes["D"], fits, means, tests, look)
    keys = [*CELL, "continuum"]
    tested = ["fit_a", "fit_b", "mean_difference", "t", "p", "p_corrected", "correction", "n_comparisons"]
    fitted = ["fit", "p0", "p1", "p2", "p3", "r2", "aic", "boundary", "boundary_low", "boundary_high", "status"]
    return figure, {
        "a": example,
        "b": points[[*keys, "level", "n", "proportion_second", "status"]],
        "c": fits[[*keys, *fitted]],
        "d": means[[*CELL, "n_units", "fit", "mean", "sem", "sem_sample", "n"]].merge(
            tests[[*CELL, *tested]], how="left", left_on=[*CELL, "fit"], right_on=[*CELL, "fit_b"]
        ),
        "e": fits[[*keys, "fit", "cv_error", "status"]],
    }


def _draw_example(axes: Axes, morphs: pd.DataFrame, continuum: str) -> pd.DataFrame:
    """One face along a continuum, at the levels nearest to steps of 20 %; returns what is shown."""
    morphs = morphs[morphs["continuum"] == continuum]
    face = morphs[morphs["identity"] == morphs["identity"].iloc[0]]
    nearest = [int((face["level"] - step).abs().to_numpy().argmin()) for step in _STEPS]
    shown = face.iloc[sorted(set(nearest))]
    shares = [f"{100 * (1 - level):.0f} %\n{100 * level:.0f} %" for level in shown["level"]]
    tile(axes, {(0, place): image for place, image in enumerate(shown["image"])}, [""], shares)
    axes.tick_params(top=False, labeltop=False, bottom=False, labelbottom=True)
    axes.annotate(
        "\n".join(ends_of(continuum)), (0, 0), (-4, -3), "axes fraction", "offset points", ha="right", va="top"
    )
    return shown[["stimulus", "identity", "continuum", "level"]]


def _draw_means(axes: Axes, fits: pd.DataFrame, means: pd.DataFrame, tests: pd.DataFrame, look: Shown) -> None:
    """Panel D: each seed's mean R2 over continua, a faint line for each continuum; above, the tests' largest p."""
    drawn = curves.draw_means(axes, means, look)
    lines = drawn[[*CELL, "fit", "at"]].merge(fits[fits["r2"].notna()], on=[*CELL, "fit"]).sort_values("at")
    for _, line in lines.groupby(["seed", "continuum"]):
        axes.plot(line["at"], line["r2"], color=style.PALE, linewidth=0.5, zorder=1)
    hill = tests[(tests["fit_a"] == "hill") & tests["p_corrected"].notna()]
    said = [
        f"Hill – {fit}: {style.probability(here['p_corrected'].max(), largest=len(here) > 1)}"
        for fit in ("linear", "quadratic")
        if len(here := hill[hill["fit_b"] == fit])
    ]
    if said:
        axes.set_title("\n".join([*said, f"({style.correction(hill)})"]), fontsize=6)
