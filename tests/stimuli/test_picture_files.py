"""Files of ready pictures: shown as they are meant, or refused."""

import io
import os
import struct
import warnings
import zlib

import numpy as np
import pytest
from PIL import Image

from mien.draws import generator
from mien.errors import InputError
from mien.stimuli.picture_files import open_picture

NOISE = generator("shown").integers(0, 256, (5, 5, 3), dtype=np.uint8) // 2 + 64
SHOWN = np.kron(NOISE, np.ones((4, 4, 1), np.uint8))  # 20 x 20, in blocks
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
