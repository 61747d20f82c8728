"""The architectures and layers that a study names, held against what is known of them before any is built.

Light to import: the Snakefile reads it. what only a built network tells is checked by the first job, `list_layers`.
"""

from collections.abc import Mapping

from mien.errors import InputError
from mien.networks.architectures import as_built, called, check, own_name, zoo_of
from mien.networks.input import DEFAULT
from mien.networks.zoo.interface import Zoo


def with_known_layers(config: Mapping) -> dict:
    """A completed configuration in which each layer goes by one name, its own: cells, tables and figures know no other.

    Raises:
        InputError: an architecture lacks a layer, does not take a key or has no weights to train, or a network does not
            read the layer drawn.
    """
    for name, network in config["networks"].items():
        _check_shuffled_input(name, network, config["networks"])
    networks = {name: _named(f"configuration: networks.{name}", each) for name, each in config["networks"].items()}
    drawn = config["figures"]["layer"]
    layers = {name: own_name(networks[name]["architecture"], layer) for name, layer in drawn.items()}
    for name, layer in layers.items():
        if layer not in networks[name]["layers"]:
            raise InputError(
                f"configuration: figures.layer: network '{name}' has no layer '{layer}' in this study. "
                f"Add it to networks.{name}.layers, or draw one of {', '.join(networks[name]['layers'])}"
            )
    return {**config, "networks": networks, "figures": {**config["figures"], "layer": layers}}


def _named(key: str, network: Mapping) -> dict:
    architecture = as_built(network)["architecture"]
    try:
        check(architecture, network["layers"])
        _check_origin(zoo_of(architecture), network)
    except InputError as error:
        raise InputError(f"{key}: {error}") from None
    layers = [own_name(architecture, layer) for layer in network["layers"]]
    if len(set(layers)) < len(layers):
        raise InputError(f"{key}.layers: one layer stands there by two names. Keep one")
    return {**network, "layers": layers}


def _check_shuffled_input(name: str, network: Mapping, networks: Mapping) -> None:
    """Raise `InputError` where a network gets its pictures otherwise than the one whose weights it shuffles."""
    if not isinstance(network.get("initialisation"), Mapping) or "shuffled" not in network["initialisation"]:
        return
    other = network["initialisation"]["shuffled"]
    if DEFAULT | networks[other]["input"] != DEFAULT | network["input"]:
        raise InputError(
            f"configuration: networks.{name}.input: expected that of '{other}', whose weights it shuffles: "
            f"{networks[other]['input']}"
        )


def _check_origin(zoo: Zoo, network: Mapping) -> None:
    """Raise `InputError` where a network cannot come by its weights as the configuration says."""
    name, initialisation = called(network["architecture"]), network.get("initialisation")
    if not zoo.has_weights and ("training" in network or len(network["seeds"]) > 1):
        raise InputError(f"{name} have no weights, so leave out training and give one seed")
    if not zoo.constructor and ("training" in network or isinstance(initialisation, str)):
        raise InputError(
            f"{name} is an exported program: it can be read with its own weights, or shuffled. To train it or to draw "
            "its weights, give the Python file that it was exported from"
        )
