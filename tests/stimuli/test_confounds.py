"""Simple properties of pictures that were made to have them, and tests as statsmodels and scipy do them."""

import numpy as np
import pandas as pd
import pytest
import statsmodels.formula.api as smf
from scipy import stats
from statsmodels.stats.anova import anova_lm

from mien.draws import generator
from mien.expressions import EXPRESSIONS
from mien.stimuli.confounds import CONFOUNDS, confounds, measured, octaves
from mien.stimuli.photographs import cutouts
from mien.stimuli.pictures import encode_png, picture_columns

SIZE = 64
GRID = np.mgrid[:SIZE, :SIZE]
DISC = np.hypot(*(GRID - SIZE / 2)) < 24


def grating(cycles: float, amplitude: float, mean: float = 120) -> np.ndarray:
    return np.rint(mean + amplitude * np.sin(2 * np.pi * cycles * GRID[1] / SIZE)).astype(np.uint8)


def one(picture: np.ndarray) -> dict[str, float]:
    return {name: values[0] for name, values in measured([encode_png(picture)]).items()}


def table_of(pictures: list[np.ndarray], expression, identity, **labels) -> pd.DataFrame:
    labels = {"set": "controlled", "continuum": None, "level": np.nan, **labels}
    return pd.DataFrame(
        {"expression": expression, "identity": identity, **labels, **picture_columns(pictures, "photographs")}
    )


def flat_faces(values) -> list[np.ndarray]:
    """Cut-outs of one grey value each, which is their luminance."""
    return [np.where(DISC, round(value), 0).astype(np.uint8) for value in values]


def test_luminance_contrast_and_area_are_of_the_face_not_of_the_black_around():
    face = np.where(GRID[1] < SIZE / 2, 100, 140)
    found = one(np.where(DISC, face, 0).astype(np.uint8))
    inside = face[DISC]
    assert found["luminance"] == pytest.approx(inside.mean()) and found["contrast"] == pytest.approx(inside.std())
    assert found["area"] == pytest.approx(DISC.mean())
    assert one(face.astype(np.uint8))["area"] == 1


@pytest.mark.parametrize(("cycles", "octave"), [(3, 2), (6, 4), (11, 8), (23, 16)])
@pytest.mark.parametrize("cut", [False, True])
def test_a_grating_is_in_its_octave_with_its_contrast(cycles, octave, cut):
    found = one(np.where(DISC, grating(cycles, 40), 0).astype(np.uint8) if cut else grating(cycles, 40))
    bands = {low: found[f"octave_{low}"] for low in octaves(SIZE)}
    assert list(bands) == [2, 4, 8, 16]
    assert bands.pop(octave) == pytest.approx(40 / np.sqrt(2), rel=0.1 if cycles > 3 else 0.25)
    assert max(bands.values()) < (6 if cycles > 3 else 15)  # three cycles in a disc are not many


def test_octaves_go_as_far_as_the_pixels():
    assert octaves(224) == [2, 4, 8, 16, 32, 64] and octaves(128) == [2, 4, 8, 16, 32]


def test_an_outline_is_no_detail():
    found = one(np.where(DISC, 130, 0).astype(np.uint8))
    assert all(found[f"octave_{low}"] < 1e-9 for low in octaves(SIZE))


def test_brightness_changes_luminance_alone_and_gain_all_contrasts():
    noise = generator("test", "confounds").normal(0, 15, (SIZE, SIZE))
    plain, bright, strong = (one(np.rint(a + b * noise).clip(1, 255).astype(np.uint8)) for a, b in
                             ((100, 1), (140, 1), (100, 2)))  # fmt: skip
    for name in ("contrast", *(f"octave_{low}" for low in octaves(SIZE))):
        assert bright[name] == pytest.approx(plain[name], rel=1e-6) and strong[name] == pytest.approx(
            2 * plain[name], rel=0.02
        )
    assert bright["luminance"] - plain["luminance"] == pytest.approx(40)


def test_a_colour_picture_is_measured_by_its_luma():
    colour = np.zeros((SIZE, SIZE, 3), np.uint8) + np.array([200, 100, 50], np.uint8)
    assert one(colour)["luminance"] == pytest.approx(0.299 * 200 + 0.587 * 100 + 0.114 * 50)


