import numpy as np
import pandas as pd
import pytest
from statsmodels.stats.proportion import proportion_confint

from mien.figures.marks.readings import accuracies, at_layer, emptiness, notes, over_seeds, pixel_networks, words_of


def _accuracy(rows) -> pd.DataFrame:
    columns = ["network", "layer", "seed", "set", "group", "draw", "classifier", "labels", "n_units", "n", "correct"]
    return pd.DataFrame(rows, columns=columns)


def test_at_layer_takes_each_network_at_its_own_and_others_at_all_of_theirs():
    frame = pd.DataFrame({"network": ["a", "a", "b", "pixels"], "layer": ["conv4_3", "conv5_3", "conv5_3", "image"]})
    found = at_layer(frame, ["pixels", "a", "b"], {"a": "conv4_3", "b": "conv5_3"})
    assert found.to_numpy().tolist() == [["pixels", "image"], ["a", "conv4_3"], ["b", "conv5_3"]]
    assert at_layer(frame, ["a"], {"a": "fc6"}).empty
    assert at_layer(frame, ["a"], {})["layer"].tolist() == ["conv4_3", "conv5_3"]
    assert pixel_networks(frame, ["a"]) == ["pixels"]


def test_words_of_networks_name_layers_only_where_they_differ():
    layers = {"face_reared": "conv5_3", "untrained": "conv5_3", "pixels": "image"}
    assert list(words_of(layers, layers).values()) == ["face reared", "untrained", "pixels"]
    several = layers | {"untrained": "fc6"}
    assert list(words_of(several, several).values()) == ["face reared, conv5_3", "untrained, fc6", "pixels"]
    assert list(words_of(["untrained", "pixels"], several).values()) == ["untrained", "pixels"]


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


def _cells(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["network", "seed", "status"]).assign(layer="l")


def test_notes_name_networks_seeds_and_reasons():
    cells = _cells(
        [
            ("face_reared", 0, "ok"),
            ("face_reared", 1, "training_failed;no_selective_units"),
            ("untrained", 2, "no_selective_units"),
            ("untrained", 0, "no_selective_units"),
            ("vgg_face", 0, "missing"),
        ]
    )
    names = list(cells["network"].unique())
    assert notes(cells, [*names, "absent"], {}) == (
        "missing: vgg face (seed 0); absent. no selective units: face reared (seed 1); untrained (seeds 0, 2). "
        "training failed: face reared (seed 1)"
    )
    assert notes(cells.iloc[:1], ["face_reared"], {}) == ""


def test_notes_on_all_layers_name_those_that_they_are_of():
    rows = [("a", "conv1_1", 0, "no_selective_units"), ("a", "fc6", 0, "ok"), ("a", "fc6", 1, "no_selective_units")]
    rows += [("a", "conv1_1", 1, "ok"), ("b", "conv1_1", 3, "missing"), ("b", "fc6", 3, "missing")]
    cells = pd.DataFrame([*rows, ("a", "fc7", 1, "no_selective_units")], columns=["network", "layer", "seed", "status"])
    said = "missing: b (seed 3). no selective units: a, conv1_1 (seed 0); a, fc6, fc7 (seed 1)"
    assert notes(cells, ["a", "b"], {}) == said
    assert notes(cells, ["a", "b"], {"a": "fc6", "b": "fc6"}) == "missing: b (seed 3). no selective units: a (seed 1)"


def test_notes_say_of_how_many_units_controls_are_that_match_none():
    cells = _cells([("a", 0, "no_selective_units"), ("a", 1, "no_selective_units"), ("a", 2, "ok"), ("b", 0, "ok"),
                    ("c", 0, "no_selective_units")])  # fmt: skip
    read = [("a", 0, "selective", 0), ("a", 0, "random", 1000), ("a", 1, "selective", 0), ("a", 1, "random", 0),
            ("a", 2, "selective", 9), ("a", 2, "random", 9), ("a", 2, "nonselective", 9),
            ("b", 0, "selective", 9), ("b", 0, "random", 9), ("b", 0, "nonselective", 7),
            ("c", 0, "selective", 0)]  # fmt: skip
    read = pd.DataFrame(read, columns=["network", "seed", "group", "n_units"]).assign(layer="l", classifier="six_way")
    halves = read[read["group"] == "selective"].assign(classifier="within", n_units=8)
    assert notes(cells, ["a", "b", "c"], {}, pd.concat([read, halves])) == (
        "fewer non-selective units than selective ones: b (seed 0). no selective units: a (seed 1); c (seed 0). "
        "no selective units, controls of 1,000 units: a (seed 0)"
    )


def test_emptiness_tells_a_missing_network_from_one_without_units():
    cells = _cells([("a", 0, "missing"), ("b", 0, "missing"), ("b", 1, "no_selective_units")])
    assert emptiness(cells, ["a", "b", "c"], {}) == {"a": "missing", "b": "no selective units", "c": "missing"}
