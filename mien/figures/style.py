"""The look of every figure: at most a journal's page, 7-point sans serif, safe colours, the same bytes each time.

Everywhere in the figures a colour is a network and the fill of a mark says which of its units were read.
"""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

import matplotlib
import matplotlib.style
import numpy as np
import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure, SubFigure
from matplotlib.patheffects import withStroke

from mien.atomic import atomically

#: Width of a two-column figure and of a page, and height of a page, in mm.
WIDTH, HEIGHT = 180.0, 240.0
_INCH = 25.4  # mm
#: Okabe & Ito, Color Universal Design (2008), without yellow, which is too pale for lines on white.
PALETTE = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#56B4E9", "#E69F00")
INK, GREY, PALE, NOTHING = "#222222", "#767676", "#D9D9D9", "#F2F2F2"
#: The line of chance, and of anything that a result is held against.
DASHED = (0, (4, 3))

_LOOK = sns.plotting_context("paper", font_scale=0.72) | sns.axes_style("ticks")
_LOOK |= {
    "font.sans-serif": ["DejaVu Sans"],  # it comes with matplotlib, so that a figure is the same on every machine
    "legend.frameon": False,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.linewidth": 0.6,
    "figure.labelsize": 7,
    "figure.titlesize": 8,
    "hatch.linewidth": 0.5,
    "lines.linewidth": 1.0,
    "pdf.fonttype": 42,
    "svg.fonttype": "path",
    "svg.hashsalt": "mien",
    "figure.dpi": 300,
    **{f"{axis}tick.major.{part}": value for axis in "xy" for part, value in (("size", 2), ("width", 0.6), ("pad", 2))},
    **dict.fromkeys(["axes.edgecolor", "axes.labelcolor", "text.color", "xtick.color", "ytick.color"], INK),
}
#: Decorates every function that draws or saves: the look, and nothing of a user's own settings of matplotlib.
journal = matplotlib.style.context(["default", _LOOK])

#: Nothing that changes from one run to the next.
_METADATA = {
    "pdf": {"CreationDate": None, "Creator": "mien", "Producer": None},
    "svg": {"Date": None, "Creator": "mien"},
    "png": {"Software": "mien"},
}


def page(height: float, note: str = "") -> Figure:
    """An empty figure, `WIDTH` wide and `height` tall, in mm, but never more than a page, with a note at its foot."""
    figure = Figure(figsize=(WIDTH / _INCH, min(height, HEIGHT) / _INCH), layout="constrained")
    figure.get_layout_engine().set(w_pad=0.05, h_pad=0.05, wspace=0.02, hspace=0.02)
    if note:
        figure.supxlabel(wrapped(note, 150), x=0.99, ha="right", fontsize=6, color=GREY)
    return figure


def letter(axes: Mapping[str, Axes]) -> None:
    """The bold letters of panels, above the left ends of their axes."""
    for name, one in axes.items():
        one.annotate(name.upper(), (0, 1), xycoords="axes fraction", xytext=(-20, 8), textcoords="offset points",
                     ha="right", va="bottom", fontsize=10, fontweight="bold")  # fmt: skip


