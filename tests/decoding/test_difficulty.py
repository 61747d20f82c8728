import numpy as np
import pandas as pd
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC

from mien.decoding import difficulty as module
from mien.decoding.difficulty import difficulty
from mien.draws import generator
from mien.expressions import EXPRESSIONS
from mien.status import NOT_CONVERGED
from mien.stimuli.pictures import decode_png, encode_png, picture_columns

SETTINGS = {"C": 1, "multiclass": "one_vs_one", "max_iter": 10_000}


def pictures(name: str, identities: int, contrast: float, size: int = 70) -> pd.DataFrame:
    """Noise, with a brighter stripe in the place of the expression."""
    expression = [*EXPRESSIONS] * identities
    images = generator("test", "difficulty", name).integers(0, 100, (len(expression), size, size))
    for image, shown in zip(images, expression, strict=True):
        image[10 * EXPRESSIONS.index(shown) :][:10] += round(contrast)
    return pd.DataFrame({"expression": expression, **picture_columns(images.astype(np.uint8), "test")})


def test_plain_pictures_are_easy_and_noise_is_hopeless():
    table = difficulty(
        pictures("localizer", 10, 50), {"plain": pictures("plain", 5, 50), "noise": pictures("noise", 20, 0)}, SETTINGS
    )
    assert table["set"].tolist() == ["plain", "noise"] and table["n"].tolist() == [30, 120]
    assert table["n_pixels"].tolist() == [64 * 64] * 2  # reduced from 70
    assert table["accuracy"][0] == 1 and abs(table["accuracy"][1] - 1 / 6) < 0.14  # 4 binomial sd
    assert (table["correct"] == table["accuracy"] * table["n"]).all() and (table["status"] == "ok").all()


def test_the_classifier_is_that_of_all_pixels_of_the_localizer_with_the_studys_penalty():
    localizer, wild = pictures("localizer", 6, 12, 20), pictures("wild", 12, 12, 20)
    found = {}
    for penalty in (1e-5, 1):
        table = difficulty(localizer, {"wild": wild}, SETTINGS | {"C": penalty})
        x, y = (decode_png(table_["image"]).reshape(len(table_), -1).astype(float) for table_ in (localizer, wild))
        svc = make_pipeline(StandardScaler(), SVC(kernel="linear", C=penalty)).fit(x, localizer["expression"])
        found[penalty] = svc.predict(y)
        assert table["correct"].tolist() == [(found[penalty] == wild["expression"]).sum()]
    assert (found[1] != found[1e-5]).any()


def test_large_pictures_are_reduced_by_means_of_their_pixels():
    board = np.indices((128, 128)).sum(axis=0) % 2 * 200
    pictures_ = pd.DataFrame({"image": [encode_png(board.astype(np.uint8))]})
    assert (module._pixels(pictures_, "L") == 100).all()


def test_a_colour_set_after_a_grey_localizer_is_read_in_grey_and_the_other_way_round():
    grey = [pictures(name, n, 50) for name, n in (("localizer", 6), ("plain", 3))]
    colour = [
        table.assign(image=[encode_png(np.stack([decode_png([image])[0]] * 3, axis=-1)) for image in table["image"]])
        for table in grey
    ]
    for localizer, tested, n in ((grey[0], colour[1], 64 * 64), (colour[0], grey[1], 3 * 64 * 64)):
        table = difficulty(localizer, {"plain": tested}, SETTINGS)
        assert table["n_pixels"].tolist() == [n] and table["accuracy"].tolist() == [1]


def test_small_pictures_are_read_as_they_are():
    table = difficulty(pictures("localizer", 4, 50, 60), {"plain": pictures("plain", 2, 50, 60)}, SETTINGS)
    assert table["n_pixels"].tolist() == [3600]


def test_a_classifier_of_pixels_that_did_not_converge_says_so():
    table = difficulty(pictures("localizer", 4, 50), {"plain": pictures("plain", 2, 50)}, SETTINGS | {"max_iter": 1})
    assert table["status"].tolist() == [NOT_CONVERGED]
