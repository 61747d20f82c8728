"""Draws any figure of a planted study, and reads what it says."""

from itertools import combinations

import pandas as pd
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.text import Text

from mien.figures import (
    fig1_selectivity,
    fig2_confusions,
    fig3_categorical,
    fig4_networks,
    fig5_axes,
    fig7_sensitivity,
    fig8_discrimination,
    montage,
    style,
)
from mien.figures import fig6_layers as layers_figure

COMPARE = ["face_reared", "object_reared", "untrained"]
FOCUS = "face_reared"
LAYERS = dict.fromkeys(COMPARE, "conv5_3")
#: Nodes of networks: a VGG's, with its pools; and those of one that has many.
VGG = fig1_selectivity.after_image(
    pd.DataFrame(
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
    ).assign(trunk=True),
    64,
)
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
).assign(trunk=True)
LONG = "convnext_reared_by_contrast_of_many_views"
MANY = [
    "face_reared",
    "object_reared",
    "untrained",
    "pixels",
    *(f"object_reared_like_number_{i}" for i in range(7)),
    LONG,
]


#: What is known of the order of each network's layers.
ORDER = dict.fromkeys(COMPARE, VGG["layer"].tolist())


def draw(name, tables, units_of, stimuli_of, n_selective=40, compare=COMPARE, layers=LAYERS, nodes=VGG, published=True):
    """One of the figures, or a montage."""
    t, where = tables, (FOCUS, layers)
    if name == "selectivity":
        units = units_of(n_selective)
        return fig1_selectivity.draw(nodes, units, t["accuracy"], t["selection"], t["cells"], *where, 0, compare)
    if name == "confusions":
        read = (t["confusion"], t["similarity"], t["noise_ceiling"], t["cells"])
        return fig2_confusions.draw(*read, *where, compare, published)
    if name == "categorical":
        fitted = (t["identification"], t["fits"], t["r2_means"], t["r2_tests"])
        return fig3_categorical.draw(stimuli_of("morphs"), *fitted, t["cells"], *where, compare)
    if name == "networks":
        alike = (t["similarity"], t["similarity_differences"], t["noise_ceiling"])
        read = (t["accuracy"], t["confusion"], *alike, t["identification"], t["fits"], t["r2_means"])
        return fig4_networks.draw(*read, t["cells"], compare, layers, published)
    if name == "axes":
        read = (t["cells"], t["selection"], t["accuracy"], t["similarity"], t["confusion"], t["r2_tests"])
        return fig5_axes.draw(*read, compare, layers)
    if name == "layers":
        read = (t["cells"], t["selection"], t["accuracy"], t["similarity"], t["confusion"])
        return layers_figure.draw(*read, compare, ORDER)
    if name == "sensitivity":
        return fig7_sensitivity.draw(t["sensitivity"], t["selection"], t["cells"], compare, layers)
    if name == "discrimination":
        read = (t["discrimination_curves"], t["discrimination_peaks"], t["fits"], t["cells"])
        return fig8_discrimination.draw(*read, *where, compare)
    return montage.draw(stimuli_of(name), name)


@style.journal
def words(figure) -> list[Text]:
    """All texts that are seen, laid out."""
    FigureCanvasAgg(figure).draw()
    return [text for text in figure.findobj(Text) if text.get_visible() and text.get_text().strip() and _on(text)]


def _on(text: Text) -> bool:
    """Whether a text is drawn: not of axes that are off, nor the label of a tick beyond the end of its axis."""
    axes = text.axes
    if axes is None:
        return True
    for axis, (low, high) in (
        (axes.xaxis, sorted(axes.get_xlim())),
        (axes.yaxis, sorted(axes.get_ylim())),
    ):
        for tick in axis.get_major_ticks():
            if text is tick.label1:
                return axes.axison and low <= tick.get_loc() <= high
    return axes.axison or text in axes.texts


def assert_words_apart(figure):
    """No two words overlap, and all are on the page."""
    page = figure.bbox
    boxes = []
    for text in words(figure):
        box = text.get_window_extent()
        assert box.x0 >= page.x0 and box.x1 <= page.x1 and box.y0 >= page.y0 and box.y1 <= page.y1, text
        if text.get_rotation() % 90 == 0:  # the box about slanting words is wider than they are
            boxes.append((text, box.shrunk(0.96, 0.9)))
    for (one, a), (other, b) in combinations(boxes, 2):
        assert not a.overlaps(b), (one, other)
