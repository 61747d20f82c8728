"""Pictures as a network takes them."""

from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from mien.errors import InputError


def prepare(images: np.ndarray, input: Mapping, size: int, device: torch.device | str = "cpu") -> torch.Tensor:
    """Images as a network wants them: channel order, scale and mean belong to its weights.

    Args:
        images: (n, rows, columns) grey or (n, rows, columns, 3) RGB, uint8, square.
        input: `scale` (what grey levels 0 to 255 are multiplied by), `mean` and `sd` (three each, of the scaled levels,
            in the order of `channels`), `channels` (`rgb` or `bgr`).
        size: side of the network's input, pixels; a network knows its own as `input_size`.

    Returns:
        (n, 3, size, size) float32 on `device`: (level * scale - mean) / sd, after a bilinear, antialiased resizing
        where the size differs. Grey images have three equal channels before mean and sd.

    Raises:
        InputError: images are not square.
    """
    if images.shape[1] != images.shape[2]:
        raise InputError(
            f"images of {images.shape[1]} x {images.shape[2]} pixels: a network's input is square; crop or pad them"
        )
    batch = torch.from_numpy(images).to(device)
    batch = batch[:, None] if batch.ndim == 3 else batch.permute(0, 3, 1, 2)
    batch = batch.float()
    if batch.shape[-1] != size:
        batch = nn.functional.interpolate(batch, (size, size), mode="bilinear", antialias=True)
    if input["channels"] == "bgr":
        batch = batch.flip(1)
    mean, sd = (torch.tensor(input[key], dtype=torch.float32, device=device).view(1, 3, 1, 1) for key in ("mean", "sd"))
    return ((batch * input["scale"] - mean) / sd).contiguous(memory_format=torch.channels_last)
