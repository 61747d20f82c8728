"""Figure 8 on planted tables."""

import numpy as np
import pandas as pd
import pytest

from mien.expressions import CONTINUA
from tests.helpers.drawing import COMPARE, FOCUS, draw, said

NAME = "fig8_discrimination"


def test_the_focus_has_a_panel_a_continuum_with_every_seed(tables, drawn):
    _, panels = drawn(NAME)
    assert panels["a"].groupby(["continuum", "group", "seed"]).ngroups == len(CONTINUA) * 2 * 2
    fits = tables["fits"]
    fit = fits[(fits["fit"] == "logistic") & (fits["network"] == FOCUS) & (fits["layer"] == "conv5_3")]
    fit = fit[(fit["group"] == "selective") & (fit["seed"] == 1)].set_index("continuum")
    rows = (
        panels["a"][(panels["a"]["seed"] == 1) & (panels["a"]["group"] == "selective")]
        .drop_duplicates("continuum")
        .set_index("continuum")
    )
    assert rows["boundary_low"].tolist() == fit.loc[rows.index, "boundary_low"].tolist()


def test_peaks_are_drawn_about_their_boundaries_with_intervals(tables, drawn):
    _, panels = drawn(NAME)
    rows = panels["b"].dropna(subset="value")
    assert rows["network"].unique().tolist() == COMPARE
    assert np.allclose(rows["value"], rows["peak"] - rows["boundary"])
    of = tables["discrimination_peaks"].set_index(keys := ["network", "layer", "seed", "group", "continuum"])
    of = of.loc[pd.MultiIndex.from_frame(rows[keys])].reset_index()
    for end in ("low", "high"):
        assert np.allclose(rows[end], of[f"peak_{end}"] - of["boundary"])


def test_excesses_of_random_units_are_means_over_draws(tables, drawn):
    _, panels = drawn(NAME)
    keys = ["network", "layer", "seed", "continuum", "group"]
    row = panels["c"].set_index(keys).loc[(FOCUS, "conv5_3", 0, CONTINUA[2], "random")]
    of = tables["discrimination_peaks"].set_index(keys).loc[(FOCUS, "conv5_3", 0, CONTINUA[2], "random")]
    assert len(of) == 3 and row["value"] == pytest.approx(of["excess"].mean())


def test_a_study_without_selective_units_says_so(empty_tables):
    figure, panels = draw(NAME, empty_tables)
    assert said(figure).count("no selective units") == len(CONTINUA) + len(COMPARE)  # C has the whole layers
    assert panels["c"].groupby("group")["value"].count().to_dict() == {"all": 7 * 7, "random": 0, "selective": 0}
    assert panels["b"]["value"].isna().all()


def test_units_that_do_not_change_are_told_from_no_units(tables):
    nothing = dict.fromkeys(["distance", "distance_low", "distance_high"], np.nan)
    peaks = tables["discrimination_peaks"]
    values = [column for column in peaks if column.startswith(("peak", "excess", "from", "boundary"))]
    study = tables | {"discrimination_curves": tables["discrimination_curves"].assign(**nothing)}
    study |= {"discrimination_peaks": peaks.assign(**dict.fromkeys(values, np.nan))}
    figure, _ = draw(NAME, study)
    assert said(figure).count("no change") == len(CONTINUA)
    assert said(figure).count("undefined") == 2 * len(COMPARE)
