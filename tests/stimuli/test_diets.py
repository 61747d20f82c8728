"""Diets: balanced, never repeated, and nobody in them is ever tested on."""

import warnings

import numpy as np
import pandas as pd
import pytest

from mien.errors import InputError
from mien.expressions import EXPRESSIONS
from mien.provenance import load
from mien.stimuli import diets
from mien.stimuli.faces import diets as face_diets
from mien.stimuli.faces import parametric as faces
from mien.stimuli.faces import sets as face_sets
from mien.stimuli.objects import render
from mien.stimuli.sources import SOURCES
from mien.tables import parquet

VIEW = {"yaw": 5, "intensity_low": 0.5, "intensity_high": 1, "jitter": 0.1}


def design(source, classes=3, images=4, heldout=2, **more):
    return {"source": source, "classes": classes, "images": images, "heldout": heldout, **more}


def made(source, **more):
    return load(SOURCES[source].diets).diet("d", design(source, **more), EXPRESSIONS, VIEW, 32, seed=1)


@pytest.mark.parametrize("source", ["parametric", "objects", "mixed"])
def test_diets_show_as_many_pictures_of_every_class_in_either_split(source, tmp_path):
    frame = made(source)
    assert frame.groupby(["label", "split"]).size().tolist() == [2, 4] * 3
    assert frame["sha256"].is_unique and frame["stimulus"].is_unique
    assert frame["expression"].isna().all()
    parquet.write(diets.DIET, frame, tmp_path / "d.parquet", {})
    assert len(parquet.read(tmp_path / "d.parquet")) == 18


def test_the_first_half_of_a_mixed_diets_classes_are_people_and_of_an_odd_number_one_more():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        even, odd = (made("mixed", classes=n, images=1, heldout=1) for n in (4, 5))
    assert even["label"].unique().tolist() == ["000", "001", render.CATEGORIES[0], render.CATEGORIES[27]]
    assert even["source"].tolist() == ["parametric"] * 4 + ["objects"] * 4
    assert odd["source"].tolist() == ["parametric"] * 6 + ["objects"] * 4


def test_a_mixed_diets_people_are_those_of_a_diet_of_faces():
    alone, mixed = made("parametric", classes=2), made("mixed", classes=4)
    pd.testing.assert_frame_equal(mixed[:12], alone)


def test_more_classes_of_objects_than_categories_are_refused():
    with pytest.raises(InputError, match="999 classes of objects; there are 54 categories"):
        made("objects", classes=999)
    with pytest.raises(InputError, match="60 classes of objects; there are 54 categories"):
        made("mixed", classes=120)


def test_a_diet_of_expressions_shows_all_six_alike_in_either_split_and_says_which():
    frame = made("parametric", classes=6, images=5, heldout=1, shows="expressions")
    assert frame.groupby(["split", "expression"]).size().tolist() == [1] * 6 + [5] * 6
    assert set(frame["expression"]) == set(EXPRESSIONS)
    assert all(set(own) == set(EXPRESSIONS) for _, own in frame.groupby("label")["expression"])
    assert frame["sha256"].is_unique


def test_a_diet_shows_the_studys_expressions():
    drawn = load(SOURCES["parametric"].diets).diet
    frame = drawn("d", design("parametric", shows="expressions"), ["fear", "neutral", "anger"], VIEW, 32, seed=1)
    assert set(frame["expression"]) == {"fear", "neutral", "anger"}


def test_what_people_show_in_a_diet_of_expressions_is_what_stimulus_sets_call_so(monkeypatch):
    shown = []
    monkeypatch.setattr(
        faces, "render", lambda people, actions, views, size: shown.append(actions) or np.zeros((18, 16, 16), np.uint8)
    )
    frame = made("parametric", shows="expressions")
    nearest = faces.likeness(shown[0]).argmax(1)
    assert [EXPRESSIONS[place] for place in nearest] == frame["expression"].tolist()
    assert len(np.unique(shown[0], axis=0)) == 18  # each picture has an intensity of its own
    made("parametric")
    assert faces.likeness(shown[1]).max() <= 0.75


def test_objects_of_a_mixed_diet_show_no_expression():
    frame = made("mixed", classes=2, shows="expressions")
    assert frame.groupby("source")["expression"].count().to_dict() == {"objects": 0, "parametric": 6}


def test_nobody_of_a_diet_is_in_a_stimulus_set(monkeypatch):
    draw_identities, drawn = faces.draw_identities, {}
    for name in ("faces", "localizer", "controlled", "wild"):
        keys = drawn[name] = []
        monkeypatch.setattr(
            faces, "draw_identities", lambda people, keys=keys: keys.extend(people) or draw_identities(people)
        )
        if name == "faces":
            face_diets.diet(name, design("parametric", images=2, heldout=1), EXPRESSIONS, {}, 32, seed=1)
        else:
            face_sets.stimulus_set(name, {"identities": 3}, EXPRESSIONS, VIEW, 32, seed=1)
    people = [tuple(vars(draw_identities([key]))["jaw"]) for keys in drawn.values() for key in dict.fromkeys(keys)]
    assert len(people) == len(set(people)) == 12
