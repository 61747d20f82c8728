"""A study's configuration: validated, completed with defaults, and what follows from it. Knows no paths.

Light to import: the Snakefile reads it again in every job.
"""

import contextlib
import copy
import difflib
import json
from collections.abc import Iterator, Mapping

from jsonschema import Draft202012Validator, ValidationError

from mien.errors import InputError
from mien.expressions import EXPRESSIONS, ends_of
from mien.networks.architectures import aliases, check_layer, is_own, layer_shape, layers_of
from mien.stimuli.photographs.databases import DATABASES, chosen_values, database_name, keys_of, of_own_files
from mien.units.criteria import ALPHAS, FEWEST_LOCALIZED

#: Which stimulus sets a figure draws; a study without them goes without the figure.
FIGURES = {
    "fig1_selectivity": {"controlled"},
    "fig2_confusions": {"controlled"},
    "fig3_categorical": {"controlled", "morphs"},
    "fig4_networks": {"wild", "morphs"},
    "fig5_axes": {"controlled", "morphs"},
    "fig6_layers": {"controlled"},
    "fig7_sensitivity": set(),
    "fig8_discrimination": {"morphs"},
    "fig9_claims": {"controlled", "wild", "morphs"},
}

#: Keys that a diet of each source needs, beside those that all need, and keys that it may have.
_DIETS = {
    "parametric": ({"variation"}, {"shows"}),
    "objects": ({"variation"}, set()),
    "mixed": ({"variation"}, {"shows"}),
    "folder": ({"folder"}, set()),
}

#: Likewise of a stimulus set with expressions; `morphs` of photographs need and may have others.
_SETS = {
    "parametric": ({"identities", "variation"}, set()),
    "ict": ({"identities", "variation"}, set()),
    "pictures": ({"table"}, set()),
    "photographs": ({"databases"}, {"identities", "incomplete", "per_expression"}),
}
#: The networks that `channels: both` makes, by the ends of their names.
_ORDERS = ("rgb", "bgr")

_TOO_LARGE = 2**63


def complete(config: Mapping, schema: Mapping) -> dict:
    """The configuration with defaults filled in, checked against the schema and for what a schema cannot say.

    Raises:
        InputError: one message that names the key, what was expected and what to do.
    """
    config = _filled(_read(config), schema)
    error = next(iter(sorted(Draft202012Validator(schema).iter_errors(config), key=lambda e: len(e.path))), None)
    if error:
        raise InputError(_explained(error))
    _check_selectivity(config)
    for name, variation in config["variations"].items():
        low, high = variation.get("intensity_low", 0), variation.get("intensity_high", 2)
        if low > high:
            raise InputError(f"configuration: variations.{name}: intensity_low {low} is above intensity_high {high}")
    for name, stimulus_set in config["stimuli"]["sets"].items():
        _check_set(name, stimulus_set, config)
    _check_landmarks(config["stimuli"])
    for name, diet in config["diets"].items():
        _check_diet(name, diet, config)
    config["networks"] = _in_each_order(config["networks"])
    for name, network in config["networks"].items():
        if "weights" not in network:
            network.setdefault("initialisation", "xavier_normal")
        _check_network(name, network, config)
        network["layers"] = [_plain(layer, network) for layer in network["layers"]]
        if len(set(network["layers"])) < len(network["layers"]):
            raise InputError(f"configuration: networks.{name}.layers: one layer stands there by two names. Keep one")
    for role, name in config["comparison"]["roles"].items():
        _check_network_known(name, config["networks"], f"comparison.roles.{role}")
    _check_figures(config)
    return config


def source_of_shuffled(config: Mapping, network: str, seed: int) -> dict[str, str | int]:
    """The `network` and `seed` whose weights a network with `initialisation: {shuffled: OTHER}` shuffles.

    It is the other's network of the same seed where it has one, and else its first.
    """
    other = config["networks"][network]["initialisation"]["shuffled"]
    seeds = config["networks"][other]["seeds"]
    return {"network": other, "seed": seed if seed in seeds else seeds[0]}


def pictures_of(stimulus_set: Mapping, sets: Mapping = {}) -> int | None:
    """How many pictures a stimulus set has by its design; None where that depends on the pictures that there are.

    Args:
        sets: all of the study's, by name: morphs of photographs show the people of another one.
    """
    if "per_expression" in stimulus_set:
        return stimulus_set["per_expression"] * len(EXPRESSIONS)
    identities = sets.get(stimulus_set.get("of"), stimulus_set).get("identities")
    if identities is None:
        return None
    if "continua" in stimulus_set:
        return identities * len(stimulus_set["continua"]) * stimulus_set["levels"]
    return identities * len(EXPRESSIONS)


