"""Pictures as bytes, and what a user's own pictures must be."""

import errno
import io
import os
import struct
import warnings
import zlib

import numpy as np
import pandas as pd
import pytest
from PIL import Image

from mien.draws import generator
from mien.errors import DesignError, InputError
from mien.expressions import EXPRESSIONS
from mien.stimuli.pictures import decode_png, encode_png, open_picture, picture_columns, read_pictures
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


@pytest.mark.parametrize("shape", [(18, 16), (16, 18, 3)])
def test_png_keeps_every_pixel(shape):
    images = [picture(shape, place, shape=shape) for place in range(3)]
    np.testing.assert_array_equal(decode_png(encode_png(image) for image in images), images)


def test_picture_columns_hold_the_digest_of_the_bytes():
    columns = picture_columns([np.zeros((16, 16), np.uint8)] * 2, "drawn")
    assert columns["source"] == ["drawn", "drawn"]
    assert columns["sha256"][0] == columns["sha256"][1] and len(columns["sha256"][0]) == 64
    assert columns["image"][0].startswith(b"\x89PNG")


def test_pictures_come_in_the_order_of_the_table_with_their_labels(table):
    frame = read_pictures(table, "localizer", 20)
    assert list(frame.columns) == STIMULI.names
    assert list(frame["stimulus"][:2]) == ["localizer/ann/anger", "localizer/ann/disgust"]
    assert list(frame["identity"]) == [name for name in ("ann", "NA", "bob", "eve") for _ in EXPRESSIONS]
    assert list(frame["expression"]) == [*EXPRESSIONS] * 4
    assert frame["continuum"].isna().all() and frame["level"].isna().all()
    np.testing.assert_array_equal(decode_png(frame["image"])[7], picture("NA/disgust.png"))


def test_pictures_are_resized_to_the_study_with_antialiasing(table):
    checked = np.kron(np.ones((16, 16), np.uint8), np.array([[0, 255], [255, 0]], np.uint8))
    (table.parent / "ann/anger.png").write_bytes(encode_png(checked))
    small = decode_png(read_pictures(table, "localizer", 16)["image"])
    assert small.shape == (24, 16, 16)
    assert abs(small[0].astype(int) - 127).max() <= 4


def test_morphs_have_a_continuum_and_a_level(tmp_path):
    levels = (0.25, 0.5)
    for level in levels:
        (tmp_path / f"{level}.png").write_bytes(encode_png(picture(level, shape=(16, 16, 3))))
    (tmp_path / "morphs.csv").write_text(
        "file,identity,continuum,level\n" + "".join(f"{x}.png,ann,happiness-anger,{x}\n" for x in levels)
    )
    frame = read_pictures(tmp_path / "morphs.csv", "morphs", 16)
    assert list(frame["level"]) == [0.25, 0.5]
    assert list(frame["continuum"]) == ["happiness-anger"] * 2
    assert frame["expression"].isna().all()


def test_columns_that_a_set_has_no_use_for_are_ignored(table, tmp_path):
    expected = read_pictures(table, "localizer", 20)
    rows = pd.read_csv(table, keep_default_na=False)
    more = {"level": "strong", "continuum": "", "photographer": "bob"}
    rows.assign(**more).to_csv(table, index=False)
    frame = read_pictures(table, "localizer", 20)
    pd.testing.assert_frame_equal(frame, expected)
    parquet.write(STIMULI, frame, tmp_path / "localizer.parquet", {})
    assert parquet.read(tmp_path / "localizer.parquet")["level"].isna().all()

    (tmp_path / "morphs.csv").write_text(
        "file,identity,continuum,level,expression\n"
        "ann/fear.png,ann,happiness-anger,.5,anger\nann/anger.png,ann,happiness-anger,.6,\n"
    )
    morphs = read_pictures(tmp_path / "morphs.csv", "morphs", 20)
    assert morphs["expression"].isna().all() and morphs["level"].tolist() == [0.5, 0.6]
    parquet.write(STIMULI, morphs, tmp_path / "morphs.parquet", {})


