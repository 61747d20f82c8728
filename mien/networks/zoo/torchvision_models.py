"""torchvision's classification networks, by its names: `resnet50`, or `resnet50.IMAGENET1K_V2` with the weights.

A name without a tag is that of torchvision's default weights of the model. torchvision takes longer to import than
torch, and most jobs are of networks that have nothing of it: it is imported where it is asked.
"""

import math
import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from mien.errors import InputError
from mien.networks.zoo import libraries
from mien.networks.zoo.constructor import constructed
from mien.networks.zoo.interface import Zoo, from_of
from mien.networks.zoo.packages import version_of

if TYPE_CHECKING:
    from torch import nn
    from torchvision.models import WeightsEnum

#: Arguments that are not to be given, and what to do instead.
_TAKEN = {
    "num_classes": "architecture.classes says it",
    "image_size": "input.size says it",
    "input_size": "input.size says it",
    "transform_input": "input.mean and input.sd say it",
    "aux_logits": "a network gives one output here, in training too",
}

#: Networks with auxiliary classifiers, which with published weights bring pictures from ImageNet's mean and deviation
#: to 0.5 and 0.5 themselves (`transform_input`).
_INCEPTIONS = ("googlenet", "inception_v3")
_AUXILIARY = ("aux1.", "aux2.", "AuxLogits.")


def check(architecture: Mapping) -> None:
    """Raise `InputError` where an architecture has keys, values or arguments that none of torchvision's can have."""
    libraries.check(architecture, _TAKEN)
    if not architecture.get("classes", 1000):
        name = architecture["name"]
        raise InputError(f"architecture.classes: 0; torchvision's {name} has a last layer: 1 or more, or leave it out")


def build(architecture: Mapping, seed: int) -> "nn.Module":
    """A network with the weights that torchvision's constructor draws from a seed.

    GoogLeNet and Inception have no auxiliary classifiers, and leave all that normalises pictures to `input`.

    Args:
        architecture: `name`; `classes` (1000 if not given), `input_size` (pixels; the published size if not given) and
            `arguments` of torchvision's constructor.

    Raises:
        InputError: torchvision has no classification model or weights of this name, or does not take what is given.
    """
    import torchvision

    model, _ = _model_and_weights(architecture)
    size = architecture.get("input_size") or input(architecture).get("size", 224)
    options = {"num_classes": architecture.get("classes", 1000)}
    if model.startswith("vit_"):
        options["image_size"] = size
    elif model.startswith("maxvit_"):
        options["input_size"] = (size, size)
    elif model in _INCEPTIONS:
        options |= {"init_weights": True, "transform_input": False, "aux_logits": False}
    options |= architecture.get("arguments", {})
    return constructed(lambda: torchvision.models.get_model(model, weights=None, **options), architecture, seed)


def input(architecture: Mapping) -> dict[str, object]:
    """What torchvision does to pictures for the weights that are named, or for its default ones of the model."""
    model, weights = _model_and_weights(architecture)
    if weights is None:
        return {}
    published = weights.transforms()
    (size,), (resized,) = published.crop_size, published.resize_size
    mean, sd = ([0.5] * 3, [0.5] * 3) if model in _INCEPTIONS else (published.mean, published.std)
    return {
        "size": size,
        "crop": math.floor(size / resized * 1e4) / 1e4,  # downwards, so that floor(size / crop) is `resized`
        "interpolation": published.interpolation.value,
        "scale": 1 / 255,
        "mean": list(mean),
        "sd": list(sd),
        "channels": "rgb",
    }


def weights(architecture: Mapping) -> dict[str, object]:
    """Where the weights are that are named, or torchvision's default ones of the model."""
    model, weights = _model_and_weights(architecture)
    if weights is None:
        raise InputError(f"weights: pretrained: torchvision publishes none of {model}. Give weights.from")
    if not weights.meta["categories"]:
        raise InputError(
            f"weights: pretrained: those of {architecture['name']} have no fully connected layers. Take mien's own "
            f"{model} with classes: 0, without `from`, and give {weights.url} as weights.from"
        )
    return {"from": [weights.url], "sha256": None, **libraries.digest_in(weights.url)}


def tensor(architecture: Mapping, name: str) -> str | None:
    """A network's name for a tensor of a file; None of an auxiliary classifier's.

    Published DenseNets have names that torchvision itself corrects on loading: `norm.1` for what is now `norm1`.
    """
    if architecture["name"].startswith(_INCEPTIONS) and name.startswith(_AUXILIARY):
        return None
    return re.sub(r"(denselayer\d+\.(?:norm|relu|conv))\.([12])\.", r"\1\2.", name)


def _model_and_weights(architecture: Mapping) -> tuple[str, "WeightsEnum | None"]:
    """The model that is named, and the weights: those of the tag, or torchvision's default; None if it has none."""
    from torchvision import models

    name = architecture["name"]
    model, _, tag = name.partition(".")
    known = models.list_models(module=models)
    if model not in known:
        raise libraries.unknown(name, "classification model of torchvision", known)
    published = models.get_model_weights(model)
    tagged = {f"{model}.{weights.name}": weights for weights in published}
    if tag and name not in tagged:
        raise libraries.unknown(name, "", [model, *tagged])
    return model, tagged[name] if tag else getattr(published, "DEFAULT", None)


ZOO = Zoo(
    known=lambda architecture: from_of(architecture) == "torchvision",
    check=check,
    build=build,
    source=lambda architecture: version_of("torchvision"),
    input=input,
    weights=weights,
    tensor=tensor,
)
