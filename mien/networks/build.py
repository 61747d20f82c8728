"""Networks in torch, built from their architecture."""

from collections.abc import Mapping

import torch
from torch import nn

from mien.networks.architectures import zoo_of


def build(architecture: Mapping) -> nn.Module:
    """A network before it is initialised or loaded: the same bytes each time, and zeros where its zoo draws no weights.

    Args:
        architecture: `name` (see `mien.networks.architectures`), `input_size` (pixels), `classes` (1000 if not given;
            0 leaves out a VGG's fully connected layers), and for ours `width` and `dropout` (of fc6 and fc7). Width 1
            and input size 224 make the published VGGs.

    Returns:
        The network in evaluation mode, of channels-last layout, with nothing in it that works in place, and with
        attributes `settings` (the architecture given), `architecture` (its name), `input_size` and `classes`. It takes
        what `mien.networks.preprocess.prepare` gives. Ours have submodules by the layers' names (`conv1_1`, `bn1_1` ...
        `fc8`), each ReLU and dropout a module of its own after its layer. torchvision's are torchvision's own, with the
        state dict of its published weights; auxiliary classifiers are part of that, but the network gives only its
        main output.

    Raises:
        InputError: unknown name, a key that the architecture does not have, or an input size that it cannot take.
    """
    network = unfilled(architecture)
    if not drawn(network):
        network.to_empty(device="cpu")
        for tensor in (*network.parameters(), *network.buffers()):
            nn.init.zeros_(tensor)
    return network.to(memory_format=torch.channels_last)


def unfilled(architecture: Mapping, seed: int = 0) -> nn.Module:
    """As `build`, with the weights that the zoo's constructor draws from a seed, or without memory for any."""
    zoo = zoo_of(architecture["name"])
    zoo.check(architecture)
    network = zoo.build(architecture, seed)
    for module in network.modules():
        if hasattr(module, "inplace"):
            module.inplace = False
    network.settings, network.architecture = dict(architecture), architecture["name"]
    network.input_size, network.classes = architecture["input_size"], architecture.get("classes", 1000)
    return network.eval()


def drawn(network: nn.Module) -> bool:
    """Whether an `unfilled` network has weights of its zoo's drawing, rather than none or no memory for them."""
    return not any(weight.is_meta for weight in network.parameters())
