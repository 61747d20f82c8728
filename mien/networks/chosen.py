"""The architectures and layers that a study names, held against what is known of them before any is built.

Light to import: the Snakefile reads it. torchvision's architectures are checked by the first job, `list_layers`.
"""

from collections.abc import Mapping

from mien.errors import InputError
from mien.networks.architectures import check, own_name


def with_known_layers(config: Mapping) -> dict:
    """A completed configuration in which each layer goes by one name, its own: cells, tables and figures know no other.

    Raises:
        InputError: an architecture lacks a layer or does not take a key, or a network does not read the layer drawn.
    """
    networks = {name: _named(f"configuration: networks.{name}", each) for name, each in config["networks"].items()}
    layers = {name: own_name(networks[name]["architecture"]["name"], layer) for name, layer in config["figures"]["layer"].items()}
    for name, layer in layers.items():
        if layer not in networks[name]["layers"]:
            raise InputError(
                f"configuration: figures.layer: network '{name}' has no layer '{layer}' in this study. "
                f"Add it to networks.{name}.layers, or draw one of {', '.join(networks[name]['layers'])}"
            )
    return {**config, "networks": networks, "figures": {**config["figures"], "layer": layers}}


def _named(key: str, network: Mapping) -> dict:
    try:
        check(network["architecture"], network["layers"])
    except InputError as error:
        raise InputError(f"{key}: {error}") from None
    layers = [own_name(network["architecture"]["name"], layer) for layer in network["layers"]]
    if len(set(layers)) < len(layers):
        raise InputError(f"{key}.layers: one layer stands there by two names. Keep one")
    return {**network, "layers": layers}
