"""torchvision's classification networks, by its names for them.

torchvision takes longer to import than torch, and most jobs are of networks that have nothing of it: whoever needs it
imports it then.
"""

import difflib
from collections.abc import Mapping

import torch
from torch import nn

from mien.errors import InputError


def settings_of(architecture: Mapping) -> tuple[str, int, int]:
    """Name, input size and classes of an architecture of torchvision's.

    Raises:
        InputError: it has a width, a dropout, or no classes, which only our own can have.
    """
    name, classes = architecture["name"], architecture.get("classes", 1000)
    for key, usual in (("width", 1), ("dropout", 0.5)):
        if architecture.get(key, usual) != usual:
            raise InputError(f"architecture {name}: {key} is not a key of torchvision's networks; leave it out")
    if classes < 1:
        raise InputError(f"architecture {name}: classes {classes}: only a VGG can go without its last layers")
    return name, architecture["input_size"], classes


def construct(name: str, input_size: int, classes: int, seed: int) -> nn.Module:
    """A network with the weights that torchvision's constructor draws, here from a generator of its own.

    GoogLeNet and Inception keep the modules of their auxiliary classifiers, which published weights have, and give
    their main output alone. What normalises the input is left to `networks.prepare`.

    Raises:
        InputError: torchvision has no classification model of this name, or it takes no input of this size.
    """
    import torchvision

    known = torchvision.models.list_models(module=torchvision.models)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(known)}"
        raise InputError(f"architecture '{name}': torchvision has no classification model of this name; {hint}")
    options: dict[str, object] = {"num_classes": classes}
    if name.startswith("vit_"):
        options["image_size"] = input_size
    elif name.startswith("maxvit_"):
        options["input_size"] = (input_size, input_size)
    elif name in ("googlenet", "inception_v3"):
        options |= {"init_weights": True, "transform_input": False}
    with torch.random.fork_rng(devices=[]):
        torch.default_generator.manual_seed(seed)
        try:
            network = torchvision.models.get_model(name, weights=None, **options)
        except (AssertionError, ValueError) as error:
            raise InputError(f"architecture {name}: takes no input_size of {input_size} ({error})") from None
    if hasattr(network, "aux_logits"):
        network.aux_logits = False
        for part in ("aux1", "aux2", "AuxLogits"):  # which run in training whatever that says
            if hasattr(network, part):
                getattr(network, part).forward = _nothing
    return network


def _nothing(_: torch.Tensor) -> None:
    """What an auxiliary classifier answers that is not trained."""
