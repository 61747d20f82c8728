"""The networks' architectures as data: names, layers and shapes. Standard library only: the Snakefile reads it."""

from typing import NamedTuple

from mien.errors import InputError


class Layer(NamedTuple):
    """One named stage of an architecture: what it is, and the channels it has at full width (0: as many as before)."""

    name: str
    kind: str  # "convolution" (3 x 3, padded by 1), "pool" (2 x 2 maximum), "connected" or "image"
    channels: int = 0


def _vgg(blocks: tuple[tuple[int, int], ...]) -> tuple[Layer, ...]:
    """A VGG of blocks of (convolutions, channels), each ended by a pool, then three fully connected layers."""
    layers = []
    for block, (convolutions, channels) in enumerate(blocks, start=1):
        layers += [Layer(f"conv{block}_{i}", "convolution", channels) for i in range(1, convolutions + 1)]
        layers.append(Layer(f"pool{block}", "pool"))
    return (*layers, Layer("fc6", "connected", 4096), Layer("fc7", "connected", 4096), Layer("fc8", "connected"))


#: Every architecture, by name. VGG-16 is configuration D of Simonyan & Zisserman (2015), arXiv:1409.1556, table 1,
#: with the layers' names of the original Caffe model; VGG-Face (Parkhi et al. 2015) has the same topology.
ARCHITECTURES: dict[str, tuple[Layer, ...]] = {
    "vgg16": _vgg(((2, 64), (2, 128), (3, 256), (3, 512), (3, 512))),
    "pixels": (Layer("image", "image", 1),),
}

#: The last layer of a classifier: as many units as classes, no ReLU.
CLASSIFIER = "fc8"


def layers_of(name: str) -> tuple[str, ...]:
    """Names of an architecture's layers, from input to output.

    Raises:
        InputError: no architecture has this name.
    """
    if name not in ARCHITECTURES:
        raise InputError(f"architecture '{name}': expected one of {', '.join(ARCHITECTURES)}")
    return tuple(layer.name for layer in ARCHITECTURES[name])


def check_layer(name: str, layer: str) -> None:
    """Raise `InputError`, with the architecture's layers in its message, if `layer` is none of them."""
    if layer not in layers_of(name):
        raise InputError(f"layer '{layer}': {name} has no such layer; its layers are {', '.join(layers_of(name))}")


def channels_at(layer: Layer, width: float) -> int:
    """Channels of a layer whose width is `width` times the full one; at least one."""
    return layer.channels if layer.kind == "image" else max(1, round(layer.channels * width))


def layer_shape(name: str, layer: str, width: float, input_size: int, classes: int = 1000) -> tuple[int, int, int]:
    """Shape (channels, rows, columns) of a layer's output; a fully connected layer is one row and one column.

    Args:
        width: channels of convolutions, fc6 and fc7 as a share of the published ones.
        input_size: rows and columns of the input, pixels.
        classes: units of the last layer of a classifier.

    Raises:
        InputError: unknown architecture or layer, or an input too small to be pooled.
    """
    check_layer(name, layer)
    channels, side = 3, input_size
    for stage in ARCHITECTURES[name]:
        if stage.kind == "pool":
            side //= 2
        else:
            channels = classes if stage.name == CLASSIFIER else channels_at(stage, width)
        if stage.kind == "connected":
            side = 1
        if side < 1:
            raise InputError(f"input_size {input_size}: too small for {name}, whose {stage.name} would be empty")
        if stage.name == layer:
            break
    return channels, side, side
