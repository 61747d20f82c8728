"""From a set's chosen photographs and their landmarks to its stimuli and, with `continua`, to its morphs."""

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from mien.errors import InputError
from mien.reporting import progress
from mien.stimuli.photographs.alignment import covered, move, on_eyes, resample, share_outside
from mien.stimuli.photographs.cutouts import OUTLINES, cut_out, mask
from mien.stimuli.photographs.luminance import MATCHING
from mien.stimuli.photographs.reading import read_grey
from mien.stimuli.photographs.rejected import names_of, rejected_table
from mien.stimuli.photographs.rejection import Rejected
from mien.stimuli.photographs.schemes import Landmarks, check_apart, check_geometry
from mien.stimuli.photographs.usable import usable
from mien.stimuli.pictures import picture_columns

SOURCE = "photographs"
_OUTSIDE = 0.01  # of a cut-out, at most, may lie beyond the photograph's edge, where it is black


class Aligned(NamedTuple):
    """A photograph brought to its place, and not cut out yet; what `morphs.End` needs."""

    picture: np.ndarray  #: (size, size) float32, 0 to 255
    landmarks: Landmarks  #: in it
    outline: np.ndarray | None  #: (m, 2), of its cut-out; None: it is shown whole


class Prepared(NamedTuple):
    """The pictures of a set."""

    pictures: pd.DataFrame  #: rows of table `photographs`: those that are in the set
    aligned: list[Aligned]  #: alike
    rejected: pd.DataFrame  #: table `rejected`: all others
    clipped: float  #: the greatest share of a cut-out that matching made black or white


def prepare(
    name: str,
    pictures: pd.DataFrame,
    landmarks: Mapping[str, Landmarks],
    without: pd.DataFrame,
    design: Mapping[str, Any],
    how: Mapping[str, Any],
    size: int,
    seed: int,
) -> Prepared:
    """Read, align and match the photographs of a set, and choose those that are in it.

    Args:
        name: of the set.
        pictures: table `photographs`.
        landmarks: of them, by name (`names_of`), and `without`: why others have none, as a table `rejected`.
        design: `identities`, `incomplete` and `per_expression`, as `designs.usable` takes them.
        how: `stimuli.photographs` of the configuration.
        size: side of the stimuli, pixels.
        seed: of the study's stimuli.

    Raises:
        DesignError: pictures cannot be used, and the set needs them; the message has all of them.
        InputError: landmarks are of several schemes, a person's pictures are not of one size where they share a
            transform, or a picture's contrast cannot be matched.
    """
    _check_one_scheme(name, landmarks)
    files = pd.Series(names_of(pictures), index=pictures.index)
    rejected = _without(files, without)
    aligned: dict[int, Aligned] = {}
    identities = pictures.drop(index=list(rejected)).groupby("identity", sort=False)
    for _, person in progress(identities, f"align {name}", unit="identity"):
        faces = {row: landmarks.get(files[row]) for row in person.index}
        for row, each in _align(person, faces, how, size):
            (rejected if isinstance(each, Rejected) else aligned)[row] = each
    why = usable(name, pictures, rejected, seed, **design)
    taken = pictures[why.isna()]
    chosen, clipped = _matched([aligned[row] for row in taken.index], files[taken.index].tolist(), how)
    others = {row: rejected.get(row, reason) for row, reason in why.dropna().items()}
    return Prepared(taken.reset_index(drop=True), chosen, rejected_table(pictures, others), clipped)


def stimuli(name: str, prepared: Prepared, edge: float) -> pd.DataFrame:
    """A `stimuli` table of a set's photographs, cut out on black."""
    pictures = prepared.pictures
    images = (cut_out(each.picture, shown(each, edge)) for each in prepared.aligned)
    return pd.DataFrame(
        {
            "stimulus": [f"{name}/{row.identity}/{row.expression}" for row in pictures.itertuples()],
            "set": name,
            "identity": pictures["identity"],
            "expression": pictures["expression"],
            "continuum": None,
            "level": None,
            **picture_columns(images, SOURCE),
        }
    )


def shown(face: Aligned, edge: float) -> np.ndarray:
    """The mask of a cut-out, (size, size) float32, 1 where it is shown; without an outline all of the picture is."""
    if face.outline is None:
        return np.ones(face.picture.shape, np.float32)
    return mask(face.outline, len(face.picture), edge)


def _align(
    person: pd.DataFrame, landmarks: Mapping[int, Landmarks | None], how: Mapping[str, Any], size: int
) -> Iterator[tuple[int, Aligned | Rejected]]:
    """A person's pictures by their rows, each brought to its place or rejected."""
    read: dict[int, tuple[np.ndarray, Landmarks]] = {}
    for row, path in person["path"].items():
        picture, face = read_grey(path, how["grey"]), landmarks[row]
        try:
            if isinstance(picture, Rejected):
                raise picture
            if face is None:
                raise Rejected("no landmarks", "the table of landmarks has no row of it")
            check_geometry(face, picture.shape[1], picture.shape[0])
            check_apart(face)
            read[row] = picture, face
        except Rejected as reason:
            yield row, reason
    together = [face for _, face in read.values()]
    if how["align"] == "person" and len({picture.shape for picture, _ in read.values()}) > 1:
        sizes = ", ".join(
            f"{person.at[row, 'file']} ({each.shape[1]} x {each.shape[0]})" for row, (each, _) in read.items()
        )
        raise InputError(
            f"one transform a person (align: person) needs pictures of one size, not {sizes}. Take `align: eyes`, or "
            "pictures of one size"
        )
    for row, (picture, face) in read.items():
        faces = together if how["align"] == "person" else [face]
        transform = on_eyes(faces, size, how["eyes"]["distance"], how["eyes"]["height"])
        moved = move(face, transform)
        outline = OUTLINES[how["cut_out"]](moved) if how["cut_out"] != "none" else None
        each = Aligned(resample(picture, transform, size), moved, outline)
        outside = share_outside(shown(each, how["edge"]), covered(transform, picture.shape, size))
        if outline is not None and not outside <= _OUTSIDE:
            yield row, Rejected("cut off", f"{outside:.0%} of the cut-out lies beyond the photograph's edge")
        else:
            yield row, each


def _matched(faces: list[Aligned], names: list[str], how: Mapping[str, Any]) -> tuple[list[Aligned], float]:
    if how["match"] == "none":
        return faces, 0.0
    masks = np.stack([shown(face, how["edge"]) for face in faces])
    matched = MATCHING[how["match"]](np.stack([face.picture for face in faces]), masks, names)
    return [face._replace(picture=new) for face, new in zip(faces, matched.pictures, strict=True)], float(
        matched.clipped.max()
    )


def _check_one_scheme(name: str, landmarks: Mapping[str, Landmarks]) -> None:
    first: dict[str, str] = {}
    for file, face in landmarks.items():
        first.setdefault(face.scheme, file)
    if len(first) > 1:
        each = " and ".join(f"{scheme} ({file})" for scheme, file in first.items())
        raise InputError(
            f"set {name}: landmarks are {each}. Outlines and morphs need one scheme in a set: give all of them in one"
        )


def _without(files: pd.Series, without: pd.DataFrame) -> dict[int, Rejected]:
    reasons = dict(zip(names_of(without), zip(without["reason"], without["detail"], strict=True), strict=True))
    return {row: Rejected(*reasons[file]) for row, file in files.items() if file in reasons}
