"""Figure 3: does the network see morphs as one expression or the other, and which curve describes that?"""

from collections.abc import Mapping
from io import BytesIO

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from mien.expressions import ends_of
from mien.figures import style
from mien.figures.marks import curves
from mien.figures.marks.readings import CELL, emptiness, notes

_STEPS = np.linspace(0, 1, 6)
_ACROSS = 4  # identification panels in a row


@style.journal
def draw(
    morphs: pd.DataFrame,
    identification: pd.DataFrame,
    fits: pd.DataFrame,
    means: pd.DataFrame,
    tests: pd.DataFrame,
    cells: pd.DataFrame,
    focus: str,
    layers: Mapping[str, str],
    networks: list[str],
) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The figure, and the numbers in its panels `a` to `e`.

    Args:
        morphs: the stimulus set `morphs`.
        identification, fits, means, tests, cells: the study's tables `identification`, `fits`, `r2_means`, `r2_tests`
            and `cells`.
        focus: the network.
        layers: where each network is read.
        networks: those that figure 4 compares, for the colour of `focus`.
    """
    points, fits, means, tests = (
        curves.of_selective(table, [focus], layers) for table in (identification, fits, means, tests)
    )
    colour = style.colours(dict.fromkeys([*networks, focus]))[focus]
    empty = emptiness(cells, [focus], layers)[focus]
    continua = list(identification["continuum"].unique())
    rows = -(-(len(continua) + 1) // _ACROSS)
    below = 48 + 36 * rows
    figure = style.page(below + 112, notes(cells, [focus], layers))
    for name, left, top in (
        ("A", 2, 2),
        ("B", 2, 42),
        ("C", 2, below + 4),
        ("D", 114, below + 4),
        ("E", 2, below + 63),
    ):
        style.letter(figure, name, left, top)
    example = _draw_example(figure, morphs, continua[0])
    _draw_continua(figure, points, fits, continua, colour, empty)
    if fits["r2"].notna().any():
        figure.legend(handles=curves.legend_of_fits(colour), loc="upper left", ncols=4, borderpad=0, columnspacing=1.8,
                      bbox_to_anchor=(14 / style.WIDTH, 1 - (below + 1) / _down(figure)), handletextpad=0.4,
                      borderaxespad=0)  # fmt: skip
    _draw_by_continuum(style.place(figure, 16, below + 12, 92, 40), fits, "r2", continua, colour, empty)
    _draw_means(style.place(figure, 129, below + 9, 48, 43), fits, means, tests, colour, empty)
    _draw_by_continuum(style.place(figure, 16, below + 68, 161, 30), fits, "cv_error", continua, colour, empty)
    keys = [*CELL, "continuum"]
    return figure, {
        "a": example,
        "b": points[[*keys, "level", "n", "proportion_second", "status"]],
        "c": fits[[*keys, "fit", "p0", "p1", "p2", "p3", "r2", "aic", "boundary", "boundary_low", "boundary_high",
                   "status"]],
        "d": means[[*keys[:3], "n_units", "fit", "mean", "sem", "sem_sample", "n"]].merge(
            tests[[*keys[:3], "fit_a", "fit_b", "mean_difference", "t", "p", "p_corrected", "correction",
                   "n_comparisons"]], how="left", left_on=[*keys[:3], "fit"], right_on=[*keys[:3], "fit_b"]),
        "e": fits[[*keys, "fit", "cv_error", "status"]],
    }  # fmt: skip


def _down(figure: Figure) -> float:
    return figure.get_size_inches()[1] * style.MILLIMETRES


def _draw_example(figure: Figure, morphs: pd.DataFrame, continuum: str) -> pd.DataFrame:
    """One face along a continuum, at the levels nearest to steps of 20 %; returns what is shown."""
    morphs = morphs[morphs["continuum"] == continuum]
    face = morphs[morphs["identity"] == morphs["identity"].iloc[0]]
    nearest = [int((face["level"] - step).abs().to_numpy().argmin()) for step in _STEPS]
    shown = face.iloc[sorted(set(nearest))]
    first, second = ends_of(continuum)
    for place, row in enumerate(shown.itertuples()):
        axes = style.place(figure, 30 + 24 * place, 5, 23, 23)
        axes.imshow(np.asarray(Image.open(BytesIO(row.image)).convert("RGB")), interpolation="none")
        axes.set_axis_off()
        for line, share in ((0, 1 - row.level), (1, row.level)):
            axes.text(0.5, -0.06 - 0.15 * line, f"{100 * share:.0f} %", ha="center", va="top", transform=axes.transAxes)
    for line, name in enumerate((first, second)):
        style.write_at(figure, 28, 29.4 + 3.45 * line, name, ha="right")
    return shown[["stimulus", "identity", "continuum", "level"]]


def _draw_continua(
    figure: Figure, points: pd.DataFrame, fits: pd.DataFrame, continua: list[str], colour: str, empty: str
) -> None:
    """Panel B: an identification curve for each continuum, and the legend in the next place."""
    markers = curves.markers_of(points)
    for place, continuum in enumerate(continua):
        row, column = divmod(place, _ACROSS)
        axes = style.place(figure, 16 + 41.5 * column, 46 + 36 * row, 35, 25)
        here = [frame[frame["continuum"] == continuum] for frame in (points, fits)]
        curves.draw_identification(axes, *here, markers, colour, empty)
        axes.set_title(" → ".join(ends_of(continuum)))
        if column == 0:
            axes.set_ylabel("second expression\nchosen, proportion")
        if place >= len(continua) - _ACROSS:
            axes.set_xlabel("share of second expression")
    row, column = divmod(len(continua), _ACROSS)
    legend = style.place(figure, 14 + 41.5 * column, 44 + 36 * row, 35, 27)
    legend.set_axis_off()
    if markers:
        handles = curves.legend_of_curves(colour, markers)
        legend.legend(handles=handles, loc="center left", handlelength=2.2, labelspacing=0.6)


def _draw_by_continuum(
    axes: Axes, fits: pd.DataFrame, measure: str, continua: list[str], colour: str, empty: str
) -> None:
    """Panels C and E: R2 or the cross-validated error of each fit, small points the seeds, large points their means."""
    for place, continuum in enumerate(continua):
        here = fits[fits["continuum"] == continuum]
        for slot, fit in enumerate(curves.FITS):
            values = here.loc[here["fit"] == fit, measure].dropna()
            x = place + 0.2 * (slot - 1.5)
            curves.draw_r2(axes, x, fit, values, values.mean(), colour)
    names = ["\n".join(ends_of(continuum)) for continuum in continua]
    axes.set_xticks(range(len(continua)), names, fontsize=6 if measure == "r2" else 6.5)
    axes.set_xlim(-0.5, len(continua) - 0.5)
    axes.tick_params(axis="x", length=0)
    if measure == "r2":
        curves.r2_axis(axes, fits["r2"].min())
    else:
        axes.set_ylim(0, 1.08 * np.nan_to_num(fits[measure].max()) or 1)
        axes.set_ylabel("mean squared error,\nidentities left out")
    if fits[measure].isna().all():
        style.say(
            axes, curves.why_empty(fits, empty) if fits["r2"].isna().all() else "too few identities to leave any out"
        )
        return
    for edge in range(1, len(continua)):
        axes.axvline(edge - 0.5, color="#EEEEEE", linewidth=0.6, zorder=0)


def _draw_means(
    axes: Axes, fits: pd.DataFrame, means: pd.DataFrame, tests: pd.DataFrame, colour: str, empty: str
) -> None:
    """Panel D: each seed's mean R2 over continua, a faint line for each continuum, brackets with the largest p."""
    axes.set_xticks(range(len(curves.FITS)), [words.replace(" ", "\n", 1) for words in curves.SHORT.values()])
    axes.set_xlim(-0.5, len(curves.FITS) - 0.5)
    axes.tick_params(axis="x", length=0)
    curves.r2_axis(axes, min(fits["r2"].min(), (means["mean"] - means["sem"]).min()), highest_line=1.28)
    seeds = sorted(means.loc[means["mean"].notna(), "seed"].unique())
    if not seeds:
        style.say(axes, curves.why_empty(fits, empty))
        return
    for seed, offset in zip(seeds, style.spread(len(seeds), 0.22), strict=True):
        places = np.arange(len(curves.FITS)) + offset
        of_seed = fits[fits["seed"] == seed].pivot(index="continuum", columns="fit", values="r2")
        for line in of_seed.reindex(columns=list(curves.FITS)).to_numpy(float):
            axes.plot(places, line, color=style.PALE, linewidth=0.5, zorder=1)
        curves.draw_mean_r2(axes, places, means[means["seed"] == seed], colour)
    hill = tests[(tests["fit_a"] == "hill") & tests["p_corrected"].notna()]
    for height, (fit, left) in zip((1.09, 1.2), (("quadratic", 1), ("linear", 0)), strict=True):
        of_pair = hill[hill["fit_b"] == fit]
        if len(of_pair):
            p = style.probability(of_pair["p_corrected"].max(), largest=len(seeds) > 1)
            how = style.correction(of_pair["correction"].iloc[0], int(of_pair["n_comparisons"].max()))
            curves.bracket(axes, left, 2, height, f"{p} ({how})")
