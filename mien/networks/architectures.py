"""Our own architectures as data: names, layers and shapes. Standard library only: the Snakefile reads it."""

from typing import NamedTuple

from mien.errors import InputError


class Layer(NamedTuple):
    """One named stage of an architecture: what it is, and the channels it has at full width (0: as many as before)."""

    name: str
    kind: str  # "convolution" (3 x 3, padded by 1), "norm" (of a batch), "pool" (2 x 2 maximum), "connected", "image"
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


#: Every architecture of our own, by name, with the layers' names of the original Caffe models; VGG-Face (Parkhi et al.
#: 2015) is a vgg16. The `_bn` ones have a batch norm between each convolution and its ReLU, as torchvision's.
ARCHITECTURES: dict[str, tuple[Layer, ...]] = {
    f"{name}{suffix}": _vgg(blocks, norms=bool(suffix)) for suffix in ("", "_bn") for name, blocks in _BLOCKS.items()
} | {"pixels": (Layer("image", "image", 1),)}

#: The last layer of a classifier: as many units as classes, no ReLU.
CLASSIFIER = "fc8"


def is_own(name: str) -> bool:
    """Whether an architecture is one of ours; any other is torchvision's, and only torchvision knows its layers."""
    return name in ARCHITECTURES


def layers_of(name: str, classes: int = 1000) -> tuple[str, ...]:
    """Names of the layers of an architecture of ours, from input to output; without a classifier if `classes` is 0.

    Raises:
        InputError: none of ours has this name.
    """
    return tuple(layer.name for layer in stages_of(name, classes))


def stages_of(name: str, classes: int = 1000) -> tuple[Layer, ...]:
    """As `layers_of`, with what each layer is."""
    if not is_own(name):
        raise InputError(
            f"architecture '{name}': none of {', '.join(ARCHITECTURES)}; torchvision knows the layers of its own"
        )
    return tuple(stage for stage in ARCHITECTURES[name] if classes or stage.kind != "connected")


def check_layer(name: str, layer: str, classes: int = 1000) -> None:
    """Raise `InputError`, with the layers there are in its message, if an architecture of ours has no such layer.

    A layer may be given by its name in torchvision, as `aliases` lists them.
    """
    layers = layers_of(name, classes)
    if aliases(name).get(layer, layer) in layers:
        return
    why = ""
    if aliases(name).get(layer, layer) in layers_of(name):
        why = " without its fully connected layers, which classes: 0 leaves out"
    raise InputError(f"layer '{layer}': {name} has no such layer{why}; its layers are {', '.join(layers)}")


def torchvision_names(name: str) -> dict[str, str]:
    """Name in torchvision of each layer of a VGG of ours: `features.28` of conv5_3; empty for any other architecture.

    torchvision numbers all modules of its `features` (a ReLU after each convolution or its batch norm) and of its
    `classifier` (a ReLU and a dropout after each fully connected layer).
    """
    names, place = {}, {"features": 0, "classifier": 0}
    for stage, after in zip(stages_of(name), (*stages_of(name)[1:], None), strict=True):
        if stage.kind == "image":
            continue
        part = "classifier" if stage.kind == "connected" else "features"
        names[stage.name] = f"{part}.{place[part]}"
        normed = after is not None and after.kind == "norm"
        place[part] += {"convolution": 1 if normed else 2, "norm": 2, "pool": 1, "connected": 3}[stage.kind]
    return names


def aliases(name: str) -> dict[str, str]:
    """Other names of layers, those of torchvision, and the layers of ours that they name; empty if not ours."""
    return {alias: layer for layer, alias in torchvision_names(name).items()} if is_own(name) else {}


def channels_at(layer: Layer, width: float) -> int:
    """Channels of a layer whose width is `width` times the full one; at least one."""
    return layer.channels if layer.kind == "image" else max(1, round(layer.channels * width))


def layer_shape(name: str, layer: str, width: float, input_size: int, classes: int = 1000) -> tuple[int, int, int]:
    """Shape (channels, rows, columns) of a layer's output; a fully connected layer is one row and one column.

    Args:
        name: an architecture of ours.
        layer: a name of one of its layers, or its alias.
        width: channels of convolutions, fc6 and fc7 as a share of the published ones.
        input_size: rows and columns of the input, pixels.
        classes: units of the last layer of a classifier; 0 for none of the fully connected layers.

    Raises:
        InputError: unknown architecture or layer, or an input too small to be pooled.
    """
    check_layer(name, layer, classes)
    channels, side = 3, input_size
    for stage in stages_of(name, classes):
        if stage.kind == "pool":
            side //= 2
        elif stage.kind != "norm":
            channels = classes if stage.name == CLASSIFIER else channels_at(stage, width)
        if stage.kind == "connected":
            side = 1
        if side < 1:
            raise InputError(f"input_size {input_size}: too small for {name}, whose {stage.name} would be empty")
        if stage.name == aliases(name).get(layer, layer):
            break
    return channels, side, side
