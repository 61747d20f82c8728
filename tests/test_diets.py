"""Diets: balanced, never repeated, and nobody in them is ever tested on."""

import pytest

from mien import diets, faces, stimuli
from mien.errors import InputError

VIEW = {"yaw": 5, "intensity_low": 0.5, "intensity_high": 1, "jitter": 0.1}


def test_diets_show_as_many_pictures_of_every_class_in_either_split():
    for source in ("parametric", "objects"):
        frame = diets.diet("d", source, 3, 4, 2, VIEW, 32, seed=1)
        assert frame.groupby(["label", "split"]).size().tolist() == [2, 4] * 3
        assert frame["sha256"].is_unique


def test_more_classes_of_objects_than_categories_are_refused():
    with pytest.raises(InputError, match="999 classes of objects; there are 54 categories"):
        diets.diet("d", "objects", 999, 1, 1, VIEW, 32, seed=1)


def test_nobody_of_a_diet_is_in_a_stimulus_set(monkeypatch):
    draw_identities, drawn = faces.draw_identities, {}
    for name in ("faces", "localizer", "controlled", "wild"):
        keys = drawn[name] = []
        monkeypatch.setattr(
            faces, "draw_identities", lambda people, keys=keys: keys.extend(people) or draw_identities(people)
        )
        if name == "faces":
            diets.diet(name, "parametric", 3, 2, 1, {}, 32, seed=1)
        else:
            stimuli.expression_set(name, 3, VIEW, 32, seed=1)
    people = [tuple(vars(draw_identities([key]))["jaw"]) for keys in drawn.values() for key in dict.fromkeys(keys)]
    assert len(people) == len(set(people)) == 12
