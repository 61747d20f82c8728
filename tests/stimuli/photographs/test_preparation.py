"""From chosen photographs to stimuli: what is rejected, matched, put on black, and drawn instead."""

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mien.draws import generator
from mien.errors import DesignError, InputError
from mien.expressions import EXPRESSIONS
from mien.stimuli.photographs.alignment import on_eyes
from mien.stimuli.photographs.preparation import prepare, stimuli
from mien.stimuli.photographs.rejected import names_of
from mien.stimuli.photographs.schemes import Landmarks
from mien.stimuli.pictures import decode_png
from tests.helpers.made_up import face

HOW = {
    "grey": "bt601",
    "align": "eyes",
    "eyes": {"distance": 0.28, "height": 0.4},
    "cut_out": "outline",
    "edge": 0,
    "match": "none",
}
DESIGN = {"identities": None, "incomplete": "stop", "per_expression": None}
NOBODY = pd.DataFrame(columns=["identity", "expression", "database", "file", "reason", "detail"])


def shown(folder, identities=5) -> pd.DataFrame:
    """Noise of 200 x 200 pixels, darker with every picture, as table `photographs`."""
    rows = []
    for place, (who, expression) in enumerate((who, each) for who in range(identities) for each in EXPRESSIONS):
        path = folder / f"{who}_{expression}.png"
        values = generator("noise", who, expression).integers(60, 200, (200, 200)) - place
        Image.fromarray(values.astype(np.uint8)).save(path)
        rows.append((f"X/{who}", expression, "X", path.name, str(path), None))
    return pd.DataFrame(rows, columns=["identity", "expression", "database", "file", "path", "sha256"])


def landmarks(pictures: pd.DataFrame, apart=40.0) -> dict[str, Landmarks]:
    return {name: face((99.5, 80 + place % 3), apart) for place, name in enumerate(names_of(pictures))}


def prepared(pictures, faces, design=DESIGN, without=NOBODY, **how):
    return prepare("controlled", pictures, faces, without, design, {**HOW, **how}, 64, seed=1)


def test_every_picture_is_in_the_set_in_its_order(tmp_path):
    pictures = shown(tmp_path)
    made = prepared(pictures, landmarks(pictures))
    assert made.rejected.empty and made.pictures.equals(pictures)
    table = stimuli("controlled", made, 0)
    assert table["stimulus"].tolist()[:2] == ["controlled/X/0/anger", "controlled/X/0/disgust"]
    images = decode_png(table["image"])
    assert images.shape == (30, 64, 64) and (images[:, 0, 0] == 0).all() and (images[:, 30, 32] > 0).all()


def test_a_whole_picture_and_one_transform_a_person(tmp_path):
    pictures = shown(tmp_path, 4)
    faces = landmarks(pictures)
    assert all((each.outline is None) for each in prepared(pictures, faces, cut_out="none").aligned)
    each = prepared(pictures, faces, align="person").aligned
    mean = on_eyes(list(faces.values())[:6], 64, 0.28, 0.4)
    heights = [one.landmarks.points[36:42, 1].mean() for one in each[:3]]
    assert np.allclose(np.diff(heights), mean.scale)  # the person moved by a pixel from one to the next
    own = prepared(pictures, faces).aligned
    assert np.allclose([one.landmarks.points[36:42, 1].mean() for one in own], 0.4 * 64 - 0.5)


@pytest.mark.parametrize("match", ["mean_sd", "histogram"])
def test_luminance_is_matched_over_the_pictures_that_are_in_the_set(tmp_path, match):
    pictures = shown(tmp_path)
    table = stimuli("controlled", prepared(pictures, landmarks(pictures), match=match), 0)
    means = [picture[picture > 0].mean() for picture in decode_png(table["image"])]
    assert np.ptp(means) < 1
    unmatched = stimuli("controlled", prepared(pictures, landmarks(pictures)), 0)
    assert np.ptp([picture[picture > 0].mean() for picture in decode_png(unmatched["image"])]) > 10


