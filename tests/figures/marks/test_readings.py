import pandas as pd

from mien import status
from mien.figures.marks.readings import at_layer, pixel_networks, shown, words_of
from mien.figures.style import GREY, PALETTE


def test_at_layer_takes_each_network_at_its_own_and_others_at_all_of_theirs():
    frame = pd.DataFrame({"network": ["a", "a", "b", "pixels"], "layer": ["conv4_3", "conv5_3", "conv5_3", "image"]})
    found = at_layer(frame, ["pixels", "a", "b"], {"a": "conv4_3", "b": "conv5_3"})
    assert found.to_numpy().tolist() == [["pixels", "image"], ["a", "conv4_3"], ["b", "conv5_3"]]
    assert at_layer(frame, ["a"], {"a": "fc6"}).empty
    assert at_layer(frame, ["a"], {})["layer"].tolist() == ["conv4_3", "conv5_3"]
    assert pixel_networks(frame, ["a"]) == ["pixels"]


def test_words_of_networks_name_layers_only_where_they_differ():
    layers = {"face_trained": "conv5_3", "untrained": "conv5_3", "pixels": "image"}
    assert list(words_of(layers, layers).values()) == ["face trained", "untrained", "pixels"]
    several = layers | {"untrained": "fc6"}
    assert list(words_of(several, several).values()) == ["face trained, conv5_3", "untrained, fc6", "pixels"]
    assert list(words_of(["untrained", "pixels"], several).values()) == ["untrained", "pixels"]


def _cells(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["network", "seed", "status"]).assign(layer="l")


def test_a_missing_network_is_told_from_one_without_units_and_pixels_are_grey_unless_compared():
    cells = _cells([("a", 0, status.MISSING), ("b", 0, status.MISSING), ("b", 1, status.NO_UNITS)])
    look = shown(cells, ["a", "b", "c"], {}, ["pixels"])
    nothing = {"c": "missing", "pixels": "missing"}  # of which the table has no row
    assert look.empty == {"a": "missing", "b": "no selective units", **nothing}
    assert look.colour["pixels"] == GREY and shown(cells, ["pixels"], {}, ["pixels"]).colour["pixels"] == PALETTE[0]
