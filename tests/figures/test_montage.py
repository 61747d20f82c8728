"""Contact sheets of planted sets, and of pictures that were rejected."""

from io import BytesIO

import numpy as np
import pandas as pd
import pytest
from matplotlib.image import AxesImage
from PIL import Image

from mien.expressions import EXPRESSIONS
from mien.figures import montage, rejected
from mien.stimuli.diets import DIET
from mien.stimuli.pictures import encode_png
from tests.helpers.drawing import assert_words_apart, said
from tests.helpers.planted.pictures import pictures_of
from tests.helpers.planted.responses import UNITS
from tests.helpers.planted.truth import product
from tests.helpers.tables import table_of


def diet():
    """Forty classes of twelve pictures."""
    rows = product(label=[f"category{label:02d}" for label in range(40)], number=range(12))
    images = pictures_of(UNITS, "morphs")["image"][: len(rows)]
    rows = rows.assign(
        diet="objects", split="train", image=images, stimulus=rows["label"] + "_" + rows["number"].astype(str)
    )
    return table_of(DIET, rows)


def sheet(pictures, name):
    return montage.draw({"pictures": pictures}, {"pictures": name, "expressions": EXPRESSIONS})


@pytest.mark.parametrize("name", ["controlled", "morphs", "diet"])
def test_words_are_apart(name):
    assert_words_apart(sheet(diet() if name == "diet" else pictures_of(UNITS, name), name)[0])


def test_pictures_that_are_identities_of_their_own_are_some_of_each_expression():
    stimuli = pictures_of(UNITS, "controlled")
    stimuli["identity"] = [f"a/{place}.jpg" for place in range(len(stimuli))]
    figure, panels = sheet(stimuli, "wild")
    placed = panels["a"]
    shown = stimuli.set_index("stimulus").loc[placed["stimulus"], "expression"]
    assert shown.tolist() == placed["column"].tolist() and set(shown) == set(EXPRESSIONS)
    assert placed["row"].iloc[0] == "picture 1" and placed["row"].value_counts().eq(6).all()
    assert "wild: 8 of 60 pictures of an expression × 6 expressions, 360 pictures" in said(figure)


def test_each_picture_stands_under_its_name():
    stimuli = pictures_of(UNITS, "controlled")
    figure, panels = sheet(stimuli, "controlled")
    placed = panels["a"]
    assert placed["column"].unique().tolist() == list(EXPRESSIONS) and len(placed) == 8 * 6
    assert (placed["stimulus"] == placed["row"] + "_" + placed["column"]).all()
    assert any("8 of 60 identities" in text for text in said(figure))
    for axes, name in zip(figure.axes, placed["stimulus"], strict=True):
        png = stimuli.loc[stimuli["stimulus"] == name, "image"].item()
        assert (axes.images[0].get_array()[:, :, 0] == np.asarray(Image.open(BytesIO(png)))).all()


def rejections(counts: dict[str, int], folder) -> dict[str, pd.DataFrame]:
    """Tables of pictures that were rejected, with their files, of several shapes, and one that was only not needed."""
    rows = [(f"folder/{reason} {k}.png", reason) for reason, n in counts.items() for k in range(n)]
    frame = pd.DataFrame(rows, columns=["file", "reason"]).assign(database="own", detail="why")
    frame["path"] = [str(folder / f"{place}.png") for place in range(len(rows))]
    for place, (path, reason) in enumerate(zip(frame["path"], frame["reason"], strict=True)):
        shape = ((120, 160), (160, 120), (128, 128))[place % 3]
        (folder / path).write_bytes(b"" if reason == "empty file" else encode_png(np.full(shape, 90, np.uint8)))
    needless = pd.DataFrame([{"database": "own", "file": "x.png", "reason": "incomplete identity", "detail": None}])
    return {"rejected": pd.concat([frame.drop(columns="path"), needless]), "photographs": frame.drop(columns="reason")}


def test_rejected_pictures_are_shown_by_reason_with_their_names(tmp_path):
    counts = {"two faces": 23, "empty file": 2, "landmarks outside the picture": 1}
    figure, panels = rejected.draw(rejections(counts, tmp_path), {"pictures": "localizer"})
    assert_words_apart(figure)
    every = said(figure)
    assert "localizer: 26 pictures rejected" in every and "two faces: 7 of 23 shown" in every
    assert "landmarks outside the picture: 1 shown" in every and every.count("no picture") == 2
    assert "empty file 0.png" in every and len(figure.findobj(AxesImage)) == 7 + 1
    assert panels["a"]["reason"].value_counts().to_dict() == {"two faces": 7} | {r: counts[r] for r in list(counts)[1:]}


@pytest.mark.parametrize("n", [0, 16])
def test_no_rejected_picture_and_many_reasons_fit_a_page(n, tmp_path):
    tables = rejections({f"reason number {k}": 9 for k in range(n)}, tmp_path)
    figure, panels = rejected.draw(tables, {"pictures": "wild"})
    assert_words_apart(figure)
    assert len(panels["a"]) == 7 * n and set(panels["a"]) == {"reason", "column", "file"}