def test_rows_may_end_in_commas_and_blank_lines_count_as_lines(table):
    expected = read_pictures(table, "localizer", 20)
    header, *rows = table.read_text().splitlines()
    table.write_text("\n".join([header, "", *(f"{row},," for row in rows[:5]), "", ",,", *rows[5:]]))
    pd.testing.assert_frame_equal(read_pictures(table, "localizer", 20), expected)
    for line in (3, 10, 15):
        lines = table.read_text().splitlines()
        lines[line - 1] = f"none.png,{lines[line - 1].partition(',')[2]}"
        (table.parent / "other.csv").write_text("\n".join(lines))
        with pytest.raises(InputError, match=f"other.csv, line {line}: .*none.png does not exist"):
            read_pictures(table.parent / "other.csv", "localizer", 20)


def test_lines_of_a_picture_listed_twice_are_those_of_the_file(table):
    header, *rows = table.read_text().splitlines()
    other = rows[-1].replace("eve/surprise.png", "ann/anger.png")
    table.write_text("\n".join([header, "", *rows[:-1], "", other]))
    with pytest.raises(InputError, match="lines 3, 27: the same picture twice"):
        read_pictures(table, "localizer", 20)


def test_files_that_differ_in_their_ending_only_would_have_one_name(table):
    Image.fromarray(picture("another")).save(table.parent / "ann/anger.bmp")
    change(table, 4, file="ann/anger.bmp")
    with pytest.raises(
        InputError,
        match="lines 2, 4: ann/anger.png and ann/anger.bmp would both be called 'localizer/ann/anger'.*Rename",
    ):
        read_pictures(table, "localizer", 20)


def test_names_of_stimuli_keep_capitals_and_dots(table):
    os.rename(table.parent / "ann/disgust.png", table.parent / "ann/Anger.v1.2.PNG")
    change(table, 3, file="ann/Anger.v1.2.PNG")
    assert read_pictures(table, "localizer", 20)["stimulus"][1] == "localizer/ann/Anger.v1.2"


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
    frame = read_pictures(morphs_at(tmp_path, levels), "morphs", 16)
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
        read_pictures(morphs_at(tmp_path, levels), "morphs", 16)


def test_levels_a_thousandth_apart_are_levels_of_their_own(tmp_path):
    frame = read_pictures(morphs_at(tmp_path, {"ann": [0.5, 0.501, 0.502]}), "morphs", 16)
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
        read_pictures(table, "localizer", 20)
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
        read_pictures(table, "localizer", 20)
    assert all(word in str(caught.value) for word in [str(table), *words]), caught.value


def test_picture_too_large_to_be_one_is_named(table, monkeypatch):
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 100)  # Pillow refuses more than twice as many
    with pytest.raises(InputError, match="not a readable picture .*400 pixels"):
        read_pictures(table, "localizer", 20)


def test_damaged_picture_is_named_wherever_the_damage_is(table):
    whole = encode_png(picture("ann/anger.png"))
    for place in range(0, len(whole), 7):
        torn = whole[:place] + bytes([255 - whole[place]]) + whole[place + 1 :]
        for content in (torn, whole[:place]):
            (table.parent / "ann/anger.png").write_bytes(content)
            try:
                read_pictures(table, "localizer", 20)
            except InputError as error:
                assert "ann/anger.png" in str(error), place
            else:
                assert np.asarray(Image.open(io.BytesIO(content))).shape == (20, 20), place


@pytest.mark.parametrize("expression", ["fear", "surprise"])
def test_missing_expression_of_an_identity_is_named(table, expression):
    rows = pd.read_csv(table)
    rows[~((rows["identity"] == "ann") & (rows["expression"] == expression))].to_csv(table, index=False, na_rep="NA")
    with pytest.raises(DesignError, match=f"identity 'ann' has 0 pictures of '{expression}'.*Add the missing row"):
        read_pictures(table, "localizer", 20)


