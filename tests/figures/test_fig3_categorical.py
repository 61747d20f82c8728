"""Figure 3 on planted tables."""

import numpy as np
import pytest

from mien import status
from mien.expressions import CONTINUA
from tests.helpers.drawing import draw, said
from tests.helpers.planted.tables import study

NAME = "fig3_categorical"


def test_every_continuum_and_seed_is_drawn(drawn):
    figure, panels = drawn(NAME)
    assert panels["b"].groupby(["continuum", "seed"]).ngroups == len(CONTINUA) * 2
    assert panels["a"]["level"].tolist() == pytest.approx([0.05, 0.2, 0.4, 0.6, 0.8, 0.95])
    assert "95 % 5 %" in said(figure) and "100 % 0 %" not in said(figure)


def test_a_curve_without_a_fit_is_told_from_a_cell_without_units(tables):
    fits = tables["fits"].assign(p0=np.nan, p1=np.nan, p2=np.nan, p3=np.nan, r2=np.nan)
    means = tables["r2_means"].assign(mean=np.nan, sem=np.nan, n=0)
    every = said(draw(NAME, tables | {"fits": fits, "r2_means": means})[0])
    assert every.count("no fit: seeds 0, 1") == len(CONTINUA)
    assert "no curve could be fitted" in every and status.words(status.NO_UNITS) not in every


def test_means_and_errors_are_those_of_the_tables(tables, drawn):
    figure, panels = drawn(NAME)
    here = "network == 'face_trained' and layer == 'conv5_3' and group == 'selective'"
    fits = tables["fits"].query(here)
    assert panels["e"]["cv_error"].tolist() == fits["cv_error"].tolist()
    axes = next(axes for axes in figure.axes if axes.get_ylabel().startswith("mean squared"))
    of_first = fits[(fits["fit"] == "hill") & (fits["continuum"] == CONTINUA[0])]["cv_error"].mean()
    circles = next(line for line in axes.lines if line.get_marker() == "o")
    assert circles.get_ydata()[0] == pytest.approx(of_first)
    means = panels["d"].drop_duplicates(["seed", "fit"])["mean"]
    assert sorted(means) == pytest.approx(sorted(tables["r2_means"].query(here)["mean"]))


def test_a_seed_has_the_same_marker_in_the_legend_as_in_the_curves():
    figure, _ = draw(NAME, study(empty=frozenset({("face_trained", 0)}), controls=80))
    handles = [handle for part in figure.subfigs for legend in part.legends for handle in legend.legend_handles]
    named = {handle.get_label(): handle for handle in handles}
    assert [label for label in named if label.startswith("seed")] == ["seed 1"]
    expected = named["seed 1"].get_paths()[0].vertices.tolist()
    curves = [axes for axes in figure.axes if "→" in axes.get_title()]
    assert len(curves) == len(CONTINUA)
    for axes in curves:
        assert axes.collections[0].get_paths()[0].vertices.tolist() == expected