def spoilt(tmp_path):
    """Three identities that cannot be used: an empty file, no landmarks, a face at the edge."""
    pictures = shown(tmp_path)
    faces = landmarks(pictures)
    (tmp_path / "0_fear.png").write_bytes(b"")
    del faces["X/1_anger.png"]
    without = pictures[pictures["file"] == "1_anger.png"].assign(reason="no landmarks", detail="none is given")
    faces["X/2_sadness.png"] = face((99.5, 35), 40)
    return pictures, faces, without[NOBODY.columns]


def test_a_set_stops_with_all_pictures_that_cannot_be_used(tmp_path):
    pictures, faces, without = spoilt(tmp_path)
    with pytest.raises(DesignError) as error:
        prepared(pictures, faces, without=without)
    said = str(error.value)
    assert "set controlled: 3 of 30 pictures cannot be used" in said and "incomplete: drop" in said
    assert "0_fear.png (X/0, fear): empty file" in said and "(X/1, anger): no landmarks: none is given" in said
    assert "2_sadness.png (X/2, sadness): cut off" in said


def test_identities_that_cannot_be_used_are_dropped_and_others_take_their_place(tmp_path):
    pictures, faces, without = spoilt(tmp_path)
    drop = DESIGN | {"incomplete": "drop", "identities": 2}
    made = prepared(pictures, faces, drop, without)
    assert made.pictures["identity"].unique().tolist() == ["X/3", "X/4"]
    assert made.rejected["reason"].value_counts().to_dict() == {
        "incomplete identity": 15, "empty file": 1, "no landmarks": 1, "cut off": 1,
    }  # fmt: skip
    one = prepared(pictures, faces, drop | {"identities": 1}, without)
    assert one.rejected["reason"].value_counts()["not drawn"] == 6 and one.pictures["identity"].nunique() == 1
    with pytest.raises(DesignError, match="asks for 3 identities, and 2 can be used"):
        prepared(pictures, faces, drop | {"identities": 3}, without)


def test_a_localizer_needs_four_identities_that_can_be_used(tmp_path):
    pictures, faces, without = spoilt(tmp_path)
    with pytest.raises(DesignError, match="set localizer: has 5 identities, and 2 can be used"):
        prepare("localizer", pictures, faces, without, DESIGN | {"incomplete": "drop"}, HOW, 64, 1)


def test_of_nobody_each_expression_has_its_number(tmp_path):
    pictures = shown(tmp_path)
    pictures["identity"] += "/" + pictures["expression"]
    (tmp_path / "0_fear.png").write_bytes(b"")
    design = {"identities": None, "incomplete": "drop", "per_expression": 4}
    made = prepared(pictures, landmarks(pictures), design)
    assert made.pictures["expression"].value_counts().to_dict() == dict.fromkeys(EXPRESSIONS, 4)
    assert made.rejected["reason"].value_counts().to_dict() == {"not drawn": 5, "empty file": 1}
    with pytest.raises(DesignError, match="asks for 5 fear pictures, and 4 can be used"):
        prepared(pictures, landmarks(pictures), design | {"per_expression": 5})


def test_landmarks_of_a_set_have_one_scheme(tmp_path):
    pictures = shown(tmp_path)
    faces = landmarks(pictures)
    faces["X/4_fear.png"] = Landmarks("webmorph189", np.zeros((189, 2)))
    with pytest.raises(InputError, match=r"ibug68 \(X/0_anger.png\) and webmorph189 \(X/4_fear.png\)"):
        prepared(pictures, faces)


def test_a_picture_without_its_row_of_landmarks_and_a_face_that_is_too_small_are_rejected(tmp_path):
    pictures = shown(tmp_path, 4)
    faces = landmarks(pictures)
    names = list(faces)
    del faces[names[0]]
    faces[names[7]] = face((99.5, 80), 15.0)
    made = prepared(pictures, faces, {**DESIGN, "incomplete": "drop"})
    reasons = made.rejected.set_index("file")["reason"]
    assert reasons["0_anger.png"] == "no landmarks" and reasons["1_disgust.png"] == "too small"


def test_one_transform_a_person_needs_pictures_of_one_size(tmp_path):
    pictures = shown(tmp_path, 4)
    Image.open(pictures["path"][0]).resize((300, 300)).save(pictures["path"][0])
    with pytest.raises(InputError, match=r"0_anger.png \(300 x 300\).*Take `align: eyes`"):
        prepared(pictures, landmarks(pictures), align="person")
