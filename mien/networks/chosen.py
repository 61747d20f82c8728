"""The architectures and layers that a study names, held against what is known of them before any is built.

Light to import: the Snakefile reads it. what only a built network tells is checked by the first job, `list_layers`.
"""

from collections.abc import Mapping

from mien.errors import InputError
from mien.networks.architectures import check, own_name, zoo_of


def with_known_layers(config: Mapping) -> dict:
    """A completed configuration in which each layer goes by one name, its own: cells, tables and figures know no other.

    Raises:
        InputError: an architecture lacks a layer, does not take a key or has no weights to train, or a network does not
            read the layer drawn.
    """
    networks = {name: _named(f"configuration: networks.{name}", each) for name, each in config["networks"].items()}
    drawn = config["figures"]["layer"]
    layers = {name: own_name(networks[name]["architecture"]["name"], layer) for name, layer in drawn.items()}
    for name, layer in layers.items():
        if layer not in networks[name]["layers"]:
            raise InputError(
                f"configuration: figures.layer: network '{name}' has no layer '{layer}' in this study. "
                f"Add it to networks.{name}.layers, or draw one of {', '.join(networks[name]['layers'])}"
            )
    return {**config, "networks": networks, "figures": {**config["figures"], "layer": layers}}


def _named(key: str, network: Mapping) -> dict:
    name = network["architecture"]["name"]
    try:
        check(network["architecture"], network["layers"])
    except InputError as error:
        raise InputError(f"{key}: {error}") from None
    if not zoo_of(name).has_weights and ("training" in network or len(network["seeds"]) > 1):
        raise InputError(f"{key}: {name} have no weights, so leave out training and give one seed")
    layers = [own_name(name, layer) for layer in network["layers"]]
    if len(set(layers)) < len(layers):
        raise InputError(f"{key}.layers: one layer stands there by two names. Keep one")
    return {**network, "layers": layers}