def test_the_table_has_its_columns_and_every_expression_with_mean_and_sd():
    values = generator("test", "table").uniform(60, 180, 24).round()
    frame = confounds(table_of(flat_faces(values), [*EXPRESSIONS] * 4, np.repeat(list("abcd"), 6)))
    assert list(frame.columns) == CONFOUNDS.names
    rows = frame[frame["measure"] == "luminance"]
    assert tuple(rows["expression"]) == EXPRESSIONS and rows["level"].isna().all() and (rows["n"] == 4).all()
    assert rows["mean"].to_numpy() == pytest.approx(values.reshape(4, 6).mean(0))
    assert rows["sd"].to_numpy() == pytest.approx(values.reshape(4, 6).std(0, ddof=1))


def test_the_test_within_identities_is_statsmodels_two_way_anova():
    draw = generator("test", "anova")
    values = (100 + 20 * draw.normal(size=(5, 1)) + [0, 0, 4, 0, 8, 0] + 3 * draw.normal(size=(5, 6))).round()
    expression, identity = [*EXPRESSIONS] * 5, np.repeat(list("abcde"), 6)
    row = confounds(table_of(flat_faces(values.ravel()), expression, identity)).iloc[0]
    data = pd.DataFrame({"y": values.ravel(), "e": expression, "i": identity})
    table = anova_lm(smf.ols("y ~ C(e) + C(i)", data).fit())
    assert row["compared"] == "within" and (row["df_effect"], row["df_error"]) == (5, 20)
    assert row["f"] == pytest.approx(table.loc["C(e)", "F"]) and row["p"] == pytest.approx(table.loc["C(e)", "PR(>F)"])
    squares = table["sum_sq"]
    assert row["eta2_partial"] == pytest.approx(squares["C(e)"] / (squares["C(e)"] + squares["Residual"]))


def test_pictures_of_nobody_are_compared_one_way():
    draw = generator("test", "one way")
    values = [(100 + 5 * k + 6 * draw.normal(size=4 + k)).round() for k in range(6)]
    expression = np.repeat(EXPRESSIONS, [len(part) for part in values])
    row = confounds(
        table_of(flat_faces(np.concatenate(values)), expression, [f"AffectNet/{k}" for k in range(39)])
    ).iloc[0]
    expected = stats.f_oneway(*values)
    assert row["compared"] == "between" and (row["df_effect"], row["df_error"]) == (5, 33)
    assert row["f"] == pytest.approx(expected.statistic) and row["p"] == pytest.approx(expected.pvalue)


def test_identities_that_lack_an_expression_are_in_the_means_and_not_in_the_test():
    values = generator("test", "gaps").uniform(60, 180, 24).round()
    whole = table_of(flat_faces(values), [*EXPRESSIONS] * 4, np.repeat(list("abcd"), 6))
    gap, without = confounds(whole.iloc[:-1]), confounds(whole.iloc[:18])
    assert gap["n"].iloc[0] == 4 and without["n"].iloc[0] == 3
    assert gap["f"].iloc[0] == pytest.approx(without["f"].iloc[0]) and gap["df_error"].iloc[0] == 10


def test_what_never_varies_has_no_test():
    frame = confounds(table_of(flat_faces([77] * 18), [*EXPRESSIONS] * 3, np.repeat(list("abc"), 6)))
    assert frame[["f", "p", "eta2_partial"]].isna().all(axis=None)
    assert (frame["df_error"] == 10).all() and (frame.loc[frame["measure"] == "luminance", "mean"] == 77).all()


def test_half_way_blends_are_softer_and_a_row_a_level_shows_it():
    draw = generator("test", "blends")
    pictures, rows = [], []
    for identity in "abc":
        for continuum in ("happiness-anger", "anger-fear"):
            ends = draw.normal(0, 20, (2, SIZE, SIZE))
            for level in (0, 0.25, 0.5, 0.75, 1):
                mixed = 120 + (1 - level) * ends[0] + level * ends[1]
                pictures.append(cutouts.cut_out(mixed, DISC.astype(np.float32)))
                rows.append((identity, continuum, level))
    identity, continuum, level = zip(*rows, strict=True)
    frame = confounds(table_of(pictures, None, identity, set="morphs", continuum=continuum, level=level))
    top = frame[frame["measure"] == "octave_16"]
    assert top["level"].tolist() == [0, 0.25, 0.5, 0.75, 1] and top["expression"].isna().all()
    assert (top["n"] == 6).all() and (top["df_error"] == 5 * 4).all()
    assert top["mean"].to_numpy() / top["mean"].iloc[0] == pytest.approx(
        np.sqrt([1, 0.625, 0.5, 0.625, 1]), abs=0.04
    )  # independent noises
    assert top["p"].iloc[0] < 1e-6
