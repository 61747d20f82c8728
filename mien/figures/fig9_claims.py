"""Figure 9: each claim of the publication, what this study finds, and what that says of the claim."""

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.lines import Line2D

from mien.claims.table import OF_SEEDS, OF_THE_PUBLICATION
from mien.figures import style

#: Columns: left edge and width, mm.
_COLUMNS = {
    "claim": (3.0, 64.0),
    "published": (70.0, 19.0),
    "study": (91.0, 38.0),
    "finding": (133.0, 18.0),
    "verdict": (152.0, 26.0),
}
_HEADS = {
    "claim": "claim",
    "published": "published",
    "study": "this study, 95 %",
    "finding": "finding of\nthis study",
    "verdict": "verdict on\nthe publication",
}
_TOP, _LINE, _SMALL, _PAD = 18.0, 2.9, 2.3, 2.0  # mm: the first row, lines of 6.5 and of 5 points, air in a row
#: Words that stand for nothing tested or shown are grey.
_GREY_WORDS = ("not tested", "inconclusive")


@style.journal
def draw(claims: pd.DataFrame) -> tuple[Figure, dict[str, pd.DataFrame]]:
    """The page, and its numbers as panel `a`: the table itself.

    Rules and reasons that several claims share are written once, at the foot.

    Args:
        claims: the study's table `claims`.
    """
    rows = claims.to_dict("records")
    rules = _numbered("rule", [_rule(row) for row in rows])
    reasons = _numbered("note", [row["why"] for row in rows if row["why"]])
    texts = [_texts(row, rules, reasons) for row in rows]
    heights = [max(9.5, *(_height(parts) for parts in text.values())) + _PAD for text in texts]
    notes = [f"{name.capitalize()}: {text}" for text, name in [*rules.items(), *reasons.items()]]
    notes = [*notes, f"{OF_SEEDS} {OF_THE_PUBLICATION}"]
    notes = [(style.wrapped(note, style.WIDTH - 9, 5), 5, style.INK) for note in notes]
    figure = style.page(_TOP + sum(heights) + 4 + _height(notes))
    for column, (left, _) in _COLUMNS.items():
        for line, words in enumerate(_HEADS[column].split("\n")):
            style.write_at(figure, left, _TOP - 5 + 3 * line, words, fontweight="bold", va="baseline")
    _explain_marks(figure)
    top = _TOP
    for row, text, height in zip(rows, texts, heights, strict=True):
        _draw_line(figure, top)
        for column, parts in text.items():
            _write(figure, _COLUMNS[column][0], top + 1.2, parts)
        left, width = _COLUMNS["study"]
        _draw_value(figure, row, left, top, width)
        top += height
    _draw_line(figure, top)
    _write(figure, 3, top + 1.5, notes)
    return figure, {"a": claims}


def _rule(row: dict) -> str:
    """How a claim is judged, without the end that all rules share."""
    return row["rule"].removesuffix(f" {OF_SEEDS} {OF_THE_PUBLICATION}")


def _numbered(name: str, texts: list[str]) -> dict[str, str]:
    """What each of some texts is called where it is not written out."""
    return {text: f"{name} {n}" for n, text in enumerate(dict.fromkeys(texts), 1)}


def _texts(row: dict, rules: dict[str, str], reasons: dict[str, str]) -> dict[str, list[tuple[str, float, str]]]:
    """What is written in each column: texts with their size and colour."""
    published = "no number" if _null(row["published"]) else _value(row["published"])
    see = (rules[_rule(row)], reasons.get(row["why"]))
    study = f"{_count(row['n_networks'], 'network')}, {_count(row['n_seeds'], 'seed')}"
    parts = {
        "claim": [(row["statement"], 6.5, style.INK)],
        "published": [(published, 6.5, style.GREY if _null(row["published"]) else style.INK),
                      (row["published_source"], 5, style.GREY)],
        "finding": [(row["finding"], 6.5, _ink(row["finding"])), (study, 5, style.GREY)],
        "verdict": [(row["verdict"], 6.5, _ink(row["verdict"])), (", ".join(filter(None, see)), 5, style.GREY)],
    }  # fmt: skip
    return {
        column: [
            (style.wrapped(text, _COLUMNS[column][1], size), size, colour)
            for text, size, colour in written
            if not _null(text) and text
        ]
        for column, written in parts.items()
    }


