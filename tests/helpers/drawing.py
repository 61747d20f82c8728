"""Draws any figure of a planted study, and reads what it says."""

import importlib
from itertools import combinations
from unittest import mock

import pandas as pd
from matplotlib.text import Text

from mien.expressions import EXPRESSIONS
from mien.figures import style
from mien.figures.catalogue import catalogue, figures_of
from tests.helpers.planted.cells import N_SELECTIVE, units_table
from tests.helpers.planted.truth import COMPARED, NETWORKS

FOCUS, *_ = COMPARE = list(COMPARED)
#: Nodes of networks: a VGG's, with its pools; and those of one that has many.
VGG = pd.DataFrame(
    [
        node
        for block, (n, channels, side) in enumerate(
            [(2, 16, 64), (2, 32, 32), (3, 64, 16), (3, 128, 8), (3, 128, 4)], 1
        )
        for node in [
            *((f"conv{block}_{i + 1}", channels, side, side) for i in range(n)),
            (f"pool{block}", channels, side // 2, side // 2),
        ]
    ]
    + [("fc6", 1024, 1, 1), ("fc7", 1024, 1, 1), ("fc8", 32, 1, 1)],
    columns=["layer", "channels", "rows", "columns"],
).assign(trunk=True, traced_by="fx")
DEEP = pd.DataFrame(
    [
        (
            f"features.{stage}.{block}.block_of_many_words.{part}",
            8 * (stage + 1) * (3 if part == "mlp" else 1),
            side,
            side,
        )
        for stage, side in enumerate(range(64, 4, -4))
        for block in range(3)
        for part in ("conv", "relu", "mlp")
    ],
    columns=["layer", "channels", "rows", "columns"],
).assign(trunk=True, traced_by="fx")
LONG = "convnext_trained_by_contrast_of_many_views"
MANY = [
    *NETWORKS,
    *(f"object_trained_like_number_{i}" for i in range(7)),
    LONG,
]
#: The figures of the planted study's tables: the others have tests, and planted tables, of their own.
FIGURES = tuple(
    name
    for name in figures_of(["localizer", "controlled", "wild", "morphs"])
    if not {"claims", "confounds"} & set(catalogue()[name].TABLES)
)


def draw(name, tables, compare=COMPARE, layers=COMPARED, nodes=VGG, published=True, expressions=EXPRESSIONS):
    """A figure by the name of its module, of the tables and of what else it asks for, and nothing more."""
    figure = importlib.import_module(f"mien.figures.{name}")
    every = {"nodes": pd.concat(nodes.assign(network=network) for network in dict.fromkeys([FOCUS, *compare]))}
    every |= {"inputs": pd.DataFrame({"network": [FOCUS], "size": [64]}), "units": units_table(N_SELECTIVE)} | tables
    chosen = {"focus": FOCUS, "seed": 0, "layer": layers, "compare": list(compare)}
    chosen |= {"published": published, "expressions": list(expressions), "criterion": "any", "how_many": "any"}
    return figure.draw({table: every[table] for table in figure.TABLES}, {key: chosen[key] for key in figure.CHOSEN})


@style.journal
def words(figure) -> list[Text]:
    """All texts that are drawn, laid out as they are saved."""
    drawn = {}
    style.settle(figure)
    with mock.patch.object(Text, "draw", autospec=True, side_effect=lambda text, _: drawn.setdefault(id(text), text)):
        figure.draw_without_rendering()
    return [text for text in drawn.values() if text.get_visible() and text.get_text().strip()]


def said(figure) -> list[str]:
    """All that a figure says, each text in one line."""
    return [text.get_text().replace("\n", " ") for text in words(figure)]


def assert_words_apart(figure):
    """No two words overlap, and all are on a page of at most 180 x 240 mm."""
    page = figure.bbox
    assert (figure.get_size_inches() * 25.4 <= (180.01, 240.01)).all()
    boxes = []
    for text in words(figure):
        box = text.get_window_extent()
        assert box.x0 >= page.x0 and box.x1 <= page.x1 and box.y0 >= page.y0 and box.y1 <= page.y1, text
        if text.get_rotation() % 90 == 0:  # the box about slanting words is wider than they are
            boxes.append((text, box.shrunk(0.96, 0.9)))
    for (one, a), (other, b) in combinations(boxes, 2):
        assert not a.overlaps(b), (one, other)
