"""What a user's own list of pictures must be, and what it becomes."""

import errno
import io
import os

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mien.draws import generator
from mien.errors import DesignError, InputError
from mien.expressions import EXPRESSIONS
from mien.stimuli.own_pictures import read_pictures
from mien.stimuli.pictures import decode_png, encode_png
from mien.stimuli.schema import STIMULI
from mien.tables import parquet


def picture(*key: object, shape: tuple[int, ...] = (20, 20)) -> np.ndarray:
    return generator("test pictures", *key).integers(0, 256, shape, dtype=np.uint8)


@pytest.fixture
def table(tmp_path):
    """Four identities, six expressions each, and the CSV that lists them."""
    rows = [
        {"file": f"{identity}/{expression}.png", "identity": identity, "expression": expression}
        for identity in ("ann", "NA", "bob", "eve")
        for expression in EXPRESSIONS
    ]
    for row in rows:
        (tmp_path / row["identity"]).mkdir(exist_ok=True)
        (tmp_path / row["file"]).write_bytes(encode_png(picture(row["file"])))
    pd.DataFrame(rows).to_csv(tmp_path / "faces.csv", index=False)
    return tmp_path / "faces.csv"


def change(table, line: int, **values: object) -> None:
    rows = pd.read_csv(table, dtype=object, keep_default_na=False)
    for column, value in values.items():
        rows.loc[line - 2, column] = value
    rows.to_csv(table, index=False)


def test_pictures_come_in_the_order_of_the_table_with_their_labels(table):
    frame = read_pictures(table, "localizer", EXPRESSIONS, 20)
    assert list(frame.columns) == STIMULI.names
    assert list(frame["stimulus"][:2]) == ["localizer/ann/anger", "localizer/ann/disgust"]
    assert list(frame["identity"]) == [name for name in ("ann", "NA", "bob", "eve") for _ in EXPRESSIONS]
    assert list(frame["expression"]) == [*EXPRESSIONS] * 4
    assert frame["continuum"].isna().all() and frame["level"].isna().all()
    np.testing.assert_array_equal(decode_png(frame["image"])[7], picture("NA/disgust.png"))


def test_pictures_are_resized_to_the_study_with_antialiasing(table):
    checked = np.kron(np.ones((16, 16), np.uint8), np.array([[0, 255], [255, 0]], np.uint8))
    (table.parent / "ann/anger.png").write_bytes(encode_png(checked))
    small = decode_png(read_pictures(table, "localizer", EXPRESSIONS, 16)["image"])
    assert small.shape == (24, 16, 16)
    assert abs(small[0].astype(int) - 127).max() <= 4


def test_morphs_have_a_continuum_and_a_level(tmp_path):
    levels = (0.25, 0.5)
    for level in levels:
        (tmp_path / f"{level}.png").write_bytes(encode_png(picture(level, shape=(16, 16, 3))))
    (tmp_path / "morphs.csv").write_text(
        "file,identity,continuum,level\n" + "".join(f"{x}.png,ann,happiness-anger,{x}\n" for x in levels)
    )
    frame = read_pictures(tmp_path / "morphs.csv", "morphs", EXPRESSIONS, 16)
    assert list(frame["level"]) == [0.25, 0.5]
    assert list(frame["continuum"]) == ["happiness-anger"] * 2
    assert frame["expression"].isna().all()


def test_columns_that_a_set_has_no_use_for_are_ignored(table, tmp_path):
    expected = read_pictures(table, "localizer", EXPRESSIONS, 20)
    rows = pd.read_csv(table, keep_default_na=False)
    more = {"level": "strong", "continuum": "", "photographer": "bob"}
    rows.assign(**more).to_csv(table, index=False)
    frame = read_pictures(table, "localizer", EXPRESSIONS, 20)
    pd.testing.assert_frame_equal(frame, expected)
    parquet.write(STIMULI, frame, tmp_path / "localizer.parquet", {})
    assert parquet.read(tmp_path / "localizer.parquet")["level"].isna().all()

    (tmp_path / "morphs.csv").write_text(
        "file,identity,continuum,level,expression\n"
        "ann/fear.png,ann,happiness-anger,.5,anger\nann/anger.png,ann,happiness-anger,.6,\n"
    )
    morphs = read_pictures(tmp_path / "morphs.csv", "morphs", EXPRESSIONS, 20)
    assert morphs["expression"].isna().all() and morphs["level"].tolist() == [0.5, 0.6]
    parquet.write(STIMULI, morphs, tmp_path / "morphs.parquet", {})


