"""What real folders hold: every mode becomes the same grey, and what cannot be used says why."""

import errno
import io
import struct
import time
import zlib

import numpy as np
import pytest
from PIL import Image

from mien.errors import InputError
from mien.stimuli.photographs.reading import grey, read_photograph, thumbnail
from mien.stimuli.photographs.rejection import Rejected

SIDE = 48


@pytest.fixture
def colours() -> np.ndarray:
    return np.random.default_rng(3).integers(0, 256, (SIDE, SIDE + 8, 3), np.uint8)


def luma(colours: np.ndarray, weights=(0.299, 0.587, 0.114)) -> np.ndarray:
    return (colours.astype(float) * weights).sum(2)


def saved(tmp_path, picture: Image.Image, name: str, **how) -> np.ndarray:
    picture.save(tmp_path / name, **how)
    return grey(read_photograph(tmp_path / name), "bt601")


def test_luma_by_either_standard_is_not_rounded(colours):
    picture = Image.fromarray(colours)
    for standard, weights in (("bt601", (0.299, 0.587, 0.114)), ("bt709", (0.2126, 0.7152, 0.0722))):
        found = grey(picture, standard)
        assert found.dtype == np.float32
        np.testing.assert_allclose(found, luma(colours, weights), atol=1e-4)


def test_a_grey_picture_is_the_same_by_either_standard(colours):
    plain = Image.fromarray(colours[..., 0])
    for picture in (plain, plain.convert("RGB"), plain.convert("LA"), plain.convert("P")):
        for standard in ("bt601", "bt709"):
            np.testing.assert_allclose(grey(picture, standard), colours[..., 0], atol=1e-4)


@pytest.mark.parametrize("name", ["a.png", "a.bmp", "a.tiff", "a.webp", "a.ppm"])
def test_formats_without_loss(tmp_path, colours, name):
    found = saved(tmp_path, Image.fromarray(colours), name, **({"lossless": True} if name == "a.webp" else {}))
    np.testing.assert_allclose(found, luma(colours), atol=1e-4)


@pytest.mark.parametrize("ending", ["tiff", "jpg"])
def test_cmyk(tmp_path, ending):
    """Smooth, so that the JPEG's loss is small."""
    rows, columns = np.mgrid[:SIDE, :SIDE]
    smooth = np.stack([rows * 5, columns * 5, 120 + 0 * rows], 2).astype(np.uint8)
    how = {"quality": 100, "subsampling": 0} if ending == "jpg" else {}
    found = saved(tmp_path, Image.fromarray(smooth).convert("CMYK"), f"a.{ending}", **how)
    assert np.abs(found - luma(smooth)).max() <= 1


