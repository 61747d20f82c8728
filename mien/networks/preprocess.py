"""Pictures as a network takes them."""

import math
from collections.abc import Mapping

import numpy as np
import torch
from torch import nn

from mien.errors import InputError

#: torch's name of each way to interpolate, and whether what is made smaller is smoothed before.
_INTERPOLATIONS = {"bilinear": ("bilinear", True), "bicubic": ("bicubic", True), "nearest": ("nearest-exact", False)}


def prepare(images: np.ndarray, input: Mapping, device: torch.device | str = "cpu") -> torch.Tensor:
    """Images as a network wants them: size, crop, order of channels, scale and mean belong to its weights.

    Args:
        images: (n, rows, columns) grey or (n, rows, columns, 3) RGB, uint8, square.
        input: all that `mien.networks.input.resolved` gives: `size` (side of the network's input, pixels), `crop`
            (the share of the images' side that the network sees, centred), `interpolation` (`bilinear` or `bicubic`,
            both antialiased, or `nearest`), `scale` (what grey levels 0 to 255 are multiplied by), `mean` and `sd`
            (three each, of the scaled levels, in the order of `channels`), `channels` (`rgb` or `bgr`).

    Returns:
        (n, 3, size, size) float32 on `device`: (level * scale - mean) / sd. Images whose side is not size / crop,
        rounded down, are resized to that, and what is beyond the middle `size` pixels is cut off, as timm and
        torchvision do. Grey images have three equal channels before mean and sd.

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
    size, whole = input["size"], math.floor(input["size"] / input["crop"] + 1e-6)  # 224 / (224 / 232) is 232
    if batch.shape[-1] != whole:
        mode, antialias = _INTERPOLATIONS[input["interpolation"]]
        batch = nn.functional.interpolate(batch, (whole, whole), mode=mode, antialias=antialias)
        batch = batch.clamp(0, 255)  # a bicubic curve overshoots at edges
    edge = round((whole - size) / 2)
    batch = batch[..., edge : edge + size, edge : edge + size]
    if input["channels"] == "bgr":
        batch = batch.flip(1)
    mean, sd = (torch.tensor(input[key], dtype=torch.float32, device=device).view(1, 3, 1, 1) for key in ("mean", "sd"))
    return ((batch * input["scale"] - mean) / sd).contiguous(memory_format=torch.channels_last)
