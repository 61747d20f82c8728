"""Identification curves and how well each fit explains them."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.lines import Line2D

from mien.categorical.fits import predict
from mien.figures import style
from mien.figures.marks.readings import at_layer, seeds_in_words

#: Fits from the simplest to the sigmoids: words, line, marker and its size.
FITS = {
    "linear": ("linear", (0, (1, 1.2)), "s", 3.2),
    "quadratic": ("quadratic", (0, (4, 1.5)), "^", 3.8),
    "hill": ("Hill (the publication's logistic)", "-", "o", 3.8),
    "logistic": ("logistic in x", (0, (3, 1, 1, 1)), "D", 2.9),
}
#: The same where there is little room.
SHORT = {"linear": "linear", "quadratic": "quadratic", "hill": "Hill", "logistic": "logistic in x"}
_SEED_MARKERS = "ovsD^P"


def of_selective(table: pd.DataFrame, networks: list[str], layers: Mapping[str, str]) -> pd.DataFrame:
    """Rows of a table of curves or of their fits: some networks' selective units, each at its layer."""
    return at_layer(table[table["group"] == "selective"], networks, layers)


def markers_of(points: pd.DataFrame) -> dict[int, str]:
    """The marker of each seed of a network that has units, from its rows of `identification`; from the seventh on again
    as from the first."""
    seeds = sorted(points.loc[points["n_units"] > 0, "seed"].unique())
    return {int(seed): _SEED_MARKERS[place % len(_SEED_MARKERS)] for place, seed in enumerate(seeds)}


def draw_identification(
    axes: Axes,
    points: pd.DataFrame,
    fits: pd.DataFrame,
    markers: Mapping[int, str],
    colour: str,
    empty: str,
    thin: tuple[str, ...] = ("linear", "quadratic"),
) -> None:
    """One continuum: every seed's points and Hill curve, its boundary with a 95 % interval, other fits thin.

    Args:
        points, fits: rows of `identification` and `fits` of one network and continuum.
        markers: of the network's seeds.
        empty: what to say where there are no points.
        thin: the other fits that are drawn.
    """
    axes.set_xlim(-0.03, 1.03)
    axes.set_ylim(-0.05, 1.05)
    axes.set_xticks([0, 0.5, 1], ["0", ".5", "1"])
    axes.set_yticks([0, 0.5, 1], ["0", ".5", "1"])
    if points["proportion_second"].isna().all():
        style.say(axes, empty.replace(" units", "\nunits"))
        return
    axes.axhline(0.5, color=style.PALE, linewidth=0.6, zorder=0)
    x = np.linspace(0.001, 1, 300)
    for seed, marker in markers.items():
        here = points[points["seed"] == seed]
        axes.scatter(here["level"], here["proportion_second"], s=5, marker=marker, linewidth=0.4,
                     facecolor=style.tint(colour, 0.35), edgecolor=colour, alpha=0.8, zorder=2)  # fmt: skip
    for fit in (*thin, "hill"):
        for row in fits[(fits["fit"] == fit) & fits["r2"].notna()].itertuples():
            y = predict(fit, np.array([row.p0, row.p1, row.p2, row.p3], float), x)
            if fit == "hill":
                axes.plot(x, y, color=colour, linewidth=1.1, zorder=4)
            else:
                axes.plot(x, y, color=style.INK, linewidth=0.6, linestyle=FITS[fit][1], zorder=3)
    _draw_boundaries(axes, fits[fits["fit"] == "hill"], colour)
    failed = fits[(fits["fit"] == "hill") & fits["r2"].isna() & (fits["n_units"] > 0)]["seed"]
    if len(failed):
        low = points[points["seed"].isin(failed)]["proportion_second"].mean() < 0.5
        axes.text(0.5, 0.78 if low else 0.22, f"no fit: {seeds_in_words(failed)}",
                  ha="center", va="center", transform=axes.transAxes, fontsize=6, color=style.GREY, zorder=5,
                  bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.5})  # fmt: skip


def _draw_boundaries(axes: Axes, hill: pd.DataFrame, colour: str) -> None:
    """Where each seed's curve crosses one half: a tick, and its interval as a bar, the seeds below one another."""
    rows = hill[hill["boundary"].notna()]
    for y, row in zip(0.5 - style.spread(len(rows), min(0.22, 0.055 * len(rows))), rows.itertuples(), strict=True):
        axes.plot([row.boundary_low, row.boundary_high], [y, y], color=style.INK, linewidth=1.2, zorder=5,
                  solid_capstyle="butt")  # fmt: skip
        axes.plot(row.boundary, y, marker="|", markersize=5, color=style.INK, markeredgewidth=0.8, zorder=6)


def why_empty(fits: pd.DataFrame, empty: str) -> str:
    """Why a panel of R2 has nothing to show, in words: `empty` if no units were read."""
    return empty if (fits["n_units"] == 0).all() else "no curve could be fitted"


