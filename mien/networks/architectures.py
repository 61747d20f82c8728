"""Every architecture by where it is from: the zoo that it is of, and what can be said before it is built.

Light: the Snakefile imports it. Another zoo is a module of `mien.networks.zoo` and a line of `ZOOS`.
"""

from collections.abc import Mapping, Sequence

from mien.errors import InputError
from mien.networks.zoo import (
    open_clip_models,
    own_files,
    packages,
    pixels,
    programs,
    timm_models,
    torchvision_models,
    vgg,
)
from mien.networks.zoo.interface import OWN, Zoo, from_of

#: Asked in this order whether an architecture is theirs; packages come last, because they take any name for one.
ZOOS: dict[str, Zoo] = {
    "vgg": vgg.ZOO,
    "pixels": pixels.ZOO,
    "torchvision": torchvision_models.ZOO,
    "timm": timm_models.ZOO,
    "open_clip": open_clip_models.ZOO,
    "programs": programs.ZOO,
    "own files": own_files.ZOO,
    "packages": packages.ZOO,
}

#: Beginnings of arguments by which constructors fetch weights, or unpickle them.
_FETCHING = ("pretrained", "weights", "checkpoint", "load_weights", "cache_dir", "backbone_weights")


def zoo_of(architecture: Mapping) -> Zoo:
    """The zoo that an architecture is of. Raises `InputError` where mien has none of its name."""
    for zoo in ZOOS.values():
        if zoo.known(architecture):
            return zoo
    raise InputError(
        f"architecture.name: '{architecture.get('name')}' is none of mien's own ({', '.join(vgg.ARCHITECTURES)}, "
        "pixels). Say where it is from: torchvision, timm, open_clip, an installed package, or a file (.py, .pt2)"
    )


def as_built(network: Mapping) -> dict:
    """A network of the configuration as jobs know it: the size of its input is part of what it is built for."""
    given = {key: value for key, value in network["input"].items() if key != "size"}
    size = {"input_size": network["input"]["size"]} if "size" in network["input"] else {}
    return {**network, "architecture": network["architecture"] | size, "input": given}


def called(architecture: Mapping) -> str:
    """What to call an architecture in a message."""
    return " ".join(filter(None, (from_of(architecture).removeprefix(OWN), architecture.get("name", ""))))


def check(architecture: Mapping, layers: Sequence[str]) -> None:
    """Raise `InputError` where an architecture cannot be built or lacks a layer, as far as its zoo can say unbuilt.

    The first job of a study, `list_layers`, finds the rest.
    """
    zoo = zoo_of(architecture)
    _check_arguments(architecture.get("arguments", {}))
    for layer in layers:
        layer_named(architecture, layer)
    zoo.check(architecture)


def own_name(architecture: Mapping, layer: str) -> str:
    """An architecture's own name of a layer, which may be given by another, such as torchvision's for a VGG's."""
    return zoo_of(architecture).aliases(architecture.get("name", "")).get(layer, layer)


def layer_named(architecture: Mapping, layer: str) -> str:
    """As `own_name`, of a layer that there is.

    Raises:
        InputError: the zoo knows the architecture's layers, and this is none; the message lists those it has.
    """
    zoo, own, name = zoo_of(architecture), own_name(architecture, layer), architecture.get("name", "")
    layers = zoo.layers(name, architecture.get("classes", 1000))
    if layers is None or own in layers:
        return own
    why = ""
    if own in zoo.layers(name, 1):
        why = " without its fully connected layers, which classes: 0 leaves out"
    raise InputError(f"layer '{layer}': {name} has no such layer{why}; its layers are {', '.join(layers)}")


def _check_arguments(arguments: Mapping) -> None:
    """Refuse what would have a constructor fetch weights, or unpickle them: where they are from is mien's to record."""
    for name, value in arguments.items():
        if name.startswith(_FETCHING) and value:
            raise InputError(
                f"architecture.arguments.{name}: a constructor must not fetch or load weights here. Leave it out and "
                "name the weights in the network's `weights`: {from: [URL or path]}, or `pretrained` for those that "
                "timm, torchvision or open_clip publish"
            )
