"""Seeds as points with their intervals, side by side about a common place, in the same marks wherever they stand."""

from collections.abc import Iterable

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from numpy.typing import ArrayLike

from mien.figures import style


def dodged(rows: pd.DataFrame, place: str, width: float = 0.7, most: float = 0.2) -> np.ndarray:
    """Where the rows stand, (rows,): those of one `place`, a column of numbers, side by side about it, in their order.
    They take at most `width` together, and at most `most` from one to the next."""
    of_place = rows.groupby(place, sort=False)[place]
    n = of_place.transform("size").to_numpy(float)
    return rows[place].to_numpy(float) + (of_place.cumcount() - (n - 1) / 2) * np.minimum(most, width / n)


def points(axes: Axes, at: ArrayLike, values: ArrayLike, colour: object, across: bool = False, **how) -> None:
    """A mark at each place, which `across` runs up the y axis; open with `facecolor`. `label` is for the legend."""
    if pd.notna(values).any():  # or the legend would name what is not there
        x, y = (values, at) if across else (at, values)
        ink = {"edgecolor": colour} if "facecolor" in how else {"color": colour}
        axes.scatter(x, y, **{"s": 13, "linewidth": 0.8, "zorder": 4, "clip_on": False, **ink, **how})


def intervals(axes: Axes, at: ArrayLike, low: ArrayLike, high: ArrayLike, across: bool = False, **how) -> None:
    """An interval at each place, as `points`."""
    if pd.notna(low).any():
        draw = axes.hlines if across else axes.vlines
        draw(at, low, high, **{"color": style.INK, "linewidth": 0.8, "zorder": 2, **how})


def draw_chance(axes: Axes, n: int, across: bool = False) -> None:
    """The line of the proportion correct by chance among `n` expressions."""
    draw = axes.axvline if across else axes.axhline
    draw(1 / n, color=style.INK, linewidth=0.8, linestyle=style.DASHED, label=f"chance, 1/{n}")


def say_at(axes: Axes, at: float, words: str, across: bool = False, characters: float = 30) -> None:
    """Why there is nothing at a place."""
    words = style.wrapped(words, characters)
    how = {"color": style.GREY, "fontsize": 6, "zorder": 5, **style.halo(2)}
    if across:
        axes.text(0.5, at, words, transform=axes.get_yaxis_transform(), ha="center", va="center", **how)
    else:
        axes.text(at, 0.04, words, transform=axes.get_xaxis_transform(), ha="center", va="bottom", rotation=90, **how)


def span(axis: str, axes: Axes, values: Iterable[ArrayLike], least: tuple[float, float]) -> None:
    """An axis, `x` or `y`, that holds all values and at least a range, with a margin where it does not end in zero."""
    every = np.concatenate([np.ravel(np.asarray(value, float)) for value in [*values, least]])
    low, high = np.nanmin(every), np.nanmax(every)
    margin = 0.06 * (high - low)
    axes.set(**{f"{axis}lim": (low - margin * (low != 0), high + margin)})
    axes.locator_params(axis=axis, nbins=3 if axis == "x" else 4)
