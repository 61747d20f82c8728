"""The planted study as pictures: a pixel is a unit of the network `pixels`, and its grey level a response.

A picture holds responses in steps of 1 / `GREYS`, so rounding adds 0.03 % to the variance of the noise; levels are cut
off at 0 and 255, eight standard deviations from the mean.
"""

from pathlib import Path

import numpy as np
import pandas as pd
import yaml

from mien.stimuli.pictures import encode_png
from mien.stimuli.schema import STIMULI
from tests.helpers.planted import truth
from tests.helpers.planted.observers import participants_trials
from tests.helpers.planted.responses import Units, responses_to
from tests.helpers.tables import table_of

SIDE, MEAN, GREYS = 32, 128, 16  # pixels a side; grey level of no response; grey levels a standard deviation


def pictures_of(units: Units, set_: str) -> pd.DataFrame:
    """A set with its pictures, as the workflow keeps it."""
    stimuli, responses = responses_to(units, set_)
    greys = np.rint(MEAN + GREYS * responses).clip(0, 255).astype(np.uint8)
    return table_of(STIMULI, stimuli.assign(image=[encode_png(grey) for grey in greys.reshape(-1, SIDE, SIDE)]))


def write(folder: Path, units: Units) -> Path:
    """Write the pictures, their CSV tables and the configuration of the study `planted`; returns the latter's path."""
    for set_ in truth.IDENTITIES:
        stimuli = pictures_of(units, set_)
        (folder / set_).mkdir(parents=True)
        stimuli["file"] = set_ + "/" + stimuli["stimulus"] + ".png"
        for file, image in zip(stimuli["file"], stimuli["image"], strict=True):
            (folder / file).write_bytes(image)
        stimuli[["file", "identity", "expression", "continuum", "level"]].dropna(axis=1, how="all").to_csv(
            folder / f"{set_}.csv", index=False
        )
    participants_trials(10, *units.name).to_csv(folder / "participants.csv", index=False)
    configuration = {
        "study": "planted",
        "stimuli": {
            "size": SIDE,
            "sets": {set_: {"source": "pictures", "table": str(folder / f"{set_}.csv")} for set_ in truth.IDENTITIES},
        },
        "networks": {
            "pixels": {"architecture": {"name": "pixels"}, "input": {"size": SIDE}, "layers": ["image"], "seeds": [0]}
        },
        "selectivity": {"permutations": 100, "control_draws": 2},
        "decoding": {"shuffles": 2},
        "comparison": {"human": ["published", str(folder / "participants.csv")]},
        "figures": {"focus": "pixels", "layer": "image", "compare": ["pixels"]},
    }
    path = folder / "planted.yaml"
    path.write_text(yaml.safe_dump(configuration, sort_keys=False))
    return path
