"""Figure 10 on planted tables."""

import numpy as np
from matplotlib.collections import PathCollection

from mien.figures import style
from tests.helpers.drawing import COMPARE, FOCUS, said

NAME = "fig10_unit_counts"


def test_the_random_units_end_in_the_whole_layer(tables, drawn):
    figure, panels = drawn(NAME)
    counts = tables["unit_counts"].query(f"network == '{FOCUS}' and layer == 'conv5_3' and set == 'controlled'")
    whole = counts[(counts["group"] == "random") & (counts["n_units"] == 1348)]
    squares = [one for one in figure.axes[0].collections if isinstance(one, PathCollection)]
    assert np.allclose(squares[0].get_offsets(), whole[["n_units", "accuracy"]])
    lines = [line for line in figure.axes[0].lines if line.get_linewidth() > 1]
    assert [line.get_xdata()[-1] for line in lines] == [40, 1348, 1308]
    assert lines[1].get_ydata()[-1] == whole["accuracy"].mean()
    assert {"selective units", "random units", "non-selective units", "whole layer", "chance, 1/6"} <= set(said(figure))
    assert panels["a"]["network"].unique().tolist() == COMPARE


def test_seeds_are_thin_lines_their_mean_is_thick_and_one_without_units_has_none(tables, drawn):
    figure, panels = drawn(NAME)
    untrained = figure.axes[2 * COMPARE.index("untrained")]
    ink = style.tint(style.PALETTE[2], style.FILLS["selective"])
    selective = [line for line in untrained.lines if line.get_linewidth() > 1 and line.get_color() == ink]
    counts = tables["unit_counts"].query("network == 'untrained' and layer == 'conv5_3' and set == 'controlled'")
    means = counts.query("group == 'selective' and n_units > 0").groupby("n_units")["accuracy"].mean()
    assert selective[0].get_xdata().tolist() == [10, 30, 40] == means.index.tolist()
    assert np.allclose(selective[0].get_ydata(), means)
    thin = [line for line in untrained.lines if line.get_linewidth() == 0.5]
    assert len(thin) == 2 + 3 + 3
