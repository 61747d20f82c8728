"""The picture itself as a network of one layer, `image`: what there is to read before anything has learnt."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mien.errors import InputError
from mien.networks.zoo.interface import OWN, Zoo, from_of

if TYPE_CHECKING:
    from torch import nn


def build(architecture: Mapping, seed: int) -> "nn.Module":
    """A network whose `image` is the mean of a prepared picture's channels: (n, 3, rows, columns) to (n, 1, ...)."""
    import torch
    from torch import nn

    class Grey(nn.Module):
        def forward(self, batch: torch.Tensor) -> torch.Tensor:
            return batch.mean(dim=1, keepdim=True)

    return nn.Sequential(OrderedDict(image=Grey()))


def _check(architecture: Mapping) -> None:
    if "input_size" not in architecture:
        raise InputError("input.size: missing. Give the side of the picture that is read, in pixels")


ZOO = Zoo(
    known=lambda architecture: from_of(architecture) == OWN and architecture.get("name") == "pixels",
    check=_check,
    build=build,
    layers=lambda name, classes: ("image",),
    has_weights=False,
)