def _count(n: float, of: str) -> str:
    n = 0 if _null(n) else int(n)
    return f"{n} {of}{'s' * (n != 1)}"


def _null(value: object) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and np.isnan(value))


def _value(value: float) -> str:
    """A value of any size in two digits or three."""
    if abs(value) < 10:
        return style.number(value, 2 if abs(value) >= 0.1 else 3)
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.1f}"


def _ink(words: str) -> str:
    return style.GREY if str(words).startswith(_GREY_WORDS) else style.INK


def _height(parts: list[tuple[str, float, str]]) -> float:
    return sum((text.count("\n") + 1) * (_LINE if size > 6 else _SMALL) + 0.8 for text, size, _ in parts)


def _write(figure: Figure, left: float, top: float, parts: list[tuple[str, float, str]]) -> None:
    for text, size, colour in parts:
        for line in text.split("\n"):  # each in its place, so that neighbours stand level
            style.write_at(figure, left, top + 2.2, line, fontsize=size, color=colour, va="baseline")
            top += _LINE if size > 6 else _SMALL
        top += 0.8


def _draw_line(figure: Figure, top: float) -> None:
    down = figure.get_size_inches()[1] * style.MILLIMETRES
    figure.add_artist(Line2D([3 / style.WIDTH, 178 / style.WIDTH], [1 - top / down] * 2, color=style.PALE,
                             linewidth=0.6))  # fmt: skip


def _draw_value(figure: Figure, row: dict, left: float, top: float, width: float) -> None:
    """This study's value with its interval on an axis of its own, the published one as a diamond."""
    if _null(row["value"]):
        _write(figure, left, top + 1.2, [("no value", 6.5, style.GREY)])
        return
    low, high = (row["value"] if _null(row[end]) else row[end] for end in ("low", "high"))
    interval = "no interval" if _null(row["low"]) else f"{_value(row['low'])} to {_value(row['high'])}"
    _write(figure, left, top + 1.2, [(f"{_value(row['value'])}  ({interval})", 6.5, style.INK)])
    axes = style.place(figure, left + 1, top + 4.6, width - 3, 2.4)
    _lay_out(axes, [0.0, low, high, row["value"], *([] if _null(row["published"]) else [row["published"]])])
    axes.plot([low, high], [0, 0], color=style.PALETTE[0], linewidth=1.4, solid_capstyle="butt", clip_on=False)
    axes.plot(row["value"], 0, marker="o", markersize=4, color=style.PALETTE[0], clip_on=False)
    if not _null(row["published"]):
        axes.plot(row["published"], 0, marker="D", markersize=4, markerfacecolor="white", markeredgecolor=style.INK,
                  markeredgewidth=0.8, clip_on=False, zorder=3)  # fmt: skip


def _lay_out(axes: Axes, values: list[float]) -> None:
    low, high = min(values), max(values)
    margin = 0.04 * (high - low) or 0.1
    axes.set_xlim(low - margin * (low < 0), high + margin)
    axes.set_ylim(-1, 1)
    axes.set_yticks([])
    axes.spines["left"].set_visible(False)
    ticks = style.ticks(low - margin, high + margin, 3)
    axes.set_xticks(ticks, [_tick(tick) for tick in ticks], fontsize=5)
    axes.tick_params(length=1.5, pad=1)
    axes.axvline(0, color=style.GREY, linewidth=0.6, zorder=0)


def _tick(value: float) -> str:
    return f"{value:,.4g}".replace("-", "−").replace("0.", ".", 1) if abs(value) < 1 else f"{value:,.4g}"


def _explain_marks(figure: Figure) -> None:
    marks = [
        Line2D([], [], color=style.PALETTE[0], linewidth=1.4, marker="o", markersize=4, label="this study, 95 %"),
        Line2D([], [], linestyle="", marker="D", markersize=4, markerfacecolor="white", markeredgewidth=0.8,
               markeredgecolor=style.INK, label="published"),
    ]  # fmt: skip
    down = figure.get_size_inches()[1] * style.MILLIMETRES
    figure.legend(handles=marks, loc="upper left", bbox_to_anchor=(3 / style.WIDTH, 1 - 2 / down), ncols=2,
                  handletextpad=0.6, columnspacing=1.5, borderpad=0, borderaxespad=0)  # fmt: skip