def test_a_palette_and_a_transparent_colour_of_it(tmp_path, colours):
    few = (colours // 64) * 64
    picture = Image.fromarray(few).quantize(256, dither=Image.Dither.NONE)
    expected = luma(np.asarray(picture.convert("RGB")))
    np.testing.assert_allclose(saved(tmp_path, picture, "a.png"), expected, atol=1e-4)
    found = saved(tmp_path, picture, "b.png", transparency=7)
    np.testing.assert_allclose(found, np.where(np.asarray(picture) == 7, 0, expected), atol=1e-4)


def test_transparent_pictures_lie_on_black(tmp_path, colours):
    alpha = np.random.default_rng(4).integers(0, 256, colours.shape[:2], np.uint8)
    alpha[:8], alpha[8:16] = 0, 255
    expected = luma(colours) * alpha / 255
    picture = Image.fromarray(np.dstack([colours, alpha]))
    assert np.abs(saved(tmp_path, picture, "a.png") - expected).max() <= 1
    assert not saved(tmp_path, picture, "b.png")[:8].any()


def test_sixteen_bits(tmp_path):
    deep = np.random.default_rng(5).integers(0, 65536, (SIDE, SIDE), np.uint16)
    for name in ("a.png", "a.tiff", "a.pgm"):
        np.testing.assert_allclose(saved(tmp_path, Image.fromarray(deep), name), deep / 257, atol=0.01)
    raw = deep[..., None].repeat(3, 2).astype(">u2")  # Pillow writes no 16-bit colour
    lines = b"".join(b"\0" + row.tobytes() for row in raw)
    (tmp_path / "rgb.png").write_bytes(png_header(SIDE, SIDE, depth=16) + chunk(b"IDAT", zlib.compress(lines)) + END)
    found = grey(read_photograph(tmp_path / "rgb.png"), "bt709")
    assert np.abs(found - deep / 257).max() <= 1


def test_bits_and_other_colour_spaces(tmp_path, colours):
    bits = colours[..., 0] > 127
    assert np.array_equal(saved(tmp_path, Image.fromarray(bits), "a.png"), bits * 255.0)
    assert (
        np.abs(grey(Image.fromarray(colours).convert("YCbCr"), "bt601") - luma(colours)).max() <= 2
    )  # 8 bits of either
    with pytest.raises(Rejected, match="unknown depth"):
        grey(Image.new("F", (40, 40)), "bt601")
    for most in (255, 70000):  # 8 bits in 32, or more than 16: nobody knows what white is
        with pytest.raises(Rejected, match="unknown depth"):
            grey(Image.fromarray(np.full((40, 40), most, np.int32)), "bt601")


@pytest.mark.parametrize("ending", ["jpg", "png", "tiff", "webp"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_photograph_stands_upright(tmp_path, ending, orientation):
    rows, columns = np.mgrid[: SIDE + 16, :SIDE]
    upright = (rows * 2 + columns).astype(np.uint8)
    stored = {
        1: upright,
        2: upright[:, ::-1],
        3: upright[::-1, ::-1],
        4: upright[::-1],
        5: upright.T,
        6: np.rot90(upright),
        7: upright[::-1, ::-1].T,
        8: np.rot90(upright, -1),
    }[orientation]
    exif = Image.Exif()
    exif[0x0112] = orientation
    found = saved(tmp_path, Image.fromarray(stored).convert("RGB"), f"a.{ending}", exif=exif)
    assert found.shape == upright.shape
    assert np.abs(found - upright).mean() < (0.01 if ending in ("png", "tiff") else 2)


def test_broken_exif_data_turn_nothing_and_stop_nothing(tmp_path, colours):
    exif = Image.Exif()
    exif[0x0112], exif[0x010E] = 6, "a description"
    for broken in (b"nonsense", exif.tobytes()[:20]):
        found = saved(tmp_path, Image.fromarray(colours), "a.png", exif=broken)
        np.testing.assert_allclose(found, luma(colours), atol=1e-4)


def test_a_palette_is_turned_with_its_transparent_colour(tmp_path, colours):
    exif = Image.Exif()
    exif[0x0112] = 6
    picture = Image.fromarray(colours // 64 * 64).quantize(256, dither=Image.Dither.NONE)
    expected = np.where(np.asarray(picture) == 7, 0, luma(np.asarray(picture.convert("RGB"))))
    found = saved(tmp_path, picture, "a.png", transparency=7, exif=exif)
    np.testing.assert_allclose(found, np.rot90(expected, -1), atol=1e-4)


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png_header(width: int, height: int, depth: int = 8) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, depth, 2, 0, 0, 0))


END = chunk(b"IEND", b"")


@pytest.mark.parametrize("side", [7_100, 10_000, 20_000])  # Pillow warns above 9,459 pixels a side, and refuses 13,378
def test_a_vast_picture_is_refused_by_its_header(tmp_path, side, recwarn):
    path = tmp_path / "vast.png"
    path.write_bytes(png_header(side, side) + chunk(b"IDAT", b"\0" * 100) + END)
    start = time.perf_counter()
    with pytest.raises(Rejected, match="too large") as error:
        read_photograph(path)
    assert time.perf_counter() - start < 1 and error.value.reason == "too large" and not recwarn.list


def reason(path) -> str:
    with pytest.raises(Rejected) as error:
        grey(read_photograph(path), "bt601")
    assert path.name in str(error.value)
    return error.value.reason


def test_a_file_that_is_no_picture_says_why(tmp_path, colours):
    path = tmp_path / "whole.jpg"
    Image.fromarray(colours).save(path)
    whole = path.read_bytes()
    contents = {
        "empty file": [b""],
        "not a picture": [
            b"a list of pictures\n",
            b"<!DOCTYPE html><html></html>",
            whole[:1],
            b"%!PS-Adobe-3.0 EPSF-3.0\n",
        ],
        "unreadable": [whole[: len(whole) // 2]],
    }
    for expected, files in contents.items():
        for content in files:
            path = tmp_path / "DSC_0001.jpg"
            path.write_bytes(content)
            assert reason(path) == expected, content[:20]
    assert reason(tmp_path / "absent.jpg") == "no file"
    assert reason(tmp_path / "absent.jpg" / "b.jpg") in ("no file", "unreadable")
    (tmp_path / "folder.jpg").mkdir()
    assert reason(tmp_path / "folder.jpg") == "not a picture"
    for size in ((1, 1), (31, 400)):
        Image.new("RGB", size).save(tmp_path / "tiny.png")
        assert reason(tmp_path / "tiny.png") == "too small"


def test_no_broken_file_stops_a_batch(tmp_path, colours):
    """Whatever a decoder makes of damaged bytes, it ends in a picture or a reason."""
    draw = np.random.default_rng(6)
    for name in ("a.jpg", "a.png", "a.tiff", "a.gif", "a.webp", "a.bmp", "a.ppm"):
        path = tmp_path / name
        exif = Image.Exif()
        exif[0x0112] = 6
        Image.fromarray(colours).save(path, exif=exif)
        whole = np.frombuffer(path.read_bytes(), np.uint8)
        for _ in range(60):
            damaged = whole[: draw.integers(1, len(whole) + 1)].copy()
            places = draw.integers(0, min(len(damaged), 200), 5)
            damaged[places] = draw.integers(0, 256, 5)
            path.write_bytes(damaged.tobytes())
            try:
                assert grey(read_photograph(path), "bt601").ndim == 2
            except Rejected as rejected:
                assert rejected.reason


def test_a_reason_is_one_of_the_list():
    with pytest.raises(ValueError):
        Rejected("bad hair", "")


def test_thumbnails_are_small_and_of_what_is_no_picture_there_is_none(tmp_path):
    Image.new("RGB", (400, 300), (200, 10, 10)).save(tmp_path / "large.png")
    small = Image.open(io.BytesIO(thumbnail(tmp_path / "large.png")))
    assert small.size == (200, 150) and small.mode == "L" and small.getpixel((9, 9)) == 67
    (tmp_path / "text.jpg").write_text("<html>")
    assert thumbnail(tmp_path / "text.jpg") is None and thumbnail(tmp_path / "gone.jpg") is None


def test_trouble_of_the_disk_says_nothing_of_a_picture(tmp_path, colours, monkeypatch):
    def fail(*_, **__):
        raise OSError(errno.ESTALE, "stale")

    Image.fromarray(colours).save(tmp_path / "a.png")
    monkeypatch.setattr(Image, "open", fail)
    with pytest.raises(InputError, match="a.png: cannot be read .*the file itself may be whole"):
        read_photograph(tmp_path / "a.png")


def test_twelve_bits_in_sixteen_are_not_taken_for_black(tmp_path):
    Image.fromarray(np.linspace(0, 4095, 64 * 64).astype(np.uint16).reshape(64, 64)).save(tmp_path / "a.tif")
    with pytest.raises(Rejected) as reason:
        grey(read_photograph(tmp_path / "a.tif"), "bt601")
    assert reason.value.reason == "unknown depth"
