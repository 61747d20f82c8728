"""Identification curves and how well each fit explains them."""

from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mien.categorical.fits import predict
from mien.expressions import ends_of
from mien.figures import style
from mien.figures.marks.points import dodged, intervals, points
from mien.figures.marks.readings import Shown, at_layer, seeds_in_words

#: Fits from the simplest to the sigmoids: words, marker, and the share of the network's colour in its fill. Hill is the
#: publication's logistic.
FITS = {"linear": ("linear", "s", 0.0), "quadratic": ("quadratic", "^", 0.0), "hill": ("Hill", "o", 1.0),
        "logistic": ("logistic in x", "D", 0.45)}  # fmt: skip
#: How the fits that are no sigmoids are drawn beside the points.
_THIN = {"linear": (0, (1, 1.2)), "quadratic": (0, (4, 1.5))}
_SEED_MARKERS = "ovsD^P"


def of_selective(table: pd.DataFrame, networks: list[str], layers: Mapping[str, str]) -> pd.DataFrame:
    """Rows of a table of curves or of their fits: some networks' selective units, each at its layer."""
    return at_layer(table[table["group"] == "selective"], networks, layers)


def markers_of(curves: pd.DataFrame) -> dict[int, str]:
    """The marker of each seed of a network that has units, from its rows of `identification`; from the seventh on again
    as from the first."""
    seeds = sorted(curves.loc[curves["n_units"] > 0, "seed"].unique())
    return {int(seed): _SEED_MARKERS[place % len(_SEED_MARKERS)] for place, seed in enumerate(seeds)}


def in_grid(axes: np.ndarray, continua: Sequence[str]) -> Iterator[tuple[str, Axes]]:
    """Each continuum and its axes, of a grid that has room for a legend behind them; the rest of the grid is off."""
    for place, one in enumerate(axes.flat):
        if place >= len(continua):
            one.set_axis_off()
            continue
        one.set_title(" → ".join(ends_of(continua[place])))
        one.set(xlim=(-0.03, 1.03), xticks=[0, 0.5, 1], xticklabels=["0", ".5", "1"])
        if place >= len(continua) - axes.shape[1]:
            one.set_xlabel("share of second expression")
        yield continua[place], one


def draw_identification(
    axes: Axes, curves: pd.DataFrame, fits: pd.DataFrame, markers: Mapping[int, str], colour: str, empty: str,
    thin: bool = True,
) -> None:  # fmt: skip
    """One continuum: every seed's points and Hill curve, its boundary with a 95 % interval, other fits thin.

    Args:
        curves, fits: rows of `identification` and `fits` of one network and continuum.
        markers: of the network's seeds.
        empty: what to say where there are no points.
        thin: whether the fits that are no sigmoids are drawn.
    """
    axes.set(xlim=(-0.03, 1.03), ylim=(-0.05, 1.05), xticks=[0, 0.5, 1], yticks=[0, 0.5, 1])
    axes.set(xticklabels=["0", ".5", "1"], yticklabels=["0", ".5", "1"])
    if curves["proportion_second"].isna().all():
        style.say(axes, empty, 12)
        return
    axes.axhline(0.5, color=style.PALE, linewidth=0.6, zorder=0)
    for seed, marker in markers.items():
        here = curves[curves["seed"] == seed]
        points(axes, here["level"], here["proportion_second"], colour, facecolor=style.tint(colour, 0.35), s=5,
               marker=marker, linewidth=0.4, alpha=0.8, zorder=2)  # fmt: skip
    x = np.linspace(0.001, 1, 300)
    for row in fits[fits["r2"].notna() & fits["fit"].isin(["hill", *(_THIN if thin else ())])].itertuples():
        how = {"color": style.INK, "linewidth": 0.6, "linestyle": _THIN.get(row.fit), "zorder": 3}
        how |= {"color": colour, "linewidth": 1.1, "zorder": 4} if row.fit == "hill" else {}
        axes.plot(x, predict(row.fit, np.array([row.p0, row.p1, row.p2, row.p3], float), x), **how)
    hill = fits[fits["fit"] == "hill"]
    found = hill[hill["boundary"].notna()].assign(middle=0.5)
    at = dodged(found, "middle", width=0.25, most=0.055)
    intervals(axes, at, found["boundary_low"], found["boundary_high"], across=True, linewidth=1.2, zorder=5)
    points(axes, at, found["boundary"], style.INK, across=True, marker="|", s=22, zorder=6)
    failed = hill[hill["r2"].isna() & (hill["n_units"] > 0)]["seed"]
    if len(failed):
        low = curves[curves["seed"].isin(failed)]["proportion_second"].mean() < 0.5
        axes.text(0.5, 0.78 if low else 0.22, f"no fit: {seeds_in_words(failed)}", ha="center", va="center",
                  transform=axes.transAxes, fontsize=6, color=style.GREY, zorder=5)  # fmt: skip


