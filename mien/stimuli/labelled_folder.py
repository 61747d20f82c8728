"""Source `folder`: a user's own folder of labelled pictures as a diet, a subfolder a class."""

import itertools
import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from mien.draws import generator
from mien.errors import InputError
from mien.stimuli import diets
from mien.stimuli.folders import class_folders, pictures_in
from mien.stimuli.picture_files import open_picture


def diet(
    name: str, design: Mapping, expressions: Sequence[str], variation: Mapping, size: int, seed: int
) -> pd.DataFrame:
    """A draw of each class's pictures, the same as long as the folder holds the same names; they stay as they are.

    Args:
        name: of the diet, for the draw.
        design: `folder`; `classes`, how many subfolders it has; `images` to train on and `heldout` to test with, of
            each.
        variation: of no account.
        size: side of the pictures, pixels.
        seed: of the study's stimuli.

    Raises:
        InputError: the folder is not as the design says, or a picture cannot be used; the message names it.
    """
    chosen = _choose(name, design, seed)
    paths = list(itertools.chain.from_iterable(chosen.values()))
    pictures = [open_picture(path, size) for path in paths]
    if len({picture.ndim for picture in pictures}) > 1:
        raise InputError(f"{design['folder']}: some pictures are grey and some in colour. Give all of them alike")
    labels = [label for label, own in chosen.items() for _ in own]
    frame = diets.table(name, labels, [path.name for path in paths], design, pictures, Path(design["folder"]).name)
    twice = frame["sha256"].duplicated(keep=False)
    if twice.any():  # or a network could be tested on what it was trained on
        first = frame["sha256"] == frame.loc[twice, "sha256"].iloc[0]
        same = ", ".join(str(path) for path, of_these in zip(paths, first, strict=True) if of_these)
        raise InputError(f"{design['folder']}: the same picture more than once: {same}. Keep one of them")
    return frame


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
