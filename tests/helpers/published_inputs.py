"""A photograph as a library prepares it for a network, beside what mien makes of what the library publishes."""

from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np
import torch
from PIL import Image

from mien.networks.input import resolved
from mien.networks.preprocess import prepare

#: Square, 450 pixels wide.
PHOTOGRAPH = Path(__file__).parents[1] / "stimuli/photographs/london/001_08.jpg"


def differences(architecture: Mapping, theirs: Callable[[Image.Image], torch.Tensor]) -> tuple[float, float]:
    """Mean and largest difference between the prepared photographs, grey levels of 0 to 255.

    Libraries resize with Pillow, which rounds to whole levels, once for rows and once for columns; mien doesn't round.
    That alone makes a mean difference of 0.2 to 0.25.
    """
    picture = Image.open(PHOTOGRAPH).convert("RGB")
    input = resolved(architecture, {})
    ours, expected = prepare(np.array(picture)[None], input)[0], theirs(picture)
    assert ours.shape == expected.shape == (3, input["size"], input["size"])
    levels = (ours - expected).abs() * torch.tensor(input["sd"])[:, None, None] * 255
    return levels.mean().item(), levels.max().item()