def cells(config: Mapping) -> list[tuple[str, str, int]]:
    """Every cell of the study as (network, layer, seed), in the order of the configuration."""
    return [
        (name, layer, seed)
        for name, network in config["networks"].items()
        for layer in network["layers"]
        for seed in network["seeds"]
    ]


def figures(config: Mapping) -> list[str]:
    """The figures that the study's stimulus sets allow, without the montages."""
    return [name for name, needed in FIGURES.items() if needed <= set(config["stimuli"]["sets"])]


def canonical(value: object) -> str:
    """A value as JSON that does not depend on the order of keys, so that only a changed value reruns a job."""
    return json.dumps(value, sort_keys=True)


def _read(value: object, key: str = "") -> object:
    """A value as JSON can hold it; 10.0 is the integer 10, so that either gives the same jobs."""
    where = f"configuration: {key or 'the top level'}"
    if isinstance(value, Mapping):
        for name in value:
            if not isinstance(name, str):
                raise InputError(f"{where}: YAML reads the key {name} not as text. Write it in quotes")
        return {name: _read(part, f"{key}.{name}" if key else name) for name, part in value.items()}
    if isinstance(value, list):
        return [_read(part, f"{key}.{place}") for place, part in enumerate(value)]
    if value is None or isinstance(value, str | bool):
        return value
    if not isinstance(value, int | float):
        raise InputError(f"{where}: YAML reads {value} as a {type(value).__name__}. Write it in quotes")
    if not -_TOO_LARGE < value < _TOO_LARGE:
        raise InputError(f"{where}: found {value!r:.40}. Expected a finite number that 64 bits can hold")
    whole = isinstance(value, float) and value.is_integer() and "training.optimiser." not in key  # torch's floats
    return int(value) if whole else value


def _filled(config: Mapping, schema: Mapping) -> dict:
    """A copy of `config` with the schema's defaults, down to the values of open mappings such as `networks`."""
    filled = dict(config) if isinstance(config, Mapping) else config
    if not isinstance(config, Mapping):
        return filled
    for key, part in schema.get("properties", {}).items():
        if "default" in part:
            filled.setdefault(key, copy.deepcopy(part["default"]))
        if key in filled:
            filled[key] = _filled(filled[key], part)
    open_part = schema.get("additionalProperties")
    if isinstance(open_part, Mapping):
        filled |= {
            key: _filled(value, open_part) for key, value in filled.items() if key not in schema.get("properties", {})
        }
    return filled


def _explained(error: ValidationError) -> str:
    """A schema's complaint in one line that names the key."""
    for part in error.context:
        if part.path:  # one of several forms, and what is wrong within it
            return _explained(part)
    key = ".".join(str(part) for part in error.absolute_path) or "the top level"
    if error.validator == "additionalProperties":
        known = sorted(error.schema.get("properties", {}))
        unknown = sorted(set(error.instance) - set(known))[0]
        near = difflib.get_close_matches(unknown, known, n=1)
        hint = f"Did you mean '{near[0]}'? " if near else ""
        return f"configuration: {key}: unknown key '{unknown}'. {hint}Expected one of {', '.join(known)}"
    if error.validator == "uniqueItems":
        twice = next(item for item in error.instance if error.instance.count(item) > 1)
        return f"configuration: {key}: {twice} is listed twice. List each once"
    if error.validator == "anyOf":
        return f"configuration: {key}: found {json.dumps(error.instance)}. Expected {error.schema['description']}"
    return f"configuration: {key}: {error.message}{_hint(error)}. config/README.md explains every key"


def _hint(error: ValidationError) -> str:
    """What may have made a value one of another type."""
    if error.validator != "type":
        return ""
    found, expected = error.instance, error.validator_value
    if found is None:
        return " (it is empty)"
    if "string" in expected and not isinstance(found, Mapping | list):
        return " (YAML reads numbers, dates, on, off, yes and no as other than text: write it in quotes)"
    if isinstance(found, str) and ("number" in expected or "integer" in expected):
        with contextlib.suppress(ValueError):
            number = f"{float(found):.15g}"
            return f" (text, as YAML reads 1e-3, and --config all numbers in braces: in a file, write {number})"
    return ""


def _check_selectivity(config: Mapping) -> None:
    for key in ("alpha_expression", "alpha_identity"):
        if config["selectivity"][key] not in ALPHAS:
            raise InputError(
                f"configuration: selectivity.{key}: {config['selectivity'][key]} is not on the grid for which the null "
                f"of the count is kept. Expected one of {', '.join(map(str, ALPHAS))}"
            )


