import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from mien.decoding.over_seeds import accuracies, over_orders, over_seeds


def _accuracy(rows) -> pd.DataFrame:
    columns = ["network", "layer", "seed", "set", "group", "draw", "classifier", "labels", "n_units", "n", "correct"]
    return pd.DataFrame(rows, columns=columns)


def test_accuracies_average_over_draws_and_name_the_reading():
    table = _accuracy(
        [
            ("a", "l", 0, "controlled", "selective", 0, "six_way", "true", 5, 12, 9),
            ("a", "l", 0, "controlled", "selective", 0, "six_way", "shuffled", 5, 12, 1),
            ("a", "l", 0, "controlled", "selective", 1, "six_way", "shuffled", 5, 12, 5),
            ("a", "l", 0, "controlled", "random", 0, "six_way", "true", 5, 12, 6),
            ("a", "l", 0, "controlled", "random", 1, "six_way", "true", 5, 12, 3),
        ]
    )
    found = accuracies(table).set_index("reading")["accuracy"]
    assert found.to_dict() == {"selective": 0.75, "shuffled": 0.25, "random": 0.375}


def test_accuracies_within_are_of_both_halves_together():
    table = _accuracy(
        [
            ("a", "l", 0, "localizer", "selective", 0, "within", "true", 5, 12, 9),
            ("a", "l", 0, "localizer", "selective", 0, "within", "true", 7, 18, 6),
        ]
    )
    found = accuracies(table)
    assert found[["set", "n", "accuracy"]].to_numpy().tolist() == [["within", 30, 0.5]]


def test_over_seeds_keeps_one_seeds_interval_and_counts_seeds_without_units():
    table = _accuracy(
        [
            ("a", "l", 0, "wild", "selective", 0, "six_way", "true", 5, 50, 20),
            ("a", "l", 1, "wild", "selective", 0, "six_way", "true", 5, 50, 30),
            ("a", "l", 2, "wild", "selective", 0, "six_way", "true", 0, 0, pd.NA),
        ]
    )
    row = over_seeds(accuracies(table)).iloc[0]
    assert (row["accuracy"], row["seeds"], row["seeds_without_units"]) == (0.5, 2, 1)
    assert (row["low"], row["high"]) == pytest.approx(proportion_confint(25, 50, method="wilson"), abs=1e-12)


def test_over_seeds_of_nothing_has_no_interval():
    table = _accuracy([("a", "l", 0, "wild", "selective", 0, "six_way", "true", 0, 0, pd.NA)])
    row = over_seeds(accuracies(table)).iloc[0]
    assert np.isnan([row["accuracy"], row["low"], row["high"]]).all()


def test_accuracies_are_means_over_the_orders_of_units_and_the_most_units_are_the_whole():
    rows = [("selective", 0, 10, 0.5), ("selective", 1, 10, 0.3), ("selective", 0, 14, 0.6), ("random", 0, 900, 0.9)]
    rows += [("nonselective", 0, 0, None)]
    counts = pd.DataFrame(rows, columns=["group", "draw", "n_units", "accuracy"])
    found = over_orders(counts.assign(network="a", layer="l", seed=0, set="wild", n=60))
    assert found[["group", "n_units", "draws", "accuracy", "whole"]].to_numpy().tolist() == [
        ["selective", 10, 2, 0.4, False],
        ["selective", 14, 1, 0.6, True],
        ["random", 900, 1, 0.9, True],
    ]
