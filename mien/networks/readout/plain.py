"""What a network gives by its own forward, as plain hooks on its modules see it."""

from collections import defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass

import torch
from torch import nn

from mien.networks.readout.traced import Call, tensors

#: Largest difference that rounding explains, as a share of a layer's largest response. A picture alone and among others
#: differs by up to 4e-6 in torchvision's untrained networks on a processor; what the others do to it is near 1.
TOLERANCE = 1e-3

_SAMPLE = 1000


class _Enough(BaseException):
    """Ends a forward whose rest nobody wants; no network catches it."""


@torch.inference_mode()
def forward(
    network: nn.Module,
    batch: torch.Tensor,
    seen: Callable[[Call, object], bool],
    modules: Collection[str] | None = None,
) -> list[torch.Tensor]:
    """Compute a network, and tell what its modules give, when they give it: what comes later may change it in place.

    Args:
        seen: told the call and its value; the forward ends there if it returns True.
        modules: paths of those that are of interest; all of them but the network itself if not given.

    Returns:
        The tensors in the network's output; none of a forward that has ended before.
    """
    calls: defaultdict[str, int] = defaultdict(int)
    hooks = []

    def hook(path: str, value: object) -> None:
        calls[path] += 1
        if seen(Call(path, calls[path] - 1), value):
            raise _Enough

    try:
        for path, module in network.named_modules():
            if path and (modules is None or path in modules):
                hooks.append(module.register_forward_hook(lambda *call, path=path: hook(path, call[2])))
        return tensors(network(batch.clone()))
    except _Enough:
        return []
    finally:
        for each in hooks:
            each.remove()


def alike(found: torch.Tensor, expected: torch.Tensor) -> bool:
    """Whether values are the same but for rounding."""
    if found.shape != expected.shape:
        return False
    return not found.numel() or bool((found - expected).abs().max() <= TOLERANCE * expected.abs().max())


@dataclass
class Sample:
    """A few values of what was given for the first picture, by which two of it are told apart."""

    shape: torch.Size
    values: torch.Tensor
    largest: torch.Tensor  #: of all values

    def alike(self, other: "Sample", alone: bool = False) -> bool:
        """Whether values are the same but for rounding; of one picture `alone` its row is one, not of several."""
        if (self.shape[1:] if alone else self.shape) != (other.shape[1:] if alone else other.shape):
            return False
        return bool(((self.values - other.values).abs() <= TOLERANCE * other.largest).all())


def sample(value: object) -> Sample | None:
    """A sample of a value, if it is a tensor of real numbers with a row for each picture."""
    if not isinstance(value, torch.Tensor) or not value.is_floating_point() or not value.ndim or not value.numel():
        return None
    every = torch.nan_to_num(value)
    row = every[0].flatten()
    return Sample(value.shape, row[:: max(1, len(row) // _SAMPLE)].clone(), every.abs().max())
