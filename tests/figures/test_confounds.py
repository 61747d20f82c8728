"""The figure of confounds, on a made-up table."""

import numpy as np
import pandas as pd
import pytest

from mien.draws import generator
from mien.expressions import EXPRESSIONS
from mien.figures import confounds
from tests.helpers.drawing import assert_words_apart, said

SETS = ("localizer", "controlled", "wild")
CHOSEN = {"expressions": EXPRESSIONS}


def planted(sets=SETS, morphs: bool = True, octaves=(2, 4, 8, 16, 32, 64), levels: int = 9) -> pd.DataFrame:
    draw = generator("test", "figures", "confounds")
    rows = []
    for name in (*sets, *(["morphs"] if morphs else [])):
        for measure in ("luminance", "contrast", "area", *(f"octave_{low}" for low in octaves)):
            shown = np.arange(1, levels + 1) / (levels + 1) if name == "morphs" else EXPRESSIONS
            for each in shown:
                row = {"set": name, "measure": measure, "expression": None, "level": np.nan, "n": 24}
                row["level" if name == "morphs" else "expression"] = each
                row |= {"mean": 0.4 if measure == "area" else draw.uniform(20, 24), "sd": 0.01, "compared": "within"}
                rows.append(row | {"f": 3.2, "df_effect": 5, "df_error": 115, "p": 0.009, "eta2_partial": 0.12})
    return pd.DataFrame(rows)


@pytest.mark.parametrize("octaves", [(2, 4), (2, 4, 8, 16), (2, 4, 8, 16, 32, 64)])
@pytest.mark.parametrize("morphs", [True, False])
def test_no_two_words_overlap_and_the_page_is_a_page(morphs, octaves):
    figure, panels = confounds.draw(
        {"confounds": planted(morphs=morphs, octaves=octaves)}, {"expressions": EXPRESSIONS}
    )
    assert_words_apart(figure)
    assert len(panels["b"]) == 9 * (3 + len(octaves)) * morphs
    assert sum(axes.axison for axes in figure.axes) == (3 + len(octaves)) * (1 + morphs)


def test_a_panel_has_all_sets_and_all_expressions_and_says_each_test():
    figure, panels = confounds.draw({"confounds": planted(morphs=False)}, CHOSEN)
    every = said(figure)
    assert [every.count(f"{name}: η² .12, p = .009") for name in SETS] == [
        9
    ] * 3 and "16–32 cycles, grey levels" in every
    for axes in figure.axes[:9]:
        assert len(axes.containers) == len(SETS)
        assert all(len(bars.lines[0].get_xdata()) == len(EXPRESSIONS) for bars in axes.containers)
    assert len(panels["a"]) == 9 * len(SETS) * 6 and "level" not in panels["a"]


def test_nothing_varies_and_no_test_are_said_and_axes_make_nothing_of_it():
    table = planted(("localizer",), morphs=False)
    area = table["measure"] == "area"
    table.loc[area, ["mean", "sd"]] = [1.0, 0.0]
    table.loc[area, ["p", "eta2_partial"]] = np.nan
    table.loc[table["measure"] == "contrast", "p"] = np.nan
    table.loc[table["measure"] == "luminance", ["mean", "sd"]] = [128.0, 1e-3]
    figure, _ = confounds.draw({"confounds": table}, CHOSEN)
    assert {"localizer: nothing varies", "localizer: no test"} <= set(said(figure))
    spans = [np.ptp(axes.get_ylim()) for axes in figure.axes]
    assert spans[0] >= 1 and 0.02 <= spans[2] < 0.1


def test_one_picture_of_an_expression_and_one_level_are_drawn():
    table = planted(levels=1)
    table["sd"] = np.nan
    figure, _ = confounds.draw({"confounds": table}, CHOSEN)
    assert_words_apart(figure)
    assert all(np.isfinite(axes.get_ylim()).all() for axes in figure.axes)
