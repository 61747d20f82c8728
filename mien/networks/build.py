"""Networks in torch, built from their architecture."""

from collections.abc import Mapping

import torch
from torch import nn

from mien.networks.architectures import zoo_of


def build(architecture: Mapping) -> nn.Module:
    """A network before it is initialised or loaded: the same bytes each time, and zeros where its zoo draws no weights.

    Args:
        architecture: see `mien.networks.zoo.interface.Zoo`. Of ours: `name`, `input_size` (pixels), `classes` (1000 if
            not given; 0 leaves out a VGG's fully connected layers), `width` and `dropout` (of fc6 and fc7). Width 1 and
            input size 224 make the published VGGs.

    Returns:
        The network in evaluation mode and of channels-last layout, otherwise as its author wrote it: it may work in
        place. It takes what `mien.networks.preprocess.prepare` gives. Ours have submodules by the layers' names
        (`conv1_1`, `bn1_1` ... `fc8`), each ReLU and dropout a module of its own after its layer.

    Raises:
        InputError: there is no such network, it does not take one of the keys, or an input of this size.
    """
    network = unfilled(architecture)
    if not drawn(network):
        network.to_empty(device="cpu")
        for tensor in (*network.parameters(), *network.buffers()):
            nn.init.zeros_(tensor)
    return laid_out(network)


def laid_out(network: nn.Module) -> nn.Module:
    """A network whose weights of four dimensions put channels last, which processors read fastest."""
    with torch.no_grad():
        for tensor in (*network.parameters(), *network.buffers()):
            if tensor.ndim == 4:
                tensor.data = tensor.data.contiguous(memory_format=torch.channels_last)
    return network


def unfilled(architecture: Mapping, seed: int = 0) -> nn.Module:
    """As `build`, with the weights that the zoo's constructor draws from a seed, or without memory for any."""
    zoo = zoo_of(architecture)
    zoo.check(architecture)
    network = zoo.build(architecture, seed)
    network.eval()  # of a lab's own may give nothing
    return network


def drawn(network: nn.Module) -> bool:
    """Whether an `unfilled` network has weights of its zoo's drawing, rather than none or no memory for them."""
    return not any(weight.is_meta for weight in network.parameters())