def test_rows_may_end_in_commas_and_blank_lines_count_as_lines(table):
    expected = read_pictures(table, "localizer", EXPRESSIONS, 20)
    header, *rows = table.read_text().splitlines()
    table.write_text("\n".join([header, "", *(f"{row},," for row in rows[:5]), "", ",,", *rows[5:]]))
    pd.testing.assert_frame_equal(read_pictures(table, "localizer", EXPRESSIONS, 20), expected)
    for line in (3, 10, 15):
        lines = table.read_text().splitlines()
        lines[line - 1] = f"none.png,{lines[line - 1].partition(',')[2]}"
        (table.parent / "other.csv").write_text("\n".join(lines))
        with pytest.raises(InputError, match=f"other.csv, line {line}: .*none.png does not exist"):
            read_pictures(table.parent / "other.csv", "localizer", EXPRESSIONS, 20)


def test_lines_of_a_picture_listed_twice_are_those_of_the_file(table):
    header, *rows = table.read_text().splitlines()
    other = rows[-1].replace("eve/surprise.png", "ann/anger.png")
    table.write_text("\n".join([header, "", *rows[:-1], "", other]))
    with pytest.raises(InputError, match="lines 3, 27: the same picture twice"):
        read_pictures(table, "localizer", EXPRESSIONS, 20)


def test_files_that_differ_in_their_ending_only_would_have_one_name(table):
    Image.fromarray(picture("another")).save(table.parent / "ann/anger.bmp")
    change(table, 4, file="ann/anger.bmp")
    with pytest.raises(
        InputError,
        match="lines 2, 4: ann/anger.png and ann/anger.bmp would both be called 'localizer/ann/anger'.*Rename",
    ):
        read_pictures(table, "localizer", EXPRESSIONS, 20)


def test_names_of_stimuli_keep_capitals_and_dots(table):
    os.rename(table.parent / "ann/disgust.png", table.parent / "ann/Anger.v1.2.PNG")
    change(table, 3, file="ann/Anger.v1.2.PNG")
    assert read_pictures(table, "localizer", EXPRESSIONS, 20)["stimulus"][1] == "localizer/ann/Anger.v1.2"


def morphs_at(folder, levels):
    """The list of one picture at each of some levels, by identity."""
    rows = [(who, level) for who, of in levels.items() for level in of]
    for number in range(len(rows)):
        (folder / f"{number}.png").write_bytes(encode_png(picture(number)))
    lines = [f"{number}.png,{who},happiness-anger,{level}\n" for number, (who, level) in enumerate(rows)]
    (folder / "morphs.csv").write_text("file,identity,continuum,level\n" + "".join(lines))
    return folder / "morphs.csv"


def test_levels_that_differ_by_rounding_are_one_level(tmp_path):
    tenths = [k / 10 for k in range(1, 10)]
    levels = {"ann": tenths, "bob": [1 - level for level in tenths], "cy": ["0.1000000001", *tenths[1:], 0.9]}
    frame = read_pictures(morphs_at(tmp_path, levels), "morphs", EXPRESSIONS, 16)
    assert sorted(set(frame["level"])) == tenths and frame.groupby("level").size()[0.9] == 4


