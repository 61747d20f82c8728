"""Pictures as PNG bytes, and a user's own folder of ready pictures as a stimulus set."""

import hashlib
import io
import os
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import ExifTags, Image, ImageOps

from mien.configuration.grids import FEWEST_LOCALIZED
from mien.errors import DesignError, InputError
from mien.expressions import EXPRESSIONS, ends_of
from mien.stimuli.levels import LEAST_STEP, LEVEL_DECIMALS
from mien.tables.csv_files import read_csv
from mien.tables.schema import BYTES, TEXT

#: What every table of pictures ends with.
COLUMNS = {"source": TEXT, "image": BYTES, "sha256": TEXT}

_SMALLEST = 16  # pixels a side; below this there is no face to see
_FORMATS = ("BMP", "JPEG", "PNG", "PPM", "TIFF", "WEBP")  # Pillow's names of those whose depth `_unfit` tells


def encode_png(image: np.ndarray) -> bytes:
    """PNG bytes of a uint8 picture, shape (height, width) or (height, width, 3)."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG", compress_level=6)
    return buffer.getvalue()


def decode_png(pictures: Iterable[bytes]) -> np.ndarray:
    """Pictures of one size as uint8, shape (n, height, width) or, in colour, (n, height, width, 3)."""
    return np.stack([np.asarray(Image.open(io.BytesIO(picture))) for picture in pictures])


def picture_columns(images: Iterable[np.ndarray], source: str) -> dict[str, list]:
    """The values of `COLUMNS`."""
    encoded = [encode_png(image) for image in images]
    return {
        "source": [source] * len(encoded),
        "image": encoded,
        "sha256": [hashlib.sha256(image).hexdigest() for image in encoded],
    }


def read_pictures(table: str | Path, set_name: str, size: int) -> pd.DataFrame:
    """A `stimuli` table from ready pictures (grey or RGB, cropped) that a CSV lists.

    Args:
        table: CSV beside the pictures with the columns `file` (relative to the CSV), `identity`, `expression`; or, for
            the set `morphs`, `file`, `identity`, `continuum`, `level` (share of the second expression, 0 to 1).
        size: side in pixels to which the pictures, square ones, are resized (antialiased).

    Raises:
        InputError: a column, file or value is wrong, a picture is tiny or shown twice; the message names the row.
        DesignError: an identity x expression combination is missing or double, or a localizer has too few identities.
    """
    table = Path(table)
    design = ["continuum", "level"] if set_name == "morphs" else ["expression"]
    columns = ["file", "identity", *design]
    rows = read_csv(table, f"a CSV with the columns {', '.join(columns)}").frame()
    for column in columns:
        if column not in rows:
            raise InputError(f"{table}: no column '{column}'. A table of the set {set_name} needs {', '.join(columns)}")
        if rows[column].isna().any():
            raise InputError(f"{table}, line {rows[column].isna().idxmax()}: '{column}' is empty")
    if rows.empty:
        raise InputError(f"{table}: lists no pictures. It needs a row for each")
    _check_labels(rows, design, table)
    rows = rows.assign(level=_one_number_a_level(rows, table)) if "level" in design else rows
    images = [
        open_picture(table.parent / file, size, where=f"{table}, line {line}: ") for line, file in rows["file"].items()
    ]
    if len({image.ndim for image in images}) > 1:
        raise InputError(f"{table}: some pictures are grey and some in colour. Give all of them alike")
    frame = pd.DataFrame(
        {
            "stimulus": [f"{set_name}/{Path(file).with_suffix('')}" for file in rows["file"]],
            "set": set_name,
            "identity": rows["identity"],
            "expression": rows["expression"] if "expression" in design else None,
            "continuum": rows["continuum"] if "continuum" in design else None,
            "level": rows["level"].astype(float) if "level" in design else None,
            **picture_columns(images, source=str(table.name)),
        }
    )
    _check_duplicates(frame, rows["file"], table)
    if set_name == "localizer" and (people := frame["identity"].nunique()) < FEWEST_LOCALIZED:
        raise DesignError(
            f"{table}: {people} identities; the localizer needs {FEWEST_LOCALIZED} or more, two for either half"
        )
    return frame.reset_index(drop=True)


def _check_labels(rows: pd.DataFrame, design: list[str], table: Path) -> None:
    for line, row in zip(rows.index, rows.to_dict("records"), strict=True):
        try:
            if "continuum" in design:
                ends_of(row["continuum"])
                _check_level(row["level"])
            elif row["expression"] not in EXPRESSIONS:
                raise InputError(f"expression '{row['expression']}': expected one of {', '.join(EXPRESSIONS)}")
        except InputError as error:
            raise InputError(f"{table}, line {line}: {error}") from None
    if "expression" in design:
        counts = pd.crosstab(rows["identity"], rows["expression"]).reindex(columns=EXPRESSIONS, fill_value=0)
        for (identity, expression), count in counts.stack().items():
            if count != 1:
                raise DesignError(
                    f"{table}: identity '{identity}' has {count} pictures of '{expression}', and needs exactly one of "
                    f"each of {', '.join(EXPRESSIONS)}. Add the missing row, or leave the identity out"
                )


def _check_level(level: str) -> None:
    try:
        is_share = 0 <= float(level) <= 1
    except ValueError:
        is_share = False
    if not is_share:
        raise InputError(f"level '{level}': expected a share from 0 to 1, with a decimal point, such as 0.25")


def _one_number_a_level(rows: pd.DataFrame, table: Path) -> pd.Series:
    """Levels of morphs, the same number where only rounding tells them apart: here a level gets its identity."""
    level = rows["level"].astype(float).round(LEVEL_DECIMALS)
    for continuum, rising in level.sort_values(kind="stable").groupby(rows["continuum"]):
        step = rising.diff()
        near = np.flatnonzero((step > 0) & (step < LEAST_STEP - 1e-9))
        if len(near):
            pair = rising.iloc[near[0] - 1 : near[0] + 1]
            raise InputError(
                f"{table}, lines {' and '.join(map(str, sorted(pair.index)))}: levels "
                f"{' and '.join(map(str, pair))} of {continuum} are hardly apart. Write equal levels alike, and others "
                f"at least {LEAST_STEP} apart"
            )
        place = rising.rank(method="dense")
        if not (place.groupby(rows["identity"]).diff() == 1).any():
            raise DesignError(
                f"{table}: no identity has two neighbouring levels of {continuum}, so that no change from one level to "
                "the next can be measured. Give all identities the same levels"
            )
    return level


def open_picture(path: str | Path, size: int, where: str = "") -> np.ndarray:
    """A ready picture, grey (size, size) or RGB (size, size, 3), uint8; resized, with antialiasing, where it must be.

    It is turned as its EXIF data say. Colour profiles and gamma are not applied.

    Args:
        where: what names the picture, to begin an error's message with.

    Raises:
        InputError: there is no such picture, it cannot be read, is not square, is tiny, or is not one picture, grey or
            RGB, of 8 bits a channel and without transparency.
    """
    if not os.path.isfile(path):
        raise InputError(f"{where}{path} does not exist, or is no file")
    try:
        with Image.open(path, formats=_FORMATS) as picture:
            if unfit := _unfit(picture):
                raise InputError(
                    f"{where}{path} {unfit}; expected one picture, grey or RGB, of 8 bits a channel, without "
                    "transparency. Save it so"
                )
            picture = _upright(picture)
    except InputError:
        raise
    except Exception as error:  # what Pillow raises of a damaged file depends on the damage
        if getattr(error, "errno", None):  # of the operating system: the picture may be whole
            raise InputError(f"{where}{path} cannot be read ({os.strerror(error.errno)})") from None
        raise InputError(f"{where}{path} is not a readable picture ({error}); expected {', '.join(_FORMATS)}") from None
    width, height = picture.size
    if width != height or width < _SMALLEST:
        raise InputError(
            f"{where}{path} is {width} x {height} pixels; expected a square of at least {_SMALLEST}. Crop it"
        )
    if picture.size != (size, size):
        picture = picture.resize((size, size), Image.Resampling.BILINEAR)  # antialiased where it shrinks
    return np.asarray(picture)


def _unfit(picture: Image.Image) -> str | None:
    """What a picture, not loaded yet, holds that Pillow would reduce to grey or RGB of 8 bits without a word."""
    # a camera's MPO is a picture, with others of it that are not for show
    if picture.format != "MPO" and (frames := getattr(picture, "n_frames", 1)) > 1:
        return f"holds {frames} pictures"
    if picture.mode not in ("L", "RGB"):
        return f"is a picture of mode {picture.mode}"
    if picture.format == "TIFF":
        tags = picture.tag_v2
        eight_bits = set(tags[ExifTags.Base.BitsPerSample]) == {8}
        eight_bits &= tags.get(ExifTags.Base.SamplesPerPixel, 1) == len(picture.getbands())
    elif picture.format == "PPM":
        eight_bits = picture.tile[0].codec_name == "raw" or picture.tile[0].args[1] == 255  # the highest level
    else:
        eight_bits = not any(";" in str(tile.args) for tile in picture.tile)  # as in the raw mode RGB;16B
    if not eight_bits:
        return "has another depth, or a further channel"
    if "transparency" in picture.info:
        return "declares a transparent colour"
    return None


def _upright(picture: Image.Image) -> Image.Image:
    """A picture turned as its EXIF data say; without these, as it is stored."""
    pixels = Image.fromarray(np.asarray(picture))
    try:
        orientation = picture.getexif().get(ExifTags.Base.Orientation)
    except Exception:  # what Pillow raises of broken EXIF data depends on what is broken
        return pixels
    pixels.getexif()[ExifTags.Base.Orientation] = orientation  # and none of the other data, which may be broken
    return ImageOps.exif_transpose(pixels)


def _check_duplicates(frame: pd.DataFrame, files: pd.Series, table: Path) -> None:
    """That no two rows of `frame` have one name or picture; either argument is indexed by line."""
    for column in ("stimulus", "sha256"):
        alike = frame[column].duplicated(keep=False)
        if alike.any():
            value = frame.loc[alike.idxmax(), column]
            first, second = files[frame[column] == value].iloc[:2].items()
            where = f"{table}, lines {first[0]}, {second[0]}"
            if column == "stimulus" and Path(first[1]) != Path(second[1]):
                raise InputError(
                    f"{where}: {first[1]} and {second[1]} would both be called '{value}', as stimuli go by their "
                    "files' names without the ending. Rename one of the files"
                )
            raise InputError(f"{where}: the same picture twice, {first[1]} and {second[1]}. List every picture once")
