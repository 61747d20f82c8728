"""A layer's responses to prepared pictures."""

import difflib
from collections.abc import Callable, Sequence

import torch
from torch import nn

from mien.errors import InputError
from mien.networks.readout import graphs
from mien.networks.readout.traced import Traced

#: What is told of a layer's responses: the layer, and float32 of (n, channels, rows, columns) on the batch's device.
Seen = Callable[[str, torch.Tensor], None]


def responses_to(traced: Traced, layers: Sequence[str], rectified: bool) -> Callable[[torch.Tensor, Seen], None]:
    """A function from a prepared batch that tells the responses of several layers in one pass, each once it is there.

    It computes nothing beyond the last of them, and no dropout. The responses are those that `responses_of` gives of
    each layer, at the time: what comes after may change them in place, so copy what is to be kept, and change nothing.

    Args:
        traced: of `graphs.trace`.

    Other arguments and raises: as `responses_of`.
    """
    traced.evaluate()
    read = traced.reading([read_at(traced, layer, rectified) for layer in layers])

    def respond(batch: torch.Tensor, seen: Seen) -> None:
        read(batch, lambda place, value: seen(layers[place], as_maps(layers[place], value, len(batch))))

    return respond


def responses_of(network: nn.Module, layer: str, rectified: bool = True) -> Callable[[torch.Tensor], torch.Tensor]:
    """A function from a prepared batch to a layer's responses; it computes nothing beyond that layer, and no dropout.

    The network is traced at the first batch. It is put in evaluation mode, and has to stay in it.

    Args:
        layer: the name of a node of `graphs.trace`, or of a module for the last node in it.
        rectified: after the ReLU that directly follows the layer, or follows its batch norm (True), or before them
            (False); without a difference where none follows.

    Returns:
        A function of (n, 3, size, size) float32 that gives float32 on the same device: (n, channels, rows, columns) as
        the layer gives it; (n, units, 1, 1) of a layer of (n, units), and (n, features, tokens, 1) of a
        transformer's of (n, tokens, features).

    Raises:
        InputError: when it is called, if the network has no such layer; the message lists those it has, the nearest
            first.
    """
    tell: Callable[[torch.Tensor, Seen], None] | None = None

    def respond(batch: torch.Tensor) -> torch.Tensor:
        nonlocal tell
        if tell is None:
            tell = responses_to(graphs.trace(network, batch), [layer], rectified)
        found: dict[str, torch.Tensor] = {}
        tell(batch, found.__setitem__)
        return found[layer]

    return respond


def as_maps(layer: str, value: object, pictures: int) -> torch.Tensor:
    """A layer's value for so many pictures as `responses_of` gives it. Raises `InputError` where it is none of each."""
    if isinstance(value, torch.Tensor) and value.shape[:1] == (pictures,) and value.ndim in AS_MAPS:
        return AS_MAPS[value.ndim](value)
    raise InputError(f"layer '{layer}': the network has no units there that respond to one image each")


#: Values of (n, units), (n, tokens, features) and (n, channels, rows, columns) as (n, channels, rows, columns).
AS_MAPS: dict[int, Callable[[torch.Tensor], torch.Tensor]] = {
    2: lambda value: value[:, :, None, None],
    3: lambda value: value.transpose(1, 2)[:, :, :, None],
    4: lambda value: value,
}


def read_at(traced: Traced, layer: str, rectified: bool) -> str:
    """The name of what `responses_of` reads for a layer. Raises `InputError` alike."""
    name = named(traced, layer)
    return (rectified and traced.relu_of(name)) or name


def named(traced: Traced, layer: str) -> str:
    """The name of what a layer's name reads, not rectified. Raises `InputError` as `responses_of`."""
    if name := traced.find(layer):
        return name
    raise unknown_layer(layer, traced.names)


def unknown_layer(layer: str, layers: Sequence[str]) -> InputError:
    """What to raise of a layer that is none of the layers given, the nearest of which are named first."""
    near = difflib.get_close_matches(layer, layers, n=3)
    listed = ", ".join([*near, *(name for name in layers if name not in near)])
    return InputError(f"layer '{layer}': the network has no such layer; its layers, nearest first, are {listed}")