@pytest.mark.parametrize(
    ("levels", "error", "words"),
    [
        ({"ann": [0.1, 0.2], "bob": [0.2, 0.1000001]}, InputError, "lines 2 and 5: levels 0.1 and 0.1000001 of happi"),
        ({"ann": [0.333, 0.3333, 0.5]}, InputError, "at least 0.001 apart"),
        ({"ann": [0, 0.2, 0.4], "bob": [0.1, 0.3, 0.5]}, DesignError, "no identity has two neighbouring levels of"),
    ],
)
def test_levels_that_cannot_be_told_apart_or_compared_are_refused(tmp_path, levels, error, words):
    with pytest.raises(error, match=words):
        read_pictures(morphs_at(tmp_path, levels), "morphs", EXPRESSIONS, 16)


def test_levels_a_thousandth_apart_are_levels_of_their_own(tmp_path):
    frame = read_pictures(morphs_at(tmp_path, {"ann": [0.5, 0.501, 0.502]}), "morphs", EXPRESSIONS, 16)
    assert frame["level"].tolist() == [0.5, 0.501, 0.502]


@pytest.mark.parametrize(
    ("line", "values", "words"),
    [
        (3, {"expression": "boredom"}, ["line 3", "'boredom'", ", ".join(EXPRESSIONS)]),
        (4, {"identity": ""}, ["line 4", "'identity' is empty"]),
        (5, {"file": "ann/none.png"}, ["line 5", "none.png does not exist"]),
        (6, {"file": "faces.csv"}, ["line 6", "not a readable picture"]),
        (7, {"file": "ann"}, ["line 7", "ann does not exist, or is no file"]),
        (7, {"file": "a" * 5000}, ["line 7", "does not exist, or is no file"]),
        (4, {"file": "ann/anger.png"}, ["lines 2, 4", "the same picture twice, ann/anger.png and ann/anger.png"]),
        (4, {"file": "./ann/anger.png"}, ["lines 2, 4", "the same picture twice, ann/anger.png and ./ann/anger.png"]),
        (4, {"file": "NA/../ann/anger.png"}, ["lines 2, 4", "the same picture twice"]),
    ],
)
def test_wrong_row_is_named(table, line, values, words):
    change(table, line, **values)
    with pytest.raises(InputError) as caught:
        read_pictures(table, "localizer", EXPRESSIONS, 20)
    assert all(word in str(caught.value) for word in [str(table), *words]), caught.value


@pytest.mark.parametrize(
    ("image", "words"),
    [
        (np.zeros((15, 15), np.uint8), ["15 x 15", "at least 16"]),
        (np.zeros((20, 24), np.uint8), ["24 x 20", "square"]),
        (np.zeros((20, 20, 4), np.uint8), ["mode RGBA", "grey or RGB"]),
        (picture("ann/fear.png"), ["lines 2, 4", "same picture twice"]),
        (np.zeros((20, 20, 3), np.uint8), ["some pictures are grey and some in colour"]),
    ],
)
def test_wrong_picture_is_named(table, image, words):
    Image.fromarray(image).save(table.parent / "ann/anger.png")
    with pytest.raises(InputError) as caught:
        read_pictures(table, "localizer", EXPRESSIONS, 20)
    assert all(word in str(caught.value) for word in [str(table), *words]), caught.value


def test_picture_too_large_to_be_one_is_named(table, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)  # Pillow refuses more than twice as many
    with pytest.raises(InputError, match="not a readable picture .*400 pixels"):
        read_pictures(table, "localizer", EXPRESSIONS, 20)


def test_damaged_picture_is_named_wherever_the_damage_is(table):
    whole = encode_png(picture("ann/anger.png"))
    for place in range(0, len(whole), 7):
        torn = whole[:place] + bytes([255 - whole[place]]) + whole[place + 1 :]
        for content in (torn, whole[:place]):
            (table.parent / "ann/anger.png").write_bytes(content)
            try:
                read_pictures(table, "localizer", EXPRESSIONS, 20)
            except InputError as error:
                assert "ann/anger.png" in str(error), place
            else:
                assert np.asarray(Image.open(io.BytesIO(content))).shape == (20, 20), place