def test_a_localizer_has_four_identities_and_other_sets_may_have_fewer(table):
    assert len(read_pictures(table, "localizer", 20)) == 24
    rows = pd.read_csv(table, keep_default_na=False)
    rows[:18].to_csv(table, index=False)
    with pytest.raises(DesignError, match=r"faces\.csv: 3 identities; the localizer needs 4 or more, two for either"):
        read_pictures(table, "localizer", 20)
    assert len(read_pictures(table, "controlled", 20)) == 18


def test_expression_that_an_identity_shows_twice_is_named(table):
    change(table, 2, expression="fear")
    with pytest.raises(DesignError, match="identity 'ann' has 0 pictures of 'anger'"):
        read_pictures(table, "localizer", 20)


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
        read_pictures(tmp_path / "faces.csv", "localizer", 20)
    assert all(word in str(caught.value) for word in [str(tmp_path / "faces.csv"), *words]), caught.value


def test_table_that_does_not_exist(tmp_path):
    with pytest.raises(InputError, match="none.csv: cannot be read .No such file.*file, identity, expression"):
        read_pictures(tmp_path / "none.csv", "localizer", 20)


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
        read_pictures(tmp_path / "morphs.csv", "morphs", 16)


# ---------------------------------------------------------------------------------------- what is stored in another way

SHOWN = np.kron(picture("shown", shape=(5, 5, 3)) // 2 + 64, np.ones((4, 4, 1), np.uint8))  # 20 x 20, in blocks
#: What is stored, of each EXIF orientation, for SHOWN to be seen (Exif 2.32, 4.6.4.A).
STORED = {
    1: SHOWN,
    2: SHOWN[:, ::-1],
    3: SHOWN[::-1, ::-1],
    4: SHOWN[::-1],
    5: SHOWN.transpose(1, 0, 2),
    6: SHOWN.transpose(1, 0, 2)[::-1],
    7: SHOWN.transpose(1, 0, 2)[::-1, ::-1],
    8: SHOWN.transpose(1, 0, 2)[:, ::-1],
}


@pytest.mark.parametrize("orientation", STORED)
@pytest.mark.parametrize(
    ("ending", "options"),
    [
        (".png", {}),
        (".jpg", {"quality": 100, "subsampling": 0}),
        (".webp", {"lossless": True}),
        (".tif", {}),
        (".tif", {"compression": "tiff_lzw"}),
    ],
)
def test_pictures_are_turned_as_their_exif_data_say(tmp_path, ending, options, orientation):
    exif = Image.Exif()
    exif[0x0112] = orientation
    Image.fromarray(np.ascontiguousarray(STORED[orientation])).save(tmp_path / f"a{ending}", exif=exif, **options)
    shown = open_picture(tmp_path / f"a{ending}", 20)
    assert abs(shown.astype(int) - SHOWN).max() <= (10 if ending == ".jpg" else 0)
    if ending == ".png":
        assert open_picture(tmp_path / "a.png", 16)[0, 0].tolist() == SHOWN[0, 0].tolist()


def test_orientation_in_a_grey_pictures_xmp_data_is_one_too(tmp_path):
    xmp = b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><a tiff:Orientation="6"/></x:xmpmeta>'
    Image.fromarray(SHOWN[:, :, 0].T[::-1]).save(tmp_path / "a.jpg", quality=100, xmp=xmp)
    assert abs(open_picture(tmp_path / "a.jpg", 20).astype(int) - SHOWN[:, :, 0]).max() <= 10


def test_size_is_that_of_the_picture_as_it_is_seen(tmp_path):
    exif = Image.Exif()
    exif[0x0112] = 6
    Image.new("L", (30, 20)).save(tmp_path / "a.png", exif=exif)
    with pytest.raises(InputError, match="is 20 x 30 pixels"):
        open_picture(tmp_path / "a.png", 20)


@pytest.mark.parametrize("ending", [".png", ".jpg", ".webp"])
def test_exif_data_that_are_broken_turn_nothing_and_stop_nothing(tmp_path, ending):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a description"
    whole = exif.tobytes()
    options = {".jpg": {"quality": 100, "subsampling": 0}, ".webp": {"lossless": True}}.get(ending, {})
    for broken in (
        b"",
        b"Exif\0\0",
        b"nonsense",
        whole[:9],
        whole[:20],
        whole.replace(b"\x01\x12\x00\x03", b"\x01\x12\x00\x07"),
    ):
        Image.fromarray(SHOWN).save(tmp_path / f"a{ending}", exif=broken, **options)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow's own
            shown = open_picture(tmp_path / f"a{ending}", 20)
        assert abs(shown.astype(int) - SHOWN).max() <= 10, broken


def test_orientation_is_read_though_other_exif_data_are_broken(tmp_path):
    whole = Image.Exif()
    whole[0x0112], whole[0x011A] = 6, 72.0
    broken = whole.tobytes().replace(b"\x01\x1a\x00\x05", b"\x01\x1a\x00\x07")  # a resolution that is no number
    assert broken != whole.tobytes()
    Image.fromarray(np.ascontiguousarray(STORED[6])).save(tmp_path / "a.png", exif=broken)
    np.testing.assert_array_equal(open_picture(tmp_path / "a.png", 20), SHOWN)


def png(samples: bytes, depth: int, kind: int, *chunks: tuple[bytes, bytes]) -> bytes:
    """A PNG of 20 x 20 pixels by hand: `kind` 0 is grey and 2 colour; `samples` row after row."""
    width = len(samples) // 20
    rows = b"".join(b"\0" + samples[row * width : (row + 1) * width] for row in range(20))
    header = struct.pack(">IIBBBBB", 20, 20, depth, kind, 0, 0, 0)
    parts = [(b"IHDR", header), *chunks, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")]
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data)) for name, data in parts
    )


