"""The look of every figure: a journal page's width, 7-point sans serif, safe colours, the same bytes each time.

Everywhere in the figures a colour is a network and the fill of a mark says which of its units were read.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

import matplotlib
import matplotlib.style
import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.path import Path as Outline
from matplotlib.textpath import TextPath
from matplotlib.ticker import MaxNLocator

from mien.atomic import atomically

MILLIMETRES = 25.4  # in an inch
#: Width of a two-column figure, in mm.
WIDTH = 180.0
#: Okabe & Ito, Color Universal Design (2008), without yellow, which is too pale for lines on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
INK, GREY, PALE = "#222222", "#767676", "#D9D9D9"
#: Said wherever a cell has nothing to draw: it has none, or an incomplete study lacks the cell.
NO_UNITS, MISSING = "no selective units", "missing"

_SLANT = 34.0  # mm of a slanting name before it is wrapped

RC = {
    # DejaVu comes with matplotlib, so that a figure is the same on every machine.
    "font.family": "DejaVu Sans",
    "font.size": 7,
    "axes.titlesize": 7,
    "axes.labelsize": 7,
    "xtick.labelsize": 6.5,
    "ytick.labelsize": 6.5,
    "legend.fontsize": 6.5,
    "legend.frameon": False,
    "axes.linewidth": 0.6,
    "axes.edgecolor": INK,
    "axes.labelcolor": INK,
    "text.color": INK,
    "xtick.color": INK,
    "ytick.color": INK,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.titlepad": 3,
    "axes.labelpad": 2.5,
    "xtick.major.size": 2.2,
    "ytick.major.size": 2.2,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.pad": 2,
    "ytick.major.pad": 2,
    "lines.linewidth": 1.0,
    "hatch.linewidth": 0.5,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "mien",
    "savefig.dpi": 300,
    "figure.facecolor": "white",
}
#: Decorates every function that draws or saves: the look, and nothing of a user's own settings of matplotlib.
journal = matplotlib.style.context(["default", RC])

#: Nothing that changes from one run to the next.
_METADATA = {
    "pdf": {"CreationDate": None, "Creator": "mien", "Producer": None},
    "svg": {"Date": None, "Creator": "mien"},
    "png": {"Software": "mien"},
}


def page(height: float, note: str = "") -> Figure:
    """An empty figure, `WIDTH` wide and `height` tall, in mm, and as much taller as the note at its foot needs."""
    lines = wrapped(note, WIDTH - 6, 6).splitlines()
    height += 2.8 * len(lines)
    figure = Figure(figsize=(WIDTH / MILLIMETRES, height / MILLIMETRES))
    write_at(figure, WIDTH - 2, height - 0.8, "\n".join(lines), ha="right", va="bottom", fontsize=6, color=GREY)
    return figure


def place(figure: Figure, left: float, top: float, width: float, height: float) -> Axes:
    """Axes whose data area is `width` x `height` mm, its corner `left` and `top` mm from that of the page."""
    across, down = figure.get_size_inches() * MILLIMETRES
    return figure.add_axes((left / across, 1 - (top + height) / down, width / across, height / down))


def write_at(figure: Figure, left: float, top: float, text: str, **how) -> None:
    """Text at `left` and `top` mm from the corner of the page, by default hanging below and to the right of it."""
    across, down = figure.get_size_inches() * MILLIMETRES
    figure.text(left / across, 1 - top / down, text, **{"ha": "left", "va": "top", **how})


def letter(figure: Figure, name: str, left: float, top: float) -> None:
    """The bold letter of a panel."""
    write_at(figure, left, top, name, fontsize=10, fontweight="bold")


@cache
def width_of(text: str, size: float = 6.5, weight: str = "normal") -> float:
    """Width of a line of text in mm, in a font of `size` points."""
    if not text.strip():
        return 0.0
    shape = TextPath((0, 0), text, size=size, prop=FontProperties(family="DejaVu Sans", weight=weight))
    x = shape.vertices[shape.codes != Outline.CLOSEPOLY, 0]  # as wide as its points: exact extents of curves take long
    return float(np.ptp(x)) / 72 * MILLIMETRES


def wrapped(text: str, width: float, size: float = 6.5, weight: str = "normal") -> str:
    """Text in lines at most `width` mm wide; a word that is wider is cut, too."""
    lines = [""]
    for word in text.split(" "):
        while lines and width_of(word, size, weight) > width and len(word) > 1:
            head = next(n for n in range(len(word) - 1, 0, -1) if n == 1 or width_of(word[:n], size, weight) <= width)
            lines = [line for line in [*lines, word[:head]] if line] + [""]
            word = word[head:]
        longer = f"{lines[-1]} {word}".strip()
        about = sum(width_of(part, size, weight) + 0.18 * size for part in longer.split(" "))  # each is measured once
        if about <= width or width_of(longer, size, weight) <= width:
            lines[-1] = longer
        else:
            lines.append(word)
    return "\n".join(line for line in lines if line)


def shortened(text: str, width: float, size: float = 6.5) -> str:
    """Text of at most `width` mm, its end left out where it is longer."""
    cut = next((n for n in range(len(text), 0, -1) if width_of(text[:n], size) <= width), 1)
    return text if cut == len(text) else f"{text[: cut - 1]}…"


def name_places(axes: Axes, names: list[str], width: float) -> None:
    """Name the places 0, 1, ... of an x axis `width` mm wide: in lines if the words fit, else slanting."""
    if _fit(names, width / len(names)):
        axes.set_xticks(range(len(names)), _in_lines(names, width / len(names)))
    else:
        axes.set_xticks(range(len(names)), [shortened(name, _SLANT, 6) for name in names], rotation=60, ha="right",
                        rotation_mode="anchor", fontsize=6)  # fmt: skip


def depth_of_names(names: list[str], width: float) -> float:
    """How far the words of `name_places` reach below two lines, mm."""
    if _fit(names, width / len(names)):
        return max(0.0, 3.0 * (max(lines.count("\n") for lines in _in_lines(names, width / len(names))) - 1))
    return max(0.0, 0.87 * max(min(_SLANT, width_of(name, 6)) for name in names) - 3)


def _fit(names: list[str], slot: float) -> bool:
    """Whether no word of some names is wider than `slot`, mm, with some air."""
    return all(width_of(word) < slot - 0.8 for name in names for word in name.split())


def _in_lines(names: list[str], slot: float) -> list[str]:
    """Names as they are if all fit in a line of `slot` mm; else all in lines, none wider than the widest word."""
    if all(width_of(name) < slot - 2 for name in names):
        return names
    widest = max(width_of(word) for name in names for word in name.split())
    return [wrapped(name, widest) for name in names]


def plain(name: str) -> str:
    """A name of a configuration as a reader's words: `face_reared` is face reared."""
    return name.replace("_", " ")


