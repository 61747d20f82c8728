"""What one section of a configuration says of another: that a name is defined there, and that the two agree.

All functions take completed configurations, and raise `InputError` with a message that names the key.
"""

import copy
from collections.abc import Mapping, Sequence

from mien.errors import InputError
from mien.expressions import continua_of, ends_of

#: The networks that `channels: both` makes, by the ends of their names.
_ORDERS = ("rgb", "bgr")


def in_each_order(networks: Mapping) -> dict:
    """The networks, with two in the place of one whose `channels` are `both`: NAME_rgb and NAME_bgr."""
    expanded = {}
    for name, network in networks.items():
        if network["input"].get("channels") != "both":
            expanded[name] = network
            continue
        key = f"configuration: networks.{name}.input.channels: both"
        if "weights" not in network:
            raise InputError(f"{key}: only fetched weights come with an order of colours. Write rgb")
        for order in _ORDERS:
            if f"{name}_{order}" in networks:
                raise InputError(f"{key}: makes a network {name}_{order}, and there is one already. Rename one of them")
            each = copy.deepcopy(network)
            each["input"]["channels"] = order
            if order == "bgr":
                each["input"] |= {
                    value: each["input"][value][::-1] for value in ("mean", "sd") if value in each["input"]
                }
            expanded[f"{name}_{order}"] = each
    return expanded


def check_sets(config: Mapping) -> None:
    """Check what sets name: variations, the set whose identities morphs show, and continua."""
    sets = config["stimuli"]["sets"]
    for name, each in sets.items():
        key = f"stimuli.sets.{name}"
        if "variation" in each:
            _check_known(each["variation"], config["variations"], f"{key}.variation")
        if "of" in each:
            known = _photographed(sets)
            _check_known(each["of"], known, f"{key}.of")
            if "per_expression" in known[each["of"]]:
                raise InputError(
                    f"configuration: {key}.of: nobody is named in '{each['of']}', and a continuum runs between two "
                    "expressions of one identity"
                )
    if "levels" in sets.get("morphs", {}):
        _check_continua(sets["morphs"], config["expressions"])


def _check_continua(morphs: dict, expressions: Sequence[str]) -> None:
    """Check the continua of the morphs, or give them the publication's."""
    key = "configuration: stimuli.sets.morphs.continua"
    if not morphs.setdefault("continua", continua_of(expressions)):
        raise InputError(f"{key}: the publication has none between {', '.join(expressions)}. Name those that you want")
    for continuum in morphs["continua"]:
        try:
            ends_of(continuum, expressions)
        except InputError as error:
            raise InputError(f"{key}: {error}") from None


def check_landmarks(stimuli: dict) -> None:
    """Make `landmarks.files` a mapping from each set whose landmarks are given to where they are."""
    photographed, files = _photographed(stimuli["sets"]), stimuli["landmarks"]["files"]
    if not isinstance(files, Mapping):
        stimuli["landmarks"]["files"] = dict.fromkeys(photographed, files) if files else {}
    for name in stimuli["landmarks"]["files"]:
        _check_known(name, photographed, "stimuli.landmarks.files")


def _photographed(sets: Mapping) -> dict:
    return {name: each for name, each in sets.items() if each["source"] == "photographs" and name != "morphs"}


def check_diets(config: Mapping) -> None:
    """Check the variations that diets name, and their own names."""
    for name, diet in config["diets"].items():
        if "variation" in diet:
            _check_known(diet["variation"], config["variations"], f"diets.{name}.variation")
        if name in config["stimuli"]["sets"]:
            raise InputError(f"configuration: diets.{name}: a stimulus set has this name. Give the diet another")


def check_networks(config: Mapping) -> None:
    """Check networks' names, the networks whose weights they shuffle, and the diets they are trained on."""
    for name, network in config["networks"].items():
        key = f"configuration: networks.{name}"
        if name == "human":
            raise InputError(f"{key}: the tables call participants so. Give the network another name")
        if isinstance(network.get("initialisation"), Mapping) and "shuffled" in network["initialisation"]:
            _check_shuffled(key, network, config)
        if "training" in network:
            _check_training(key, network, config)
    for role, name in config["comparison"]["roles"].items():
        _check_network_known(name, config["networks"], f"comparison.roles.{role}")


def _check_shuffled(key: str, network: Mapping, config: Mapping) -> None:
    other = network["initialisation"]["shuffled"]
    _check_network_known(other, config["networks"], f"{key.removeprefix('configuration: ')}.initialisation.shuffled")
    source = config["networks"][other]
    if "training" not in source and "weights" not in source:
        raise InputError(f"{key}.initialisation.shuffled: '{other}' is not trained: its weights are random already")
    if "training" in network:
        raise InputError(f"{key}.training: a network of shuffled weights stays as it is. Leave out one of the two")
    if _with_weights(source) != _with_weights(network):
        raise InputError(f"{key}.architecture: expected that of '{other}', whose weights it shuffles")


def _with_weights(network: Mapping) -> dict:
    """What of an architecture its weights depend on."""
    return {name: value for name, value in network["architecture"].items() if name != "dropout"}


def _check_training(key: str, network: Mapping, config: Mapping) -> None:
    training, classes = network["training"], network["architecture"].get("classes")
    _check_known(training["data"], config["diets"], f"{key.removeprefix('configuration: ')}.training.data")
    diet = config["diets"][training["data"]]
    if training["objective"] == "classification" and classes not in (None, diet["classes"]):
        raise InputError(f"{key}.architecture.classes: {classes}; the diet '{training['data']}' has {diet['classes']}")
    if training["objective"] == "expression":
        if diet["source"] != "parametric" or diet.get("shows") != "expressions":
            raise InputError(
                f"{key}.training.objective: the diet '{training['data']}' shows no expressions. Take one with source "
                "'parametric' and 'shows: expressions'"
            )
        if classes not in (None, n := len(config["expressions"])):
            raise InputError(f"{key}.architecture.classes: {classes}; there are {n} expressions")
    if training["objective"] == "autoencoding" and network["input"].get("size", 0) % 16:
        raise InputError(f"{key}.input.size: an autoencoder's decoder needs a multiple of 16")
    if classes in (0, 1) and network["architecture"]["from"] == "mien":  # others' 0 is without the last layer
        raise InputError(f"{key}.architecture.classes: {classes}; training needs an output of 2 or more units")


def check_figures(config: Mapping) -> None:
    """Check the networks that are drawn, and make `figures.layer` a mapping from each of them to its layer."""
    chosen = config["figures"]
    drawn = list(dict.fromkeys((chosen["focus"], *chosen["compare"])))
    for name in drawn:
        _check_network_known(name, config["networks"], "figures")
    if isinstance(chosen["layer"], str):
        chosen["layer"] = dict.fromkeys(drawn, chosen["layer"])
    for name in chosen["layer"]:
        _check_network_known(name, dict.fromkeys(drawn), "figures.layer")
    for name in drawn:
        if name not in chosen["layer"]:
            raise InputError(f"configuration: figures.layer: says nothing of '{name}', which is drawn. Give its layer")


def _check_known(name: str, known: Mapping, key: str) -> None:
    if name not in known:
        raise InputError(
            f"configuration: {key}: '{name}' is not defined. Expected one of {', '.join(known) or '(none)'}"
        )


def _check_network_known(name: str, known: Mapping, key: str) -> None:
    orders = [f"{name}_{order}" for order in _ORDERS if f"{name}_{order}" in known]
    if name not in known and orders:
        raise InputError(f"configuration: {key}: '{name}' stands for no one network. Name {' or '.join(orders)}")
    _check_known(name, known, key)
