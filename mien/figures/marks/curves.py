"""Identification curves and how well each fit explains them."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import SubFigure

from mien.categorical.fits import predict
from mien.comparison.notes import seeds_in_words
from mien.expressions import ends_of
from mien.figures import style
from mien.figures.marks.points import dodged, intervals, points
from mien.figures.marks.readings import Shown, at_layer

#: Fits from the simplest to the sigmoids: words, marker, and the share of the network's colour in its fill. Hill is the
#: publication's logistic.
FITS = {"linear": ("linear", "s", 0.0), "quadratic": ("quadratic", "^", 0.0), "hill": ("Hill", "o", 1.0),
        "logistic": ("logistic in x", "D", 0.45)}  # fmt: skip
#: How the fits that are no sigmoids are drawn beside the points.
_THIN = {"linear": (0, (1, 1.2)), "quadratic": (0, (4, 1.5))}
_SEED_MARKERS = "ovsD^P"
ACROSS = 4  # continua in a row


def of_group(table: pd.DataFrame, networks: list, layers: Mapping[str, str], group: str = "selective") -> pd.DataFrame:
    """Rows of a table of curves or of their fits: a group of some networks' units, each network at its layer."""
    return at_layer(table[table["group"] == group], networks, layers)


def in_grid(figure: SubFigure, continua: Sequence[str]) -> dict[str, Axes]:
    """Axes of each continuum, from one expression to the other."""
    axes = style.grid(figure, len(continua), ACROSS, sharex=True, sharey=True)
    for place, (continuum, one) in enumerate(zip(continua, axes, strict=True)):
        one.set_title(" → ".join(ends_of(continuum)))
        one.set(xlim=(-0.03, 1.03), xticks=[0, 0.5, 1])
        if place >= len(continua) - ACROSS:
            one.set_xlabel("share of second expression")
    return dict(zip(continua, axes, strict=True))


def draw_identification(
    axes: Axes, curves: pd.DataFrame, fits: pd.DataFrame, colour: str, empty: str, thin: bool = True
) -> None:
    """One network's continuum: every seed's points and Hill curve, its boundary with a 95 % interval, others `thin`.
    `curves` and `fits` are rows of `identification` and `fits`; `empty` is said where there are no points."""
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.05, 1.05), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    if curves["proportion_second"].isna().all():
        style.say(axes, empty, 12)
        return
    axes.axhline(0.5, color=style.PALE, linewidth=0.6, zorder=0)
    few = curves["seed"].nunique() < 4
    for seed, here in curves.groupby("seed"):
        points(axes, here["level"], here["proportion_second"], colour, facecolor=style.tint(colour, 0.35), s=5,
               marker=_SEED_MARKERS[seed % len(_SEED_MARKERS)], linewidth=0.4, alpha=0.8, zorder=2,
               label=f"seed {seed}" if few else "a seed")  # fmt: skip
    for row in fits[fits["r2"].notna() & fits["fit"].isin(["hill", *(_THIN if thin else ())])].itertuples():
        how = {"color": style.INK, "linewidth": 0.6, "linestyle": _THIN.get(row.fit), "zorder": 3, "label": row.fit}
        if row.fit == "hill":
            how |= {"color": colour, "linewidth": 1.1, "zorder": 4, "label": "Hill, each seed"}
        _draw_fit(axes, row, how)
    hill = fits[fits["fit"] == "hill"]
    found = hill[hill["boundary"].notna()].assign(middle=0.5)
    at = dodged(found, "middle", width=0.25, most=0.055)
    points(axes, at, found["boundary"], style.INK, True, marker="|", s=22, zorder=6, label="boundary")
    intervals(axes, at, found["boundary_low"], found["boundary_high"], True, linewidth=1.2, zorder=5,
              label="its 95 % interval")  # fmt: skip
    failed = hill[hill["r2"].isna() & (hill["n_units"] > 0)]["seed"]
    if len(failed):
        low = curves[curves["seed"].isin(failed)]["proportion_second"].mean() < 0.5
        axes.text(0.5, 0.78 if low else 0.22, f"no fit: {seeds_in_words(failed)}", ha="center", va="center",
                  transform=axes.transAxes, fontsize=6, color=style.GREY, zorder=5)  # fmt: skip


def draw_whole_layers(axes: Axes, fits: pd.DataFrame, colour: str) -> None:
    """Beside one continuum's curve of selective units, the Hill curve of all units of the layer, each seed's."""
    how = {"color": style.tint(colour, style.FILLS["all"]), "linewidth": 0.8, "linestyle": style.DASHED, "zorder": 4}
    for row in fits[fits["r2"].notna() & (fits["fit"] == "hill")].itertuples():
        _draw_fit(axes, row, how)


def _draw_fit(axes: Axes, row: NamedTuple, how: Mapping) -> None:
    x = np.linspace(0.001, 1, 300)
    axes.plot(x, predict(row.fit, np.array([row.p0, row.p1, row.p2, row.p3], float), x), **how)


def why_empty(fits: pd.DataFrame, empty: str) -> str:
    """Why a panel of R2 has nothing to show, in words: `empty` if no units were read."""
    return empty if (fits["n_units"] == 0).all() else "no curve could be fitted"


def _look_of(fit: str, colour: str) -> dict[str, object]:
    words, marker, share = FITS[fit]
    return {"label": words, "linestyle": "none", "marker": marker, "markersize": 3.8, "markeredgewidth": 0.8,
            "markerfacecolor": style.tint(colour, share), "markeredgecolor": colour}  # fmt: skip


def draw_by_continuum(axes: Axes, fits: pd.DataFrame, measure: str, continua: Sequence[str], colour: str) -> None:
    """A measure of each fit to each curve, small points the seeds, large ones their means."""
    places = {continuum: place for place, continuum in enumerate(continua)}
    for place, fit in enumerate(FITS):
        here = fits[(fits["fit"] == fit) & fits[measure].notna()]
        at = np.array([places[one] + 0.2 * (place - (len(FITS) - 1) / 2) for one in here["continuum"]], float)
        points(axes, at, here[measure], style.GREY, s=2.5, linewidth=0, zorder=2)
        means = here.groupby(at)[measure].mean()
        axes.plot(means.index, means, **_look_of(fit, colour))
    for edge in range(1, len(continua)):
        axes.axvline(edge - 0.5, color=style.PALE, linewidth=0.6, zorder=0)
    axes.set_xticks(range(len(continua)), ["\n".join(ends_of(continuum)) for continuum in continua])
    axes.set_xlim(-0.5, len(continua) - 0.5)
    axes.tick_params(axis="x", length=0)


def draw_means(axes: Axes, means: pd.DataFrame, look: Shown) -> pd.DataFrame:
    """Mean R2 of each fit with its SEM, a mark a seed; returns the rows that are drawn, with their places `at`."""
    axes.set_xticks(range(len(FITS)), [words.replace(" ", "\n", 1) for words, *_ in FITS.values()])
    axes.set(xlim=(-0.5, len(FITS) - 0.5), ylabel="R²")
    axes.tick_params(axis="x", length=0)
    rows = at_layer(means[means["mean"].notna()], look.words, look.layers)
    rows = rows.assign(place=rows["fit"].map(list(FITS).index))
    rows = rows.assign(at=dodged(rows, "place", width=0.85))
    for row in rows.itertuples():
        axes.errorbar(row.at, row.mean, row.sem, **_look_of(row.fit, look.colour[row.network]), ecolor=style.INK,
                      elinewidth=0.8, capsize=2)  # fmt: skip
    if rows.empty:
        style.say(axes, why_empty(means, next(iter(look.empty.values()))))
    return rows