def tiff(samples: bytes, depth: int, channels: int) -> bytes:
    """A TIFF of 20 x 20 pixels in colour by hand; channels after the third are of no declared use."""
    depths = struct.pack(f"<{channels}H", *[depth] * channels)
    at = 8 + 2 + (9 + (channels > 3)) * 12 + 4
    tags = [(256, 3, 1, 20), (257, 3, 1, 20), (258, 3, channels, at), (259, 3, 1, 1), (262, 3, 1, 2)]
    tags += [(273, 4, 1, at + len(depths)), (277, 3, 1, channels), (278, 3, 1, 20), (279, 4, 1, len(samples))]
    tags += [(338, 3, 1, 0)] * (channels > 3)
    entries = b"".join(struct.pack("<HHII", *tag) for tag in tags)
    return b"II*\0" + struct.pack("<IH", 8, len(tags)) + entries + b"\0\0\0\0" + depths + samples


def bmp(samples: bytes, depth: int) -> bytes:
    header = struct.pack("<IiiHHIIiiII", 40, 20, 20, 1, depth, 0, len(samples), 0, 0, 0, 0)
    return b"BM" + struct.pack("<IHHI", 54 + len(samples), 0, 0, 54) + header + samples


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    buffer = io.BytesIO()
    image.save(buffer, kind, **options)
    return buffer.getvalue()