def colours(networks: Iterable[str], pixels: Iterable[str] = ()) -> dict[str, str]:
    """The colour of each network by its place among those compared, darker from the seventh on; pixels are grey."""
    dark = [matplotlib.colors.to_hex([0.55 * part for part in matplotlib.colors.to_rgb(colour)]) for colour in PALETTE]
    coloured = {network: (*PALETTE, *dark)[place % (2 * len(PALETTE))] for place, network in enumerate(networks)}
    return {**dict.fromkeys(pixels, GREY), **coloured}


def tint(colour: str, share: float) -> tuple[float, float, float]:
    """A colour mixed with white: `share` of 1 is the colour itself, 0 is white."""
    return tuple(1 - share * (1 - part) for part in matplotlib.colors.to_rgb(colour))


#: Share of the network's colour in the fill of a mark, and its hatch, by the units that were read.
FILLS = {"selective": (1.0, ""), "random": (0.45, ""), "nonselective": (0.12, ""), "shuffled": (0.0, "//////")}


def fill(colour: str, reading: str) -> tuple[float, float, float]:
    """The fill of a mark: its network's colour, as far as `FILLS` lets it."""
    return tint(colour, FILLS[reading][0])


#: The mark of a share of the units that vary, beside the one of all units: a scatter's arguments but for the edge.
OF_VARYING = {"s": 11, "marker": "D", "color": "none", "linewidth": 0.7}


def legend_of_varying(label: str) -> Line2D:
    """Legend entry of `OF_VARYING`."""
    return Line2D([], [], linestyle="", marker="D", markersize=3.2, markerfacecolor="none", markeredgecolor=INK,
                  markeredgewidth=0.7, label=label)  # fmt: skip


def say(axes: Axes, text: str) -> None:
    """Words in the middle of axes that have nothing else to show."""
    axes.text(0.5, 0.5, text, transform=axes.transAxes, ha="center", va="center", color=GREY, wrap=True)


def spread(n: int, width: float = 0.5) -> np.ndarray:
    """Offsets of n seeds' points about their common place, in data units, shape (n,)."""
    return np.zeros(1) if n == 1 else np.linspace(-width / 2, width / 2, n)


def ticks(low: float, high: float, n: int = 4) -> list[float]:
    """About `n` round values from `low` to `high`."""
    return [float(value) for value in MaxNLocator(n).tick_values(low, high) if low <= value <= high]


def number(value: float, digits: int = 2) -> str:
    """A proportion or correlation without its leading zero: .68, −.11, 1.00; a dash where it is undefined."""
    if np.isnan(value):
        return "–"
    value = round(value, digits) + 0.0  # which is 0.0 where rounding gave -0.0
    text = f"{value:.{digits}f}".replace("-", "−")
    return text.replace("0.", ".", 1) if abs(value) < 1 else text


def probability(p: float, largest: bool = False) -> str:
    """A p-value for a bracket: `p = .012`, or `p ≤ .012` as the largest of several, or `p < .001`."""
    return "p < .001" if p < 0.001 else f"p {'≤' if largest else '='} {number(p, 3)}"


#: The corrections of `mien.statistics.corrections`, in a reader's words.
CORRECTIONS = {"none": "uncorrected", "bonferroni": "Bonferroni", "holm": "Holm", "fdr_bh": "Benjamini–Hochberg"}


def correction(name: str, comparisons: int | None = None) -> str:
    """How p was corrected, in words: `Holm, of 8`."""
    of = f", of {comparisons}" if comparisons and name != "none" else ""
    return f"{CORRECTIONS[name]}{of}"


@journal
def save(figure: Figure, panels: Mapping[str, pd.DataFrame], paths: Mapping[str, str | Path]) -> None:
    """Write a figure and the numbers in it, each file whole or not at all.

    Args:
        panels: the numbers drawn in each panel, by its letter in lower case.
        paths: a path for each of `pdf`, `svg`, `png` and of the panels.

    Raises:
        KeyError: `paths` lacks a panel, or has one that was not drawn.
    """
    if set(paths) != {*_METADATA, *panels}:
        raise KeyError(f"figure has {sorted({*_METADATA, *panels})}, paths are for {sorted(paths)}")
    for name, path in paths.items():
        with atomically(path) as partial:
            if name in panels:
                panels[name].to_csv(partial, index=False, float_format="%.6g", lineterminator="\n")
            else:
                figure.savefig(partial, format=name, metadata=_METADATA[name])
