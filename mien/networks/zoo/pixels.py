"""The picture itself as a network of one layer, `image`: what there is to read before anything has learnt."""

from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mien.networks.zoo.interface import Zoo

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


ZOO = Zoo(
    known=lambda name: name == "pixels",
    check=lambda architecture: None,
    build=build,
    layers=lambda name, classes: ("image",),
    has_weights=False,
)