GREY, COLOUR = SHOWN[:, :, 0].copy(), Image.fromarray(SHOWN)
OTHER = Image.fromarray(SHOWN[::-1].copy())
TWELVE_BITS = SHOWN.astype(np.uint16) * 16


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (png(TWELVE_BITS.astype(">u2").tobytes(), 16, 2), "another depth"),
        (png(TWELVE_BITS[:, :, 0].astype(">u2").tobytes(), 16, 0), "mode I;16"),
        (png(GREY[:, ::2].tobytes(), 4, 0), "another depth"),
        (png(GREY[:, ::4].tobytes(), 2, 0), "another depth"),
        (png(GREY[:, :3].tobytes(), 1, 0), "mode 1"),
        (png(SHOWN.tobytes(), 8, 2, (b"tRNS", struct.pack(">HHH", *SHOWN[0, 0]))), "declares a transparent colour"),
        (png(GREY.tobytes(), 8, 0, (b"tRNS", struct.pack(">H", GREY[0, 0]))), "declares a transparent colour"),
        (tiff(TWELVE_BITS.astype("<u2").tobytes(), 16, 3), "another depth"),
        (tiff(np.dstack([SHOWN, GREY]).tobytes(), 8, 4), "a further channel"),
        (b"P6 20 20 4095 " + TWELVE_BITS.astype(">u2").tobytes(), "another depth"),
        (b"P3 20 20 1023 " + b" ".join(b"%d" % level for level in SHOWN.ravel()), "another depth"),
        (b"P5 20 20 4095 " + TWELVE_BITS[:, :, 0].astype(">u2").tobytes(), "mode I"),
        (b"P5 20 20 100 " + (GREY // 4).tobytes(), "another depth"),
        (bmp(GREY.tobytes() * 2, 16), "another depth"),
        (saved(COLOUR, "PNG", save_all=True, append_images=[OTHER]), "holds 2 pictures"),
        (saved(COLOUR, "WEBP", save_all=True, append_images=[OTHER], lossless=True), "holds 2 pictures"),
        (saved(COLOUR, "TIFF", save_all=True, append_images=[OTHER]), "holds 2 pictures"),
        (saved(COLOUR.convert("CMYK"), "JPEG"), "mode CMYK"),
        (saved(COLOUR.convert("P"), "PNG"), "mode P"),
        (saved(COLOUR.convert("LA"), "PNG"), "mode LA"),
        (saved(Image.merge("RGBA", [*COLOUR.split(), Image.fromarray(GREY)]), "WEBP", lossless=True), "mode RGBA"),
        (saved(Image.fromarray(GREY.astype(np.float32)), "TIFF"), "mode F"),
        (saved(COLOUR, "GIF"), "not a readable picture .*expected BMP, JPEG, PNG"),
    ],
)
def test_picture_that_a_conversion_would_spoil_is_refused(tmp_path, content, words):
    (tmp_path / "a.png").write_bytes(content)
    with pytest.raises(InputError, match=f"a.png .*{words}"):
        open_picture(tmp_path / "a.png", 20)


@pytest.mark.parametrize(
    "content",
    [
        png(SHOWN.tobytes(), 8, 2),
        png(SHOWN.tobytes(), 8, 2, (b"sBIT", b"\5\5\5"), (b"gAMA", struct.pack(">I", 100000))),
        tiff(SHOWN.tobytes(), 8, 3),
        saved(COLOUR, "TIFF", compression="tiff_adobe_deflate"),
        saved(COLOUR, "BMP"),
        saved(COLOUR, "WEBP", lossless=True),
        saved(COLOUR, "JPEG", quality=100, subsampling=0),
        saved(COLOUR, "MPO", quality=100, subsampling=0, save_all=True, append_images=[OTHER]),
        b"P6 20 20 255 " + SHOWN.tobytes(),
        b"P3 20 20 255 " + b" ".join(b"%d" % level for level in SHOWN.ravel()),
    ],
)
def test_picture_of_8_bits_a_channel_stays_as_it_is(tmp_path, content):
    (tmp_path / "a.png").write_bytes(content)
    assert abs(open_picture(tmp_path / "a.png", 20).astype(int) - SHOWN).max() <= 10


def test_picture_that_would_never_end_is_refused(tmp_path):
    os.mkfifo(tmp_path / "a.png")
    with pytest.raises(InputError, match="a.png does not exist, or is no file"):
        open_picture(tmp_path / "a.png", 20)


def test_a_picture_that_cannot_be_read_now_is_not_called_unreadable(table, monkeypatch):
    def denied(*given, **named):
        raise PermissionError(errno.EACCES, "Permission denied")

    monkeypatch.setattr(Image, "open", denied)
    with pytest.raises(InputError, match=r"faces.csv, line 2: .*anger.png cannot be read \(Permission denied\)$"):
        read_pictures(table, "localizer", 16)