def _check_set(name: str, stimulus_set: Mapping, config: Mapping) -> None:
    key, source = f"configuration: stimuli.sets.{name}", stimulus_set["source"]
    needed, allowed = _SETS[source]
    if name == "morphs" and source != "pictures":
        needed, allowed = ({"of"}, {"mouth"}) if source == "photographs" else (needed, allowed)
        needed = needed | {"continua", "levels"}
    for missing in sorted(needed - set(stimulus_set)):
        raise InputError(f"{key}: no key '{missing}', which source '{source}' needs")
    for needless in sorted(set(stimulus_set) - needed - allowed - {"source"}):
        raise InputError(f"{key}.{needless}: not a key of a set '{name}' with source '{source}'")
    if "variation" in needed:
        _check_known(stimulus_set["variation"], config["variations"], f"stimuli.sets.{name}.variation")
    if source == "photographs":
        (_check_morphs_of if name == "morphs" else _check_photographs)(key, name, stimulus_set, config)
    if name == "localizer" and stimulus_set.get("identities", FEWEST_LOCALIZED) < FEWEST_LOCALIZED:
        raise InputError(f"{key}.identities: expected at least {FEWEST_LOCALIZED}, two for either half")
    for continuum in stimulus_set.get("continua", []):
        try:
            ends_of(continuum)
        except InputError as error:
            raise InputError(f"{key}.continua: {error}") from None


def _check_photographs(key: str, name: str, stimulus_set: dict, config: Mapping) -> None:
    """Check what a set says of its databases, whose files its first job looks at."""
    stimulus_set.setdefault("incomplete", "stop")
    if "identities" in stimulus_set and "per_expression" in stimulus_set:
        raise InputError(
            f"{key}: identities are taken where a database names its people, and per_expression where it names "
            "nobody. Leave out one of the two"
        )
    if name == "localizer" and "per_expression" in stimulus_set:
        raise InputError(f"{key}.per_expression: the localizer needs people who show every expression: say identities")
    for place, source in enumerate(stimulus_set["databases"]):
        try:
            _check_source(source)
        except InputError as error:
            raise InputError(f"{key}.databases.{place}: {error}") from None


def _check_source(source: Mapping) -> None:
    name, given = source["name"], set(source) - {"name"}
    needed = set(keys_of(name))
    for missing in sorted(needed - given):
        raise InputError(f"no key '{missing}', which '{name}' needs")
    if "pattern" in needed:  # whose choices are groups of the pattern, that files' names give their values
        return
    filters = {} if of_own_files(name) else DATABASES[database_name(name)].filters
    choices = {key: value for key, value in source.items() if key in given - needed}
    chosen_values(name, filters, choices)


def _check_morphs_of(key: str, name: str, stimulus_set: dict, config: Mapping) -> None:
    stimulus_set.setdefault("mouth", "plain")
    known = {
        other: each
        for other, each in config["stimuli"]["sets"].items()
        if other != name and each["source"] == "photographs"
    }
    _check_known(stimulus_set["of"], known, f"{key.removeprefix('configuration: ')}.of")
    if "per_expression" in known[stimulus_set["of"]]:
        raise InputError(
            f"{key}.of: nobody is named in '{stimulus_set['of']}', and a continuum runs between two expressions of one "
            "person"
        )


def _check_landmarks(stimuli: dict) -> None:
    """Make `landmarks.files` a mapping from each set whose landmarks are given to where they are."""
    photographed = {
        name: part for name, part in stimuli["sets"].items() if part["source"] == "photographs" and name != "morphs"
    }
    files = stimuli["landmarks"]["files"]
    if not isinstance(files, Mapping):
        stimuli["landmarks"]["files"] = dict.fromkeys(photographed, files) if files else {}
    for name in stimuli["landmarks"]["files"]:
        _check_known(name, photographed, "stimuli.landmarks.files")


def _check_diet(name: str, diet: Mapping, config: Mapping) -> None:
    key = f"configuration: diets.{name}"
    needed, allowed = _DIETS[diet["source"]]
    for missing in sorted(needed - set(diet)):
        raise InputError(f"{key}: no key '{missing}', which source '{diet['source']}' needs")
    for needless in sorted(set(diet) - needed - allowed - {"source", "classes", "images", "heldout"}):
        raise InputError(f"{key}.{needless}: not a key of a diet with source '{diet['source']}'")
    if "variation" in diet:
        _check_known(diet["variation"], config["variations"], f"diets.{name}.variation")
    if name in config["stimuli"]["sets"]:
        raise InputError(f"{key}: a stimulus set has this name. Give the diet another")


