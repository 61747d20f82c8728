"""Figure 3: does the network see morphs as one expression or the other, and which curve describes that?"""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from mien.comparison.notes import notes
from mien.expressions import ends_of
from mien.figures import style
from mien.figures.marks import curves
from mien.figures.marks.pictures import tile
from mien.figures.marks.readings import CELL, Shown, having, shown
from mien.statistics import corrections

SETS = ("controlled", "morphs")
TABLES = ("morphs", "cells", "identification", "fits", "r2_means", "r2_tests")
PANELS = {"a": "the morphs shown", "b": "identification curves", "c": "fits", "d": "mean R2 and its tests",
          "e": "errors on identities left out"}  # fmt: skip
REPORT = ("Human-likeness", "3 Morphs")
CHOSEN = ("compare", "focus", "how_many", "layer")

_STEPS = np.linspace(0, 1, 6)


@style.journal
def draw(tables: Mapping[str, pd.DataFrame], chosen: Mapping) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels."""
    focus, layers, cells = chosen["focus"], chosen["layer"], tables["cells"]
    names = ("identification", "fits", "r2_means", "r2_tests")
    points, fits, means, tests = (curves.of_group(tables[name], [focus], layers) for name in names)
    look = shown(cells, [*chosen["compare"], focus], layers)
    colour, empty = look.colour[focus], look.empty[focus]
    continua = list(tables["identification"]["continuum"].unique())
    heights = (38, 8 + 35 * -(-len(continua) // curves.ACROSS), 100)
    figure = style.page(sum(heights), notes(cells, [focus], layers))
    top, middle, bottom = figure.subfigures(3, 1, height_ratios=heights)
    grid = curves.in_grid(middle, continua)
    axes = bottom.subplot_mosaic("CCD;EEE", height_ratios=(1.2, 1))
    example = _example(tables["morphs"], continua[0])
    faces = tile(top, example)
    style.letter({"A": faces[0, 0], "B": grid[continua[0]], **axes})
    for continuum, one in grid.items():
        here = [having(frame, continuum=continuum) for frame in (points, fits)]
        curves.draw_identification(one, *here, colour, empty)
    middle.supylabel("second chosen, proportion")
    style.legend(middle, columns=8)
    for name, measure, label in (("C", "r2", "R²"), ("E", "cv_error", "mean squared error,\nidentities left out")):
        curves.draw_by_continuum(axes[name], fits, measure, continua, colour)
        axes[name].set_ylabel(label)
        if fits[measure].isna().all():
            unfitted = fits["r2"].isna().all()
            style.say(axes[name], curves.why_empty(fits, empty) if unfitted else "too few identities to leave any out")
    axes["E"].set_ylim(bottom=0)
    _draw_means(axes["D"], fits, means, tests, look)
    style.legend(bottom)
    keys = [*CELL, "continuum"]
    tested = ["fit_a", "fit_b", "mean_difference", "t", "p", "p_corrected", "correction", "n_comparisons"]
    fitted = ["fit", "p0", "p1", "p2", "p3", "r2", "aic", "boundary", "boundary_low", "boundary_high", "status"]
    means = means[[*CELL, "n_units", "fit", "mean", "sem", "sem_sample", "n"]]
    return figure, {
        "a": example[["stimulus", "identity", "continuum", "level"]],
        "b": points[[*keys, "level", "n", "proportion_second", "status"]],
        "c": fits[[*keys, *fitted]],
        "d": means.merge(tests[[*CELL, *tested]], "left", left_on=[*CELL, "fit"], right_on=[*CELL, "fit_b"]),
        "e": fits[[*keys, "fit", "cv_error", "status"]],
    }


def _example(morphs: pd.DataFrame, continuum: str) -> pd.DataFrame:
    """One face along a continuum, at the levels nearest to steps of 20 %, as `tile` draws it."""
    morphs = morphs[morphs["continuum"] == continuum]
    face = morphs[morphs["identity"] == morphs["identity"].iloc[0]]
    nearest = [int((face["level"] - step).abs().to_numpy().argmin()) for step in _STEPS]
    shown = face.iloc[sorted(set(nearest))]
    shares = [f"{100 * (1 - level):.0f} %\n{100 * level:.0f} %" for level in shown["level"]]
    return shown.assign(row=" →\n".join(ends_of(continuum)), column=shown["level"], words=shares)


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
        axes.set_title("\n".join([*said, f"({corrections.in_words(hill)})"]), fontsize=6)
