"""How hard a stimulus set is: what a linear classifier of all its pixels makes of it."""

from collections.abc import Mapping

import numpy as np
import pandas as pd
from PIL import Image

from mien.decoding.classifiers import fit
from mien.decoding.kernels import of_units
from mien.status import NOT_CONVERGED, OK
from mien.stimuli.pictures import decode_png
from mien.tables.schema import FLOAT, INT, TEXT, Schema, status_of

#: Codes that `status` may have.
STATUSES = (NOT_CONVERGED,)

DIFFICULTY = Schema(
    "difficulty",
    {"set": TEXT, "n_pixels": INT, "n": INT, "correct": INT, "accuracy": FLOAT, "status": status_of(*STATUSES)},
)

_SIDE = 64  # pixels; expressions are as plain at this size, and a classifier of 50,000 pixels takes minutes


def difficulty(localizer: pd.DataFrame, tested: Mapping[str, pd.DataFrame], settings: Mapping) -> pd.DataFrame:
    """The table `difficulty`: accuracy of a classifier of pixels, fitted on the localizer, on each of the other sets.

    Args:
        localizer: a `stimuli` table.
        tested: `stimuli` tables of expressions, by the set's name.
        settings: of the classifier, as in `classifiers.fit`.
    """
    mode = "L" if decode_png(localizer["image"].iloc[:1]).ndim == 3 else "RGB"  # a colour set may follow a grey one
    pixels = [_pixels(stimuli, mode) for stimuli in (localizer, *tested.values())]
    kernels = of_units(pixels[0], pixels[1:])
    classifier = fit(kernels.gram, localizer["expression"], settings)
    status = OK if classifier.converged else NOT_CONVERGED
    rows = []
    for (name, stimuli), shown in zip(tested.items(), kernels.tested, strict=True):
        correct = int((classifier.predict(shown) == stimuli["expression"]).sum())
        rows.append((name, kernels.n_units, len(stimuli), correct, correct / len(stimuli), status))
    return pd.DataFrame(rows, columns=DIFFICULTY.names)


def _pixels(stimuli: pd.DataFrame, mode: str) -> np.ndarray:
    """The pictures in one of Pillow's modes, reduced where larger than `_SIDE`, as (stimuli, numbers) of 0 to 255."""
    pictures = decode_png(stimuli["image"])
    side = min(_SIDE, pictures.shape[1])
    made = (Image.fromarray(picture).convert(mode) for picture in pictures)
    reduced = [np.asarray(picture.resize((side, side), Image.Resampling.BOX)) for picture in made]
    return np.stack(reduced).reshape(len(stimuli), -1).astype(np.float64)
