"""What is known of a network's operations, whatever way they were found: names, and how to read them."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import torch
from torch import nn
from torch.utils import _pytree

from mien.errors import InputError


class Call(NamedTuple):
    """A module's path within its network, and which of its calls, from 0."""

    module: str
    number: int


@dataclass
class Traced(ABC):
    """A network whose operations have names, in the order in which they are computed, as they are in evaluation."""

    network: nn.Module
    names: tuple[str, ...]
    #: the calls of modules that give what is named; where a module's last operation is what it gives
    given_by: dict[str, list[Call]]
    #: the modules that the network calls
    called: Collection[str]

    #: how it was traced, as `layers.csv` says
    by = ""
    #: whether `given_by` was seen, so that where it is wrong all is; or was taken from the order of operations
    seen_given = True
    #: whether it is known what follows an operation
    knows_order = True

    def evaluate(self) -> None:
        """Put the network in evaluation mode, in which it has to stay."""
        self.network.eval()

    @abstractmethod
    def reading(self, read: Sequence[str]) -> Callable[[torch.Tensor, Callable[[int, object], None]], None]:
        """A function that computes part of a network, with its weights, and hands on what is named on the way.

        Each is handed on as soon as it is computed, with its place in `read`, so that what works in place later does
        not change what is seen. Nothing is computed after the last of these. The pictures are left as they are.
        """

    @abstractmethod
    def values(self, batch: torch.Tensor, seen: Callable[[str, object], None]) -> list[torch.Tensor]:
        """Compute all, tell the value of all that is named as it is when it is computed, and give the output's."""

    @abstractmethod
    def is_relu(self, name: str) -> bool:
        """Whether this is a ReLU itself."""

    @abstractmethod
    def relu_of(self, name: str) -> str | None:
        """The ReLU that directly and alone follows, or None; a weighted layer's batch norm may stand between."""

    @abstractmethod
    def trunk(self, carrying: Collection[str]) -> set[str]:
        """What every way from the images to the output goes through; a branch or what is left out has others.

        Args:
            carrying: what has a value that holds a tensor; sizes, by way of which there is none, have numbers.
        """

    def find(self, layer: str) -> str | None:
        """What is called `layer`, or the last in the module of that name, as torchvision reads it; else None."""
        if layer in self.names:
            return layer
        return next((name for name in reversed(self.names) if name.startswith(f"{layer}.")), None)

    def modules_ending_at(self, name: str) -> list[str]:
        """The modules, from the inner to the outer, whose name `find`s this."""
        parts = name.split(".")
        modules = [".".join(parts[:depth]) for depth in range(len(parts) - 1, 0, -1)]
        return [module for module in modules if module not in self.names and self.find(module) == name]


def not_computed(layer: str) -> InputError:
    """What to raise of a layer that the network decides by the pictures to leave out."""
    return InputError(
        f"layer '{layer}': the network does not compute it for each picture, so some would have no responses. Read "
        "another layer"
    )


def tensors(output: object) -> list[torch.Tensor]:
    """The tensors in a network's output, which may be one, or several in tuples and mappings."""
    return [value for value in _pytree.tree_leaves(output) if isinstance(value, torch.Tensor)]


def numbered(firsts: Sequence[str], modules: Collection[str]) -> list[str]:
    """Names that differ: the second `add` is `add_1`. A module's own name is nobody else's, numbered or not."""
    given: dict[str, None] = {}
    for first in firsts:
        name, repeat = first, 0
        while name in given or (name != first and name in modules):
            repeat += 1
            name = f"{first}_{repeat}"
        given[name] = None
    return list(given)
