"""Pictures as PNG bytes, and a user's own folder of ready pictures as a stimulus set."""

import hashlib
import io
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd
from PIL import Image, UnidentifiedImageError

from mien.errors import DesignError, InputError
from mien.expressions import EXPRESSIONS, ends_of

#: Decimals of a morph level: what agrees in them is one level. So .1 is 1 - .9, which is .09999999999999998.
LEVEL_DECIMALS = 9
#: Levels of a continuum that are nearer to each other, and not the same, are refused.
LEAST_STEP = 0.001

_SMALLEST = 16  # pixels a side; below this there is no face to see


def encode_png(image: np.ndarray) -> bytes:
    """PNG bytes of a uint8 picture, shape (height, width) or (height, width, 3)."""
    buffer = io.BytesIO()
    Image.fromarray(image).save(buffer, format="PNG", compress_level=6)
    return buffer.getvalue()


def decode_png(pictures: Iterable[bytes]) -> np.ndarray:
    """Pictures of one size as uint8, shape (n, height, width) or, in colour, (n, height, width, 3)."""
    return np.stack([np.asarray(Image.open(io.BytesIO(picture))) for picture in pictures])


def picture_columns(images: Iterable[np.ndarray], source: str) -> dict[str, list]:
    """The columns `source`, `image`, `sha256` that every table of pictures ends with."""
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
        DesignError: an identity x expression combination is missing or double.
    """
    table = Path(table)
    if not table.is_file():
        raise InputError(f"{table}: no such file. Expected a CSV with the columns file, identity, expression")
    try:
        rows = pd.read_csv(
            table,
            dtype={"file": str, "identity": str, "expression": str, "continuum": str},
            keep_default_na=False,  # an identity may be called NA
            na_values=[""],
        )
    except ValueError as error:
        raise InputError(f"{table}: not a CSV table in UTF-8 ({error}). Save it as one") from None
    design = ["continuum", "level"] if set_name == "morphs" else ["expression"]
    for column in ("file", "identity", *design):
        if column not in rows:
            needed = ", ".join(["file", "identity", *design])
            raise InputError(f"{table}: no column '{column}'. A table of the set {set_name} needs {needed}")
        if rows[column].isna().any():
            line = int(rows[column].isna().idxmax()) + 2
            raise InputError(f"{table}, line {line}: '{column}' is empty")
    if rows.empty:
        raise InputError(f"{table}: lists no pictures. It needs a row for each")
    _check_labels(rows, design, table)
    rows = rows.assign(level=_one_number_a_level(rows, table)) if "level" in design else rows
    images = [
        open_picture(table.parent / file, size, where=f"{table}, line {line}: ")
        for line, file in enumerate(rows["file"], start=2)
    ]
    if len({image.ndim for image in images}) > 1:
        raise InputError(f"{table}: some pictures are grey and some in colour. Give all of them alike")
    frame = pd.DataFrame(
        {
            "stimulus": [f"{set_name}/{Path(file).with_suffix('')}" for file in rows["file"]],
            "set": set_name,
            "identity": rows["identity"],
            "expression": rows.get("expression"),
            "continuum": rows.get("continuum"),
            "level": rows.get("level"),
            **picture_columns(images, source=str(table.name)),
        }
    )
    _check_duplicates(frame, table)
    return frame


def _check_labels(rows: pd.DataFrame, design: list[str], table: Path) -> None:
    for line, row in enumerate(rows.to_dict("records"), start=2):
        try:
            if "continuum" in design:
                ends_of(row["continuum"])
                if not 0 <= float(row["level"]) <= 1:
                    raise InputError(f"level {row['level']}: expected a share from 0 to 1")
            elif row["expression"] not in EXPRESSIONS:
                raise InputError(f"expression '{row['expression']}': expected one of {', '.join(EXPRESSIONS)}")
        except (InputError, ValueError) as error:
            raise InputError(f"{table}, line {line}: {error}") from None
    if "expression" in design:
        counts = pd.crosstab(rows["identity"], rows["expression"]).reindex(columns=EXPRESSIONS, fill_value=0)
        for (identity, expression), count in counts.stack().items():
            if count != 1:
                raise DesignError(
                    f"{table}: identity '{identity}' has {count} pictures of '{expression}', and needs exactly one of "
                    f"each of {', '.join(EXPRESSIONS)}. Add the missing row, or leave the identity out"
                )


def _one_number_a_level(rows: pd.DataFrame, table: Path) -> pd.Series:
    """Levels of morphs, the same number where only rounding tells them apart: here a level gets its identity."""
    level = rows["level"].astype(float).round(LEVEL_DECIMALS)
    for continuum, rising in level.sort_values(kind="stable").groupby(rows["continuum"]):
        step = rising.diff()
        near = np.flatnonzero((step > 0) & (step < LEAST_STEP - 1e-9))
        if len(near):
            pair = rising.iloc[near[0] - 1 : near[0] + 1]
            raise InputError(
                f"{table}, lines {' and '.join(str(row + 2) for row in sorted(pair.index))}: levels "
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

    Args:
        where: what names the picture, to begin an error's message with.

    Raises:
        InputError: there is no such picture, it cannot be read, is not square, is tiny, or is neither grey nor RGB.
    """
    try:
        with Image.open(path) as picture:
            width, height = picture.size
            if width != height or width < _SMALLEST:
                raise InputError(
                    f"{where}{path} is {width} x {height} pixels; expected a square of at least {_SMALLEST}. Crop it"
                )
            if picture.mode not in ("L", "RGB"):  # a depth, palette or transparency that a conversion could spoil
                raise InputError(
                    f"{where}{path} is a picture of mode {picture.mode}; expected grey or RGB of 8 bits a channel, "
                    "without transparency. Save it so"
                )
            if picture.size != (size, size):
                picture = picture.resize((size, size), Image.Resampling.BILINEAR)  # antialiased where it shrinks
            return np.asarray(picture)
    except FileNotFoundError:
        raise InputError(f"{where}{path} does not exist") from None
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError) as error:
        raise InputError(f"{where}{path} is not a readable picture ({error})") from None


def _check_duplicates(frame: pd.DataFrame, table: Path) -> None:
    for column, what in (("stimulus", "file name"), ("sha256", "picture")):
        twice = frame[frame[column].duplicated(keep=False)]
        if len(twice):
            lines = ", ".join(str(index + 2) for index in twice.index[:2])
            raise InputError(f"{table}, lines {lines}: the same {what} twice. List every picture once")
