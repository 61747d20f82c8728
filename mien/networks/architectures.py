"""Every architecture by its name: the zoo that it is of, and what can be said before it is built.

Light: the Snakefile imports it. Another zoo is a module of `mien.networks.zoo` and a line of `ZOOS`.
"""

from collections.abc import Mapping, Sequence

from mien.errors import InputError
from mien.networks.zoo import pixels, torchvision_models, vgg
from mien.networks.zoo.interface import Zoo

#: Asked in this order whether a name is theirs; torchvision comes last, because it takes any name for its own.
ZOOS: dict[str, Zoo] = {"vgg": vgg.ZOO, "pixels": pixels.ZOO, "torchvision": torchvision_models.ZOO}


def zoo_of(name: str) -> Zoo:
    """The zoo that an architecture is of."""
    return next(zoo for zoo in ZOOS.values() if zoo.known(name))


def check(architecture: Mapping, layers: Sequence[str]) -> None:
    """Raise `InputError` where an architecture cannot be built or lacks a layer, as far as its zoo can say unbuilt.

    The first job of a study, `list_layers`, finds the rest.
    """
    for layer in layers:
        layer_named(architecture["name"], layer, architecture.get("classes", 1000))
    zoo_of(architecture["name"]).check(architecture)


def own_name(name: str, layer: str) -> str:
    """An architecture's own name of a layer, which may be given by another, such as torchvision's for a VGG's."""
    return zoo_of(name).aliases(name).get(layer, layer)


def layer_named(name: str, layer: str, classes: int = 1000) -> str:
    """As `own_name`, of a layer that there is.

    Raises:
        InputError: the zoo knows the architecture's layers, and this is none; the message lists those it has.
    """
    zoo, own = zoo_of(name), own_name(name, layer)
    layers = zoo.layers(name, classes)
    if layers is None or own in layers:
        return own
    why = ""
    if own in zoo.layers(name, 1):
        why = " without its fully connected layers, which classes: 0 leaves out"
    raise InputError(f"layer '{layer}': {name} has no such layer{why}; its layers are {', '.join(layers)}")