@pytest.mark.parametrize("expression", ["fear", "surprise"])
def test_missing_expression_of_an_identity_is_named(table, expression):
    rows = pd.read_csv(table)
    rows[~((rows["identity"] == "ann") & (rows["expression"] == expression))].to_csv(table, index=False, na_rep="NA")
    with pytest.raises(DesignError, match=f"identity 'ann' has 0 pictures of '{expression}'.*Add the missing row"):
        read_pictures(table, "localizer", EXPRESSIONS, 20)


def test_a_localizer_has_four_identities_and_other_sets_may_have_fewer(table):
    assert len(read_pictures(table, "localizer", EXPRESSIONS, 20)) == 24
    rows = pd.read_csv(table, keep_default_na=False)
    rows[:18].to_csv(table, index=False)
    with pytest.raises(DesignError, match=r"faces\.csv: 3 identities; the localizer needs 4 or more, two for either"):
        read_pictures(table, "localizer", EXPRESSIONS, 20)
    assert len(read_pictures(table, "controlled", EXPRESSIONS, 20)) == 18


def test_expression_that_an_identity_shows_twice_is_named(table):
    change(table, 2, expression="fear")
    with pytest.raises(DesignError, match="identity 'ann' has 0 pictures of 'anger'"):
        read_pictures(table, "localizer", EXPRESSIONS, 20)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("file,identity\n", ["no column 'expression'", "file, identity, expression"]),
        ("file,identity,expression\n", ["lists no pictures"]),
        ("", ["is empty", "file, identity, expression"]),
        ("file;identity;expression\na.png;ann;fear\n", ["line 1", "semicolons"]),
        ("file\tidentity\texpression\na.png\tann\tfear\n", ["line 1", "tabs"]),
        ('file,identity,expression\n"a.png,ann,fear\nb.png,ann,anger\n', ["line 2", "quotation mark"]),
        ("file,identity,expression\na.png,ann\n", ["line 2", "2 values"]),
    ],
)
def test_table_that_is_none(tmp_path, text, words):
    (tmp_path / "faces.csv").write_text(text)
    with pytest.raises(InputError) as caught:
        read_pictures(tmp_path / "faces.csv", "localizer", EXPRESSIONS, 20)
    assert all(word in str(caught.value) for word in [str(tmp_path / "faces.csv"), *words]), caught.value


def test_table_that_does_not_exist(tmp_path):
    with pytest.raises(InputError, match="none.csv: cannot be read .No such file.*file, identity, expression"):
        read_pictures(tmp_path / "none.csv", "localizer", EXPRESSIONS, 20)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ("a.png,ann,happiness-anger,1.2", "line 2: level '1.2': expected a share from 0 to 1, with a decimal point"),
        ("a.png,ann,happiness-anger,half", "line 2: level 'half': expected a share"),
        ('a.png,ann,happiness-anger,"0,5"', "line 2: level '0,5': expected a share from 0 to 1, with a decimal point"),
        ("a.png,ann,happiness-anger,nan", "line 2: level 'nan': expected a share"),
        ("\na.png,ann,happiness-anger,50%", "line 3: level '50%': expected a share"),
        ("a.png,ann,happiness-anger,", "line 2: 'level' is empty"),
        (
            "a.png,ann,happiness-boredom,0.5",
            "line 2: continuum 'happiness-boredom': expected two different expressions",
        ),
    ],
)
def test_wrong_morph_is_named(tmp_path, row, words):
    (tmp_path / "morphs.csv").write_text(f"file,identity,continuum,level\n{row}\n")
    with pytest.raises(InputError, match=words):
        read_pictures(tmp_path / "morphs.csv", "morphs", EXPRESSIONS, 16)


def test_a_picture_that_cannot_be_read_now_is_not_called_unreadable(table, monkeypatch):
    def denied(*given, **named):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Image, "open", denied)
    with pytest.raises(InputError, match=r"faces.csv, line 2: .*anger.png: cannot be read \(Permission denied\). Fix"):
        read_pictures(table, "localizer", EXPRESSIONS, 16)