def _in_each_order(networks: Mapping) -> dict:
    """The networks, with two in the place of one whose `channels` are `both`: NAME_rgb and NAME_bgr."""
    expanded = {}
    for name, network in networks.items():
        if network["input"]["channels"] != "both":
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
                each["input"] |= {value: each["input"][value][::-1] for value in ("mean", "sd")}
            expanded[f"{name}_{order}"] = each
    return expanded


def _check_network(name: str, network: Mapping, config: Mapping) -> None:
    key = f"configuration: networks.{name}"
    if name == "human":
        raise InputError(f"{key}: the tables call people so. Give the network another name")
    try:
        _check_architecture(network["architecture"], network["layers"])
    except InputError as error:
        raise InputError(f"{key}: {error}") from None
    if network["architecture"]["name"] == "pixels" and ("training" in network or len(network["seeds"]) > 1):
        raise InputError(f"{key}: pixels have no weights, so leave out training and give one seed")
    if "weights" in network:
        for needless in ("initialisation", "training"):
            if needless in network:
                raise InputError(f"{key}.{needless}: the weights of this network are fetched. Leave out one of the two")
        if network["seeds"] != [0]:
            raise InputError(f"{key}.seeds: {network['seeds']}; fetched weights are one network. Write [0]")
    elif isinstance(network["initialisation"], Mapping) and "shuffled" in network["initialisation"]:
        _check_shuffled(key, network, config)
    if "training" in network:
        _check_training(key, network, config)


def _check_architecture(architecture: Mapping, layers: list[str]) -> None:
    """What can be said without building it: torchvision's architectures are checked by the first job, `list_layers`."""
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
    if source["input"] != network["input"]:
        raise InputError(f"{key}.input: expected that of '{other}', whose weights it shuffles: {source['input']}")


def _with_weights(network: Mapping) -> dict:
    """What of an architecture its weights depend on."""
    return {name: value for name, value in network["architecture"].items() if name != "dropout"}


def _check_training(key: str, network: Mapping, config: Mapping) -> None:
    training, classes = network["training"], network["architecture"]["classes"]
    _check_known(training["data"], config["diets"], f"{key.removeprefix('configuration: ')}.training.data")
    diet = config["diets"][training["data"]]
    if training["objective"] == "classification" and classes != diet["classes"]:
        raise InputError(f"{key}.architecture.classes: {classes}; the diet '{training['data']}' has {diet['classes']}")
    if training["objective"] == "expression":
        if diet["source"] != "parametric" or diet.get("shows") != "expressions":
            raise InputError(
                f"{key}.training.objective: the diet '{training['data']}' shows no expressions. Take one with source "
                "'parametric' and 'shows: expressions'"
            )
        if classes != len(EXPRESSIONS):
            raise InputError(f"{key}.architecture.classes: {classes}; there are {len(EXPRESSIONS)} expressions")
    if training["objective"] == "autoencoding" and network["architecture"]["input_size"] % 16:
        raise InputError(f"{key}.architecture.input_size: an autoencoder's decoder needs a multiple of 16")
    if classes < 2:
        raise InputError(f"{key}.architecture.classes: {classes}; training needs an output of 2 or more units")


def _check_figures(config: Mapping) -> None:
    """Check what is drawn, and make `figures.layer` a mapping from every network drawn to its layer."""
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
        layer, layers = _plain(chosen["layer"][name], config["networks"][name]), config["networks"][name]["layers"]
        if layer not in layers:
            raise InputError(
                f"configuration: figures.layer: network '{name}' has no layer '{layer}' in this study. "
                f"Add it to networks.{name}.layers, or draw one of {', '.join(layers)}"
            )
        chosen["layer"][name] = layer


def _plain(layer: str, network: Mapping) -> str:
    """A layer's own name, where it is given by another: cells, tables and figures know one name for it."""
    return aliases(network["architecture"]["name"]).get(layer, layer)


def _check_known(name: str, known: Mapping, key: str) -> None:
    if name not in known:
        raise InputError(f"configuration: {key}: '{name}' is not defined. Expected one of {', '.join(_names(known))}")


def _check_network_known(name: str, known: Mapping, key: str) -> None:
    orders = [f"{name}_{order}" for order in _ORDERS if f"{name}_{order}" in known]
    if name not in known and orders:
        raise InputError(f"configuration: {key}: '{name}' stands for no one network. Name {' or '.join(orders)}")
    _check_known(name, known, key)


def _names(known: Mapping) -> Iterator[str]:
    return iter(known) if known else iter(["(none)"])