def grid(figure: Figure | SubFigure, n: int, across: int, **how) -> list[Axes]:
    """So many axes in rows of `across`, the lowest of each column with the words of its x axis."""
    every = figure.subplots(-(-n // across), across, squeeze=False, **how).ravel()
    for axes in every[n:]:
        axes.set_axis_off()
    for axes in every[max(0, n - across) : n]:
        axes.tick_params(labelbottom=True)
    return list(every[:n])


def wrapped(text: str, characters: float) -> str:
    """Text in lines of so many characters; a longer word is cut, too."""
    return textwrap.fill(text, max(4, int(characters)))


def name_places(axes: Axes, names: list[str], characters: float) -> None:
    """Name the places 0, 1, ... of an x axis so many characters wide, in lines or, if words are long, slanting."""
    slot = characters / len(names)
    if max(len(word) for name in names for word in name.split()) < slot:
        axes.set_xticks(range(len(names)), [wrapped(name, slot - 1) for name in names])
    else:
        axes.set_xticks(range(len(names)), map(shortened, names), rotation=45, ha="right", rotation_mode="anchor")
    axes.tick_params(axis="x", length=0)


def shortened(name: str, characters: int = 30) -> str:
    """A name whose middle is left out where it is longer."""
    half = characters // 2
    return name if len(name) <= characters else f"{name[: half - 1]}…{name[-half:]}"


def name_rows(axes: Axes, names: Sequence[str], inks: Iterable[str] = ()) -> None:
    """Name the places 0, 1, ... of a y axis from the top, each in its ink, with lines between them in its place."""
    axes.set_yticks(range(len(names)), names)
    axes.set_ylim(len(names) - 0.5, -0.5)
    edges, across = np.arange(len(names) + 1) - 0.5, axes.get_yaxis_transform()
    axes.hlines(edges, 0, 1, PALE, linewidth=0.5, zorder=0, transform=across)
    axes.tick_params(axis="y", length=0, pad=4)  # clear of a mark at the left end
    axes.spines["left"].set_visible(False)
    for label, ink in zip(axes.get_yticklabels(), inks, strict=False):
        label.set_color(ink)


def plain(name: str) -> str:
    """A name of a configuration as a reader's words: `face_trained` is face trained."""
    return name.replace("_", " ")


def colours(networks: Iterable[str], pixels: Iterable[str] = ()) -> dict[str, str]:
    """The colour of each network by its place among those compared, darker from the seventh on; pixels are grey."""
    dark = [to_hex(tint(colour, 1.45)) for colour in PALETTE]
    coloured = {network: (*PALETTE, *dark)[place % (2 * len(PALETTE))] for place, network in enumerate(networks)}
    return {**dict.fromkeys(pixels, GREY), **coloured}


def tint(colour: str, share: float) -> tuple[float, float, float]:
    """A colour mixed with white or black: `share` of 0 is white, 1 is the colour itself, 2 is black."""
    return tuple(1 - share * (1 - part) if share < 1 else (2 - share) * part for part in to_rgb(colour))


#: Share of the network's colour in the fill of a mark, by the units that were read.
FILLS = {"selective": 1.0, "all": 1.6, "random": 0.45, "nonselective": 0.12, "shuffled": 0.0}
#: The mark of a point that is of all units of a layer.
WHOLE = "s"


def halo(width: float) -> dict[str, list]:
    """White, so many points wide, about what stands on lines or dark bars."""
    return {"path_effects": [withStroke(linewidth=width, foreground="white")]}


def say(axes: Axes, text: str, characters: float = 18, height: float = 0.5) -> None:
    """Words in the middle of axes that have nothing to show, or at another `height` beside what they have."""
    axes.text(0.5, height, wrapped(text, characters), transform=axes.transAxes, ha="center", va="center", color=GREY,
              **halo(2))  # fmt: skip


def legend(figure: Figure | SubFigure, columns: int = 4) -> None:
    """The one legend of a figure, above all else: whatever is drawn with a label, once."""
    entries: dict = {}
    for axes in figure.axes:
        for handle, label in zip(*axes.get_legend_handles_labels(), strict=True):
            entries.setdefault(label, handle)
    if entries:
        figure.legend(entries.values(), entries, loc="outside upper left", ncols=columns, columnspacing=1.5)


def number(value: float, digits: int = 2) -> str:
    """A proportion or correlation without its leading zero: .68, −.11, 1.00; a dash where it is undefined."""
    if np.isnan(value):
        return "–"
    value = round(value, digits) + 0.0  # which is 0.0 where rounding gave -0.0
    text = f"{value:.{digits}f}".replace("-", "−")
    return text.replace("0.", ".", 1) if abs(value) < 1 else text


def probability(p: float, largest: bool = False) -> str:
    """A p-value: `p = .012`, or `p ≤ .012` as the largest of several, or `p < .001`."""
    return "p < .001" if p < 0.001 else f"p {'≤' if largest else '='} {number(p, 3)}"


@journal
def settle(figure: Figure) -> None:
    """Lay a figure out for good, the same in every file: colour bars and squares take a second turn.

    The layout's solver goes by addresses in memory, so the last digits of what it finds are not the same each time.
    """
    for _ in range(2):
        figure.draw_without_rendering()
    figure.set_layout_engine("none")
    for part in (figure, *figure.findobj(SubFigure)):
        if part is not figure:
            part.bbox_relative.set_points(part.bbox_relative.get_points().round(6))
        for text in part.texts:
            text.set_position(np.round(text.get_position(), 6))
    for axes in figure.axes:
        axes.set_position(np.round(axes.get_position(original=True).bounds, 6))


@journal
def save(figure: Figure, panels: Mapping[str, pd.DataFrame], paths: Mapping[str, str | Path]) -> None:
    """Write a figure and the numbers in its panels, which lower-case letters name, each file whole or not at all.

    Raises:
        KeyError: `paths` are not those of `pdf`, `svg`, `png` and of each panel.
    """
    if set(paths) != {*_METADATA, *panels}:
        raise KeyError(f"figure has {sorted({*_METADATA, *panels})}, paths are for {sorted(paths)}")
    settle(figure)
    for name, path in paths.items():
        with atomically(path) as partial:
            if name in panels:
                panels[name].to_csv(partial, index=False, float_format="%.6g", lineterminator="\n")
            else:
                figure.savefig(partial, format=name, metadata=_METADATA[name])