def legend_of_curves(colour: str, markers: Mapping[int, str]) -> list[Line2D]:
    """Legend entries of `draw_identification`: of few seeds each with its marker, of many the first for all."""
    few = len(markers) <= 3
    how = {"color": colour, "markersize": 3, "markeredgewidth": 0.5, "markerfacecolor": style.tint(colour, 0.35)}
    return [
        *(style.mark(marker, f"seed {seed}" if few else f"a seed, of {len(markers)}", **how)
          for seed, marker in list(markers.items())[: 3 if few else 1]),
        style.line("Hill, each seed", color=colour, linewidth=1.1),
        *(style.line(fit, linestyle=dashes, linewidth=0.7) for fit, dashes in _THIN.items()),
        style.line("boundary, 95 %", linewidth=1.6, marker="|", markersize=5),
    ]  # fmt: skip


def why_empty(fits: pd.DataFrame, empty: str) -> str:
    """Why a panel of R2 has nothing to show, in words: `empty` if no units were read."""
    return empty if (fits["n_units"] == 0).all() else "no curve could be fitted"


def _look_of(fit: str, colour: str) -> dict[str, object]:
    _, marker, share = FITS[fit]
    return {"marker": marker, "markerfacecolor": style.tint(colour, share), "markeredgecolor": colour}


def draw_by_continuum(axes: Axes, fits: pd.DataFrame, measure: str, continua: Sequence[str], colour: str) -> None:
    """A measure of each fit to each curve, small points the seeds, large ones their means."""
    data = fits.dropna(subset=measure)
    how = {"data": data, "x": "continuum", "y": measure, "hue": "fit", "order": continua, "hue_order": list(FITS)}
    how |= {"ax": axes, "legend": False}
    sns.stripplot(**how, dodge=True, jitter=False, size=1.6, palette=[style.GREY] * len(FITS), zorder=2)
    sns.pointplot(**how, dodge=0.8 - 0.8 / len(FITS), linestyle="none", errorbar=None, markersize=3.6,
                  palette=[colour] * len(FITS), markers=[marker for _, marker, _ in FITS.values()])  # fmt: skip
    by_marker = {marker: fit for fit, (_, marker, _) in FITS.items()}
    for one in axes.lines:
        one.set(**_look_of(by_marker[one.get_marker()], colour), markeredgewidth=0.8)
    for edge in range(1, len(continua)):
        axes.axvline(edge - 0.5, color="#EEEEEE", linewidth=0.6, zorder=0)
    axes.set_xticks(range(len(continua)), ["\n".join(ends_of(continuum)) for continuum in continua])
    axes.set(xlabel="", xlim=(-0.5, len(continua) - 0.5))
    axes.tick_params(axis="x", length=0)


def draw_means(axes: Axes, means: pd.DataFrame, look: Shown) -> pd.DataFrame:
    """Mean R2 of each fit with its SEM, a mark a seed; returns the rows that are drawn, with their places `at`."""
    axes.set_xticks(range(len(FITS)), [words.replace(" ", "\n", 1) for words, *_ in FITS.values()])
    axes.set(xlim=(-0.5, len(FITS) - 0.5), ylabel="R²")
    axes.tick_params(axis="x", length=0)
    places, order = ({name: place for place, name in enumerate(names)} for names in (FITS, look.words))
    rows = means[means["mean"].notna()]
    rows = rows.assign(place=rows["fit"].map(places), order=rows["network"].map(order)).sort_values(["order", "seed"])
    rows = rows.assign(at=dodged(rows, "place", width=0.85))
    for row in rows.itertuples():
        axes.errorbar(row.at, row.mean, row.sem, **_look_of(row.fit, look.colour[row.network]), ecolor=style.INK,
                      elinewidth=0.8, capsize=2, markersize=4, markeredgewidth=0.8, linestyle="none")  # fmt: skip
    if rows.empty:
        style.say(axes, why_empty(means, next(iter(look.empty.values()))))
    return rows


def legend_of_fits(colour: str) -> list[Line2D]:
    """Legend entries of `draw_by_continuum` and `draw_mean_r2`."""
    return [style.line(words, linestyle="", markersize=4, **_look_of(fit, colour)) for fit, (words, *_) in FITS.items()]
