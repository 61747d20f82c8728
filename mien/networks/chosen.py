"""The architectures and layers that a study names, held against what is known of them before any is built.

Light to import: the Snakefile reads it. torchvision's architectures are checked by the first job, `list_layers`.
"""

from collections.abc import Mapping

from mien.errors import InputError
from mien.networks.architectures import aliases, check_layer, is_own, layer_shape, layers_of


def with_known_layers(config: Mapping) -> dict:
    """A completed configuration in which each layer goes by one name, its own: cells, tables and figures know no other.

    Raises:
        InputError: an architecture lacks a layer or does not take a key, or a network does not read the layer drawn.
    """
    networks = {name: _named(f"configuration: networks.{name}", each) for name, each in config["networks"].items()}
    layers = {name: _own_name(layer, networks[name]) for name, layer in config["figures"]["layer"].items()}
    for name, layer in layers.items():
        if layer not in networks[name]["layers"]:
            raise InputError(
                f"configuration: figures.layer: network '{name}' has no layer '{layer}' in this study. "
                f"Add it to networks.{name}.layers, or draw one of {', '.join(networks[name]['layers'])}"
            )
    return {**config, "networks": networks, "figures": {**config["figures"], "layer": layers}}


def _named(key: str, network: Mapping) -> dict:
    try:
        _check_architecture(network["architecture"], network["layers"])
    except InputError as error:
        raise InputError(f"{key}: {error}") from None
    layers = [_own_name(layer, network) for layer in network["layers"]]
    if len(set(layers)) < len(layers):
        raise InputError(f"{key}.layers: one layer stands there by two names. Keep one")
    return {**network, "layers": layers}


def _own_name(layer: str, network: Mapping) -> str:
    return aliases(network["architecture"]["name"]).get(layer, layer)


def _check_architecture(architecture: Mapping, layers: list[str]) -> None:
    name = architecture["name"]
    if is_own(name):
        for layer in layers:
            check_layer(name, layer, architecture["classes"])
        layer_shape(name, layers_of(name, architecture["classes"])[-1], 1, architecture["input_size"])
        return
    for needless in ("width", "dropout"):
        if needless in architecture:
            raise InputError(f"architecture.{needless}: not a key of torchvision's {name}. Leave it out")
    if not architecture["classes"]:
        raise InputError(
            f"architecture.classes: 0; only a VGG can do without its last layers, and {name} needs 1 or more"
        )