def legend_of_curves(
    colour: str, markers: Mapping[int, str], thin: tuple[str, ...] = ("linear", "quadratic")
) -> list[Line2D]:
    """Legend entries of `draw_identification`: of few seeds each with its marker, of many the first for all."""
    few = len(markers) <= 3
    points = [
        Line2D([], [], linestyle="", marker=marker, markersize=3, markeredgewidth=0.5,
               markerfacecolor=style.tint(colour, 0.35), markeredgecolor=colour,
               label=f"seed {seed}" if few else f"a seed, of {len(markers)}")
        for seed, marker in list(markers.items())[: 3 if few else 1]
    ]  # fmt: skip
    curves = [Line2D([], [], color=colour, linewidth=1.1, label=f"{SHORT['hill']}, each seed")]
    others = [Line2D([], [], color=style.INK, linewidth=0.7, linestyle=FITS[f][1], label=FITS[f][0]) for f in thin]
    boundary = Line2D([], [], color=style.INK, linewidth=1.6, marker="|", markersize=5, markeredgewidth=0.8,
                      label="boundary, 95 %")  # fmt: skip
    return [*points, *curves, *others, boundary]


def draw_r2(axes: Axes, x: float, fit: str, seeds: Sequence[float], mean: float, colour: str) -> None:
    """R2 (or another measure) of one fit: the mean in the fit's mark, and the seeds as small points beside it."""
    _, _, marker, size = FITS[fit]
    axes.plot(x, mean, linestyle="", marker=marker, markersize=size, markerfacecolor=_face(fit, colour),
              markeredgecolor=colour, markeredgewidth=0.9, zorder=4, clip_on=False)  # fmt: skip
    if len(seeds) > 1:
        axes.scatter(
            x + style.spread(len(seeds), 0.1), seeds, s=3, color=style.INK, linewidth=0, zorder=5, clip_on=False
        )


def _face(fit: str, colour: str) -> object:
    """The sigmoids are filled, the Hill curve in full colour."""
    return {"hill": colour, "logistic": style.tint(colour, 0.45)}.get(fit, "white")


def draw_mean_r2(axes: Axes, places: np.ndarray, means: pd.DataFrame, colour: str) -> None:
    """A seed's mean R2 of each fit with its SEM, from rows of `r2_means`, at `places` in the order of `FITS`."""
    by_fit = means.set_index("fit")
    for x, fit in zip(places, FITS, strict=True):
        mean, sem = by_fit.loc[fit, ["mean", "sem"]]
        if not np.isnan(mean):
            axes.errorbar(x, mean, sem, color=style.INK, linewidth=0.8, capsize=2, capthick=0.8, zorder=3)
            draw_r2(axes, x, fit, [], mean, colour)


def legend_of_fits(colour: str) -> list[Line2D]:
    """Legend entries of `draw_r2`."""
    return [
        Line2D([], [], linestyle="", marker=marker, markersize=size, markeredgewidth=0.9, markeredgecolor=colour,
               markerfacecolor=_face(fit, colour), label=words)
        for fit, (words, _, marker, size) in FITS.items()
    ]  # fmt: skip


def bracket(axes: Axes, left: float, right: float, height: float, words: str) -> None:
    """A bracket between two places on the x axis; `height` is in shares of the way from the axis's foot to R2 = 1."""
    foot, top = axes.get_ylim()
    share = height * (1 - foot) / (top - foot)
    axes.plot([left, left, right, right], [share - 0.02, share, share, share - 0.02], linewidth=0.6, color=style.INK,
              transform=axes.get_xaxis_transform())  # fmt: skip
    axes.text((left + right) / 2, share + 0.005, words, ha="center", va="bottom", fontsize=6,
              transform=axes.get_xaxis_transform())  # fmt: skip


def r2_axis(axes: Axes, lowest: float, highest_line: float = 1.0) -> None:
    """An R2 axis that begins where the data allow, and at a break with words where that is not 0.

    Args:
        lowest: the lowest value drawn, NaN for none.
        highest_line: top of the axis as a share of the way to R2 = 1; above 1 to make room for brackets.
    """
    reach = 1 if np.isnan(lowest) or 0 <= lowest < 0.35 else 1 - lowest + 0.01
    step = next((step for step in (0.01, 0.02, 0.05, 0.1, 0.2, 0.5) if reach / step <= 6), reach / 4)
    begin = 1 - step * np.ceil(reach / step - 1e-9)
    axes.set_ylim(begin, begin + (1 - begin) * highest_line)
    ticks = np.arange(round(begin / step), round(1 / step) + 1) * step
    axes.set_yticks(ticks, [style.number(tick, 1 if step >= 0.1 else 2) for tick in ticks])
    axes.set_ylabel("R²")
    axes.spines["left"].set_bounds(begin, 1)
    if begin > 0:
        axes.plot([0, 0], [0.05, 0.075], linestyle="", marker=[(-1, -0.5), (1, 0.5)], markersize=5, color=style.INK,
                  markeredgewidth=0.7, transform=axes.transAxes, clip_on=False, zorder=6)  # fmt: skip
        axes.annotate(f"axis begins at {style.number(begin)}", (0, 0), xycoords="axes fraction", xytext=(5, 2),
                      textcoords="offset points", fontsize=5.5, color=style.GREY, zorder=7,
                      bbox={"facecolor": "white", "edgecolor": "none", "alpha": 0.8, "pad": 0.3})  # fmt: skip
