import pandas as pd

from mien import status
from mien.comparison.notes import notes


def _cells(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["network", "seed", "status"]).assign(layer="l")


def test_notes_name_networks_seeds_and_reasons():
    cells = _cells(
        [
            ("face_trained", 0, "ok"),
            ("face_trained", 1, status.joined([status.TRAINING_FAILED, status.NO_UNITS])),
            ("untrained", 2, status.NO_UNITS),
            ("untrained", 0, status.NO_UNITS),
            ("vgg_face", 0, status.MISSING),
        ]
    )
    names = list(cells["network"].unique())
    assert notes(cells, [*names, "absent"], {}) == (
        "missing: vgg face (seed 0); absent. no selective units: face trained (seed 1); untrained (seeds 0, 2). "
        "training failed: face trained (seed 1)"
    )
    assert notes(cells.iloc[:1], ["face_trained"], {}) == ""


def test_notes_on_all_layers_name_those_that_they_are_of():
    rows = [("a", "conv1_1", 0, status.NO_UNITS), ("a", "fc6", 0, "ok"), ("a", "fc6", 1, status.NO_UNITS)]
    rows += [("a", "conv1_1", 1, "ok"), ("b", "conv1_1", 3, status.MISSING), ("b", "fc6", 3, status.MISSING)]
    cells = pd.DataFrame([*rows, ("a", "fc7", 1, status.NO_UNITS)], columns=["network", "layer", "seed", "status"])
    said = "missing: b (seed 3). no selective units: a, conv1_1 (seed 0); a, fc6, fc7 (seed 1)"
    assert notes(cells, ["a", "b"], {}) == said
    assert notes(cells, ["a", "b"], {"a": "fc6", "b": "fc6"}) == "missing: b (seed 3). no selective units: a (seed 1)"


def test_notes_say_of_how_many_units_controls_are_that_match_none():
    cells = _cells([("a", 0, status.NO_UNITS), ("a", 1, status.NO_UNITS), ("a", 2, "ok"), ("b", 0, "ok"),
                    ("c", 0, status.NO_UNITS)])  # fmt: skip
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
