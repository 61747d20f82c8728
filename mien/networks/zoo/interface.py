"""What a zoo of networks is: what `mien.networks.architectures` needs to know of it. Standard library only."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, NamedTuple

from mien.errors import InputError

if TYPE_CHECKING:  # the Snakefile imports every zoo: torch and the like are imported where a network is built
    from torch import nn


#: Where an architecture is from that does not say so: mien itself.
OWN = "mien"


def from_of(architecture: Mapping) -> str:
    """Where an architecture is from: `OWN`, a library or another module, or a file."""
    return architecture.get("from", OWN)


def _no_weights(architecture: Mapping) -> dict[str, object]:
    raise InputError("weights: pretrained: nobody publishes weights of this architecture. Write {from: [URL or path]}")


class Zoo(NamedTuple):
    """Networks that are named, checked and built alike. An `architecture` has `from` (mien, if it is not given),
    `name`, `arguments`, `input_size`, `classes` and, of ours, `width` and `dropout`; all but `from` may be missing.
    """

    known: Callable[[Mapping], bool]
    """Whether an architecture is one of this zoo's; without importing anything slow."""

    check: Callable[[Mapping], object]
    """Raise `InputError` where an architecture has keys or values that the zoo does not take; likewise quick."""

    build: Callable[[Mapping, int], "nn.Module"]
    """A checked architecture's network with the weights that its constructor draws from a seed; on torch's meta device
    where it draws none. Raises `InputError` where there is no such network."""

    source: Callable[[Mapping], str] = lambda architecture: ""
    """The version of the package, or a digest of the files, that an architecture is built from: where it changes, the
    network is made again. Quick. Of mien itself the digest of a script's code says it."""

    layers: Callable[[str, int], tuple[str, ...] | None] = lambda name, classes: None
    """The layers, from input to output, of a name with so many classes; None: every node of the network's graph."""

    aliases: Callable[[str], dict[str, str]] = lambda name: {}
    """Other names of the layers of a name, and the layers that they name."""

    has_weights: bool = True
    """Whether its networks can be trained, and differ from seed to seed."""

    constructor: bool = True
    """Whether its constructor draws weights, for `initialisation: constructor`."""

    input: Callable[[Mapping], dict[str, object]] = lambda architecture: {}
    """What is published of how an architecture wants its pictures: any of the keys of `mien.networks.preprocess`."""

    weights: Callable[[Mapping], dict[str, object]] = _no_weights
    """Where the weights of an architecture are published: `from`, URLs; and where known `sha256`, or `sha256_starts`,
    what that begins with. Raises `InputError` where they are not."""

    tensor: Callable[[Mapping, str], str | None] = lambda architecture, name: name
    """A network's own name for a tensor of a published file; None of one that the network does without."""
