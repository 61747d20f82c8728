"""torchvision's classification networks, by its names for them.

torchvision takes longer to import than torch, and most jobs are of networks that have nothing of it: it is imported
where one of its networks is built.
"""

import difflib
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mien.errors import InputError
from mien.networks.zoo.interface import Zoo

if TYPE_CHECKING:
    from torch import nn


def check(architecture: Mapping) -> None:
    """Raise `InputError` where an architecture has a width, a dropout, or no classes, which only our own can have."""
    name = architecture["name"]
    for needless in ("width", "dropout"):
        if needless in architecture:
            raise InputError(f"architecture.{needless}: not a key of torchvision's {name}. Leave it out")
    if not architecture.get("classes", 1000):
        raise InputError(
            f"architecture.classes: 0; only a VGG can do without its last layers, and {name} needs 1 or more"
        )


def build(architecture: Mapping, seed: int) -> "nn.Module":
    """A network with the weights that torchvision's constructor draws, here from a generator of its own.

    GoogLeNet and Inception keep the modules of their auxiliary classifiers, which published weights have, and give
    their main output alone. What normalises the input is left to `mien.networks.preprocess.prepare`.

    Args:
        architecture: `name`, `input_size` (pixels) and `classes` (1000 if not given).

    Raises:
        InputError: torchvision has no classification model of this name, or it takes no input of this size.
    """
    import torch
    import torchvision

    name, input_size = architecture["name"], architecture["input_size"]
    known = torchvision.models.list_models(module=torchvision.models)
    if name not in known:
        near = difflib.get_close_matches(name, known, n=3)
        hint = f"did you mean {' or '.join(near)}?" if near else f"it has {', '.join(known)}"
        raise InputError(f"architecture '{name}': torchvision has no classification model of this name; {hint}")
    options: dict[str, object] = {"num_classes": architecture.get("classes", 1000)}
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


def _nothing(_: object) -> None:
    """What an auxiliary classifier answers that is not trained."""


#: Whether torchvision has a network of a name is said when it is built: that takes torchvision seconds.
ZOO = Zoo(known=lambda architecture: architecture.get("from") == "torchvision", check=check, build=build)
