"""Our own VGGs: names, layers, shapes and, in torch, modules."""

import math
from collections import OrderedDict
from collections.abc import Mapping
from typing import TYPE_CHECKING, NamedTuple

from mien.errors import InputError
from mien.networks.zoo.interface import OWN, Zoo, from_of

if TYPE_CHECKING:
    from torch import nn


class Layer(NamedTuple):
    """One named stage of an architecture: what it is, and the channels it has at full width (0: as many as before)."""

    name: str
    kind: str  # "convolution" (3 x 3, padded by 1), "norm" (of a batch), "pool" (2 x 2 maximum), "connected"
    channels: int = 0


#: Convolutions of each of VGG's five blocks: configurations A, B, D and E of Simonyan & Zisserman (2015),
#: arXiv:1409.1556, table 1; and the channels of a block's convolutions, the same in each.
_BLOCKS = {"vgg11": (1, 1, 2, 2, 2), "vgg13": (2,) * 5, "vgg16": (2, 2, 3, 3, 3), "vgg19": (2, 2, 4, 4, 4)}
_CHANNELS = (64, 128, 256, 512, 512)


def _vgg(convolutions: tuple[int, ...], norms: bool) -> tuple[Layer, ...]:
    """Blocks of so many convolutions, each ended by a pool, then three fully connected layers."""
    layers = []
    for block, (n, channels) in enumerate(zip(convolutions, _CHANNELS, strict=True), start=1):
        for i in range(1, n + 1):
            layers.append(Layer(f"conv{block}_{i}", "convolution", channels))
            layers += [Layer(f"bn{block}_{i}", "norm")] * norms
        layers.append(Layer(f"pool{block}", "pool"))
    return (*layers, Layer("fc6", "connected", 4096), Layer("fc7", "connected", 4096), Layer("fc8", "connected"))


#: Every VGG of our own, by name, with the layers' names of the original Caffe models; VGG-Face (Parkhi et al.
#: 2015) is a vgg16. The `_bn` ones have a batch norm between each convolution and its ReLU, as torchvision's.
ARCHITECTURES: dict[str, tuple[Layer, ...]] = {
    f"{name}{suffix}": _vgg(blocks, norms=bool(suffix)) for suffix in ("", "_bn") for name, blocks in _BLOCKS.items()
}

#: The last layer of a classifier: as many units as classes, no ReLU.
CLASSIFIER = "fc8"


def stages_of(name: str, classes: int = 1000) -> tuple[Layer, ...]:
    """The layers of a VGG of ours, from input to output; without the fully connected ones if `classes` is 0."""
    return tuple(stage for stage in ARCHITECTURES[name] if classes or stage.kind != "connected")


def layers_of(name: str, classes: int = 1000) -> tuple[str, ...]:
    """The names of `stages_of`."""
    return tuple(stage.name for stage in stages_of(name, classes))


def torchvision_names(name: str) -> dict[str, str]:
    """Name in torchvision of each layer of a VGG of ours: `features.28` of conv5_3.

    torchvision numbers all modules of its `features` (a ReLU after each convolution or its batch norm) and of its
    `classifier` (a ReLU and a dropout after each fully connected layer).
    """
    names, place = {}, {"features": 0, "classifier": 0}
    for stage, after in zip(stages_of(name), (*stages_of(name)[1:], None), strict=True):
        part = "classifier" if stage.kind == "connected" else "features"
        names[stage.name] = f"{part}.{place[part]}"
        normed = after is not None and after.kind == "norm"
        place[part] += {"convolution": 1 if normed else 2, "norm": 2, "pool": 1, "connected": 3}[stage.kind]
    return names


def shapes_of(architecture: Mapping) -> dict[str, tuple[int, int, int]]:
    """Shape (channels, rows, columns) of each layer's output; a fully connected layer is one row and one column.

    Args:
        architecture: `name`, `input_size` (rows and columns of the input, pixels), `classes` (units of the last layer,
            1000 if not given; 0 for none of the fully connected ones) and `width` (channels of convolutions, fc6 and
            fc7 as a share of the published ones, 1 if not given).

    Raises:
        InputError: no `input_size` is given, or one that is too small to be pooled.
    """
    if "input_size" not in architecture:
        raise InputError("input.size: missing. Give the side of the network's input in pixels, such as size: 224")
    name, side, classes = architecture["name"], architecture["input_size"], architecture.get("classes", 1000)
    shapes, channels = {}, 3
    for stage in stages_of(name, classes):
        if stage.kind == "pool":
            side //= 2
        elif stage.kind != "norm":
            wide = max(1, round(stage.channels * architecture.get("width", 1)))
            channels = classes if stage.name == CLASSIFIER else wide
        if stage.kind == "connected":
            side = 1
        if side < 1:
            raise InputError(
                f"input.size {architecture['input_size']}: too small for {name}, whose {stage.name} would be empty"
            )
        shapes[stage.name] = channels, side, side
    return shapes


def build(architecture: Mapping, seed: int) -> "nn.Sequential":
    """A VGG on torch's meta device: its layers by their names, each ReLU and dropout a module of its own after them.

    Args:
        architecture: as of `shapes_of`, and `dropout` (of fc6 and fc7, 0.5 if not given).
        seed: not needed, because nothing is drawn.
    """
    import torch
    from torch import nn

    modules: OrderedDict[str, nn.Module] = OrderedDict()
    shapes, before = shapes_of(architecture), (3, architecture["input_size"], architecture["input_size"])
    with torch.device("meta"):  # or torch fills the weights from its global generator
        for layer in stages_of(architecture["name"], architecture.get("classes", 1000)):
            channels, relu = shapes[layer.name][0], {f"relu_{layer.name}": nn.ReLU()}
            match layer.kind:
                case "pool":
                    modules[layer.name] = nn.MaxPool2d(2)
                case "convolution":
                    modules |= {layer.name: nn.Conv2d(before[0], channels, kernel_size=3, padding=1)} | relu
                case "norm":  # goes between the convolution and its ReLU
                    relu = dict([modules.popitem()])
                    modules |= {layer.name: nn.BatchNorm2d(channels)} | relu
                case "connected":
                    modules |= {f"flat_{layer.name}": nn.Flatten(), layer.name: nn.Linear(math.prod(before), channels)}
                    if layer.name != CLASSIFIER:
                        modules |= relu | {f"dropout_{layer.name}": nn.Dropout(architecture.get("dropout", 0.5))}
            before = shapes[layer.name]
        return nn.Sequential(modules)


def tensor(architecture: Mapping, name: str) -> str:
    """Our name of a tensor whose layer has torchvision's name in a file, such as `features.0.weight`."""
    layer, dot, key = name.rpartition(".")
    return f"{_aliases(architecture['name']).get(layer, layer)}{dot}{key}"


def _aliases(name: str) -> dict[str, str]:
    return {alias: layer for layer, alias in torchvision_names(name).items()}


def _check(architecture: Mapping) -> None:
    if "arguments" in architecture:
        raise InputError("architecture.arguments: mien's own VGGs take width, classes and dropout. Leave it out")
    shapes_of(architecture)


ZOO = Zoo(
    known=lambda architecture: from_of(architecture) == OWN and architecture.get("name") in ARCHITECTURES,
    check=_check,
    build=build,
    layers=layers_of,
    aliases=_aliases,
    tensor=tensor,
)
