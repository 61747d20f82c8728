"""What a zoo of networks is: what `mien.networks.architectures` needs to know of it. Standard library only."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:  # the Snakefile imports every zoo: torch and the like are imported where a network is built
    from torch import nn


class Zoo(NamedTuple):
    """Networks that are named, checked and built alike. An `architecture` has `name`, `input_size` and `classes`."""

    known: Callable[[str], bool]
    """Whether the name of an architecture is one of this zoo's; without importing anything slow."""

    check: Callable[[Mapping], object]
    """Raise `InputError` where an architecture has keys or values that the zoo does not take; likewise quick."""

    build: Callable[[Mapping, int], "nn.Module"]
    """A checked architecture's network with the weights that its constructor draws from a seed; on torch's meta device
    where it draws none. Raises `InputError` where there is no such network."""

    layers: Callable[[str, int], tuple[str, ...] | None] = lambda name, classes: None
    """The layers, from input to output, of a name with so many classes; None: every node of the network's graph."""

    aliases: Callable[[str], dict[str, str]] = lambda name: {}
    """Other names of the layers of a name, and the layers that they name."""

    has_weights: bool = True
    """Whether its networks can be trained, and differ from seed to seed."""
