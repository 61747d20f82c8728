import json

import pytest

from mien.errors import InputError
from mien.networks import architectures
from mien.networks.input import notes, resolved, write
from mien.networks.zoo.interface import Zoo

PUBLISHED = {"size": 96, "crop": 0.9, "interpolation": "bicubic", "scale": 1 / 255, "mean": [1, 2, 3], "sd": [4, 5, 6]}
ZOOED = {"from": "a_zoo", "name": "one"}


@pytest.fixture
def zoo(monkeypatch):
    """A zoo that publishes how its networks want their pictures."""
    zoo = Zoo(
        known=lambda architecture: architecture.get("from") == "a_zoo",
        check=lambda architecture: None,
        build=lambda architecture, seed: None,
        input=lambda architecture: dict(PUBLISHED),
    )
    monkeypatch.setattr(architectures, "ZOOS", {"a": zoo, **architectures.ZOOS})


def test_what_is_published_is_taken_and_what_is_configured_goes_before_it(zoo, tmp_path):
    assert resolved(ZOOED, {}) == {**PUBLISHED, "channels": "rgb"}
    given = resolved({**ZOOED, "input_size": 64}, {"crop": 1, "mean": [7, 8, 9]})
    assert given == {**PUBLISHED, "channels": "rgb", "size": 64, "crop": 1, "mean": [7, 8, 9]}
    write({**ZOOED, "input_size": 64}, {"crop": 1}, tmp_path / "input.json")
    written = json.loads((tmp_path / "input.json").read_text())
    assert written.pop("from") == {
        "size": "configuration",
        "crop": "configuration",
        "interpolation": "published",
        "scale": "published",
        "mean": "published",
        "sd": "published",
        "channels": "default",
    }
    assert written == {**PUBLISHED, "channels": "rgb", "size": 64, "crop": 1}
    assert notes(ZOOED, {}) == []


def test_each_colour_keeps_its_published_mean_where_the_order_is_reversed(zoo):
    reversed_ = resolved(ZOOED, {"channels": "bgr"})
    assert (reversed_["mean"], reversed_["sd"]) == ([3, 2, 1], [6, 5, 4])
    assert resolved(ZOOED, {"channels": "bgr", "mean": [7, 8, 9]})["mean"] == [7, 8, 9]


def test_without_anything_published_the_size_is_needed_and_defaults_are_told():
    mine = {"from": "networks/mine.py", "name": "mine"}
    with pytest.raises(InputError, match="input.size: missing, and nobody publishes it for networks/mine.py mine"):
        resolved(mine, {})
    sized = {**mine, "input_size": 64}
    assert resolved(sized, {"sd": [2, 2, 2]}) == {
        "size": 64,
        "crop": 1,
        "interpolation": "bilinear",
        "scale": 1,
        "mean": [0, 0, 0],
        "sd": [2, 2, 2],
        "channels": "rgb",
    }
    assert notes(sized, {"sd": [2, 2, 2]}) == []
    (said,) = notes(sized, {"crop": 0.9})
    assert "nobody says how it wants the levels of pictures, so it gets them as they are, 0 to 255" in said
    assert notes({"name": "vgg16", "input_size": 64}, {}) == []  # ours: README says what they are trained with
