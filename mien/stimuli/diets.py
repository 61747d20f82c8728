"""Diets: labelled pictures to rear a network on, of people, of objects, of both, or from a folder of the user's own.

The people of a diet are in no stimulus set. They move random mixtures of action units that are none of the six
expressions, unless the diet shows these.
"""

import itertools
import os
from collections.abc import Iterable, Mapping
from pathlib import Path

import numpy as np
import pandas as pd

from mien.draws import generator
from mien.errors import InputError
from mien.expressions import EXPRESSIONS
from mien.stimuli.faces import parametric
from mien.stimuli.folders import class_folders, pictures_in
from mien.stimuli.objects import render
from mien.stimuli.pictures import COLUMNS, open_picture, picture_columns
from mien.stimuli.views import draw_views
from mien.tables.schema import TEXT, Schema, one_of

TRAIN, HELDOUT = "train", "heldout"
DIET = Schema(
    "diet",
    {
        "stimulus": TEXT,
        "diet": TEXT,
        "label": TEXT,
        "expression": TEXT,
        "split": one_of(TRAIN, HELDOUT),
        **COLUMNS,
    },
)


def diet(name: str, design: Mapping, variation: Mapping, size: int, seed: int) -> pd.DataFrame:
    """A `diet` table.

    Args:
        name: of the diet; another diet has other people.
        design: `source`: `parametric` (a class is a person), `objects` (a class is a category), `mixed` (the first half
            of the classes are people, one more where their number is odd, the others categories) or `folder` (a class
            is one of its subfolders); `classes`; `images`: pictures of a class to train on, and `heldout` more of each
            to test the trained network with; `shows`: what people do, `mixtures` (the default) or `expressions`, the
            six in turn; `folder`: the path of the folder.
        variation: half-ranges of view and expression, as in `stimuli.expression_set`; a folder's pictures stay as they
            are.
        size: side of the pictures, pixels.

    Returns:
        One row a picture. `expression` is null where a picture shows none of the six, or is of a folder.

    Raises:
        InputError: more classes of objects than there are categories; a folder that is not as the design says.
    """
    if design["source"] == "folder":
        return _of_folder(name, design, size, seed)
    classes = range(design["classes"])
    people = {"parametric": len(classes), "objects": 0, "mixed": (len(classes) + 1) // 2}[design["source"]]
    if (n_categories := len(classes) - people) > len(render.CATEGORIES):
        raise InputError(
            f"diets: {name}: {n_categories} classes of objects; there are {len(render.CATEGORIES)} categories"
        )
    parts = [
        draw(name, classes[part], design, variation, size, seed)
        for draw, part in ((_of_faces, slice(people)), (_of_objects, slice(people, None)))
        if classes[part]
    ]
    return pd.concat(parts, ignore_index=True)


def _of_faces(name: str, classes: range, design: Mapping, variation: Mapping, size: int, seed: int) -> pd.DataFrame:
    shots = _shots(name, classes, design, seed)
    keys = [(seed, name, label) for _, _, label, _ in shots]
    if design.get("shows") == "expressions":  # in turn; not every person's first, so that held-out pictures have all
        shown = [EXPRESSIONS[(label + shot) % len(EXPRESSIONS)] for _, _, label, shot in shots]
        actions = [
            parametric.expression_actions(person, expression, variation, (*shot, expression))
            for person, expression, shot in zip(keys, shown, shots, strict=True)
        ]
    else:
        shown, actions = None, [parametric.mixture_actions(shot) for shot in shots]
    pictures = parametric.render(
        parametric.draw_identities(keys), np.stack(actions), draw_views(shots, variation), size
    )
    labels = [f"{label:03d}" for _, _, label, _ in shots]
    return _table(name, labels, [f"{shot[-1]:03d}" for shot in shots], design, pictures, "parametric", shown)


def _of_objects(name: str, classes: range, design: Mapping, variation: Mapping, size: int, seed: int) -> pd.DataFrame:
    shots = _shots(name, classes, design, seed)
    spread = [render.CATEGORIES[place * len(render.CATEGORIES) // len(classes)] for place in range(len(classes))]
    labels = [spread[label - classes[0]] for _, _, label, _ in shots]
    pictures = render.render(labels, shots, draw_views(shots, variation), size)
    return _table(name, labels, [f"{shot[-1]:03d}" for shot in shots], design, pictures, "objects")


def _shots(name: str, classes: range, design: Mapping, seed: int) -> list[tuple]:
    """The name of every picture: (seed, diet, class, number)."""
    return [(seed, name, label, shot) for label in classes for shot in range(design["images"] + design["heldout"])]


def _table(
    name: str,
    labels: list[str],
    names: list[str],
    design: Mapping,
    pictures: Iterable[np.ndarray],
    source: str,
    expressions: list[str] | None = None,
) -> pd.DataFrame:
    """A `diet` table of classes one after the other, each of `images` pictures and `heldout` more."""
    of_a_class = [TRAIN] * design["images"] + [HELDOUT] * design["heldout"]
    return pd.DataFrame(
        {
            "stimulus": [f"{name}/{label}/{picture}" for label, picture in zip(labels, names, strict=True)],
            "diet": name,
            "label": labels,
            "expression": expressions,
            "split": of_a_class * (len(labels) // len(of_a_class)),
            **picture_columns(pictures, source),
        }
    )


def _of_folder(name: str, design: Mapping, size: int, seed: int) -> pd.DataFrame:
    """A draw of each class's pictures, the same as long as the folder holds the same names."""
    chosen = _choose(name, design, seed)
    paths = list(itertools.chain.from_iterable(chosen.values()))
    if misnamed := [path for path in paths if not _is_utf8(path)]:
        raise InputError(f"{ascii(str(misnamed[0]))}: the name is not in UTF-8. Rename the file, or its folder")
    pictures = [open_picture(path, size) for path in paths]
    if len({picture.ndim for picture in pictures}) > 1:
        raise InputError(f"{design['folder']}: some pictures are grey and some in colour. Give all of them alike")
    labels = [label for label, own in chosen.items() for _ in own]
    frame = _table(name, labels, [path.name for path in paths], design, pictures, Path(design["folder"]).name)
    twice = frame["sha256"].duplicated(keep=False)
    if twice.any():  # or a network could be tested on what it was trained on
        first = frame["sha256"] == frame.loc[twice, "sha256"].iloc[0]
        same = ", ".join(str(path) for path, of_these in zip(paths, first, strict=True) if of_these)
        raise InputError(f"{design['folder']}: the same picture more than once: {same}. Keep one of them")
    return frame


def _is_utf8(path: Path) -> bool:
    try:
        str(path).encode()
    except UnicodeEncodeError:
        return False
    return True


def _choose(name: str, design: Mapping, seed: int) -> dict[str, list[Path]]:
    """Paths of each class's pictures, `images` and then `heldout` of them, by the name of its subfolder."""
    folder, wanted = Path(design["folder"]), design["images"] + design["heldout"]
    if not os.path.isdir(folder):
        raise InputError(f"diets: {name}: {folder} is no folder. Expected one with a subfolder of pictures a class")
    subfolders = class_folders(folder)
    if len(subfolders) != design["classes"]:
        raise InputError(
            f"diets: {name}: {folder} has {len(subfolders)} subfolders, one a class, and classes is "
            f"{design['classes']}. Make the two equal"
        )
    chosen = {}
    for subfolder in subfolders:
        held = pictures_in(subfolder)
        if len(held) < wanted:
            raise InputError(
                f"diets: {name}: {subfolder} holds {len(held)} pictures; expected at least {wanted}: "
                f"{design['images']} to train on and {design['heldout']} to test with"
            )
        order = generator(seed, name, subfolder.name, "folder").permutation(len(held))
        chosen[subfolder.name] = [held[place] for place in order[:wanted]]
    return chosen
