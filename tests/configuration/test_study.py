"""A configuration is completed, or refused with one message that names the key and what to do."""

import copy
import datetime
import functools
import json
import math
from typing import get_args

import pytest
import yaml

from mien.configuration import study
from mien.configuration.comparison import Measure
from mien.configuration.criteria import ALPHAS, CRITERIA, OMEGAS, choice_of
from mien.configuration.criteria_words import in_words
from mien.configuration.networks import Optimiser, Scheme
from mien.configuration.sections import Section
from mien.configuration.sets import Database
from mien.confusions.measures import MEASURES
from mien.errors import InputError
from mien.expressions import CONTINUA, EXPRESSIONS
from mien.provenance import code_behind
from tests.helpers.studies import complete


@pytest.fixture
def tiny(project) -> dict:
    config = yaml.safe_load((project / "tests/workflow/tiny.yaml").read_text())
    return json.loads(json.dumps(config))  # YAML's anchors share what a test changes in one place


@pytest.fixture
def alone() -> dict:
    """The least that a study must say."""
    return {
        "study": "alone",
        "stimuli": {"size": 32, "sets": {"localizer": {"source": "pictures", "table": "faces.csv"}}},
        "networks": {
            "pixels": {"architecture": {"name": "pixels"}, "input": {"size": 32}, "layers": ["image"], "seeds": [0]}
        },
        "figures": {"focus": "pixels", "layer": "image", "compare": ["pixels"]},
    }


SHIPPED = [
    "config/config.yaml",
    "config/open.yaml",
    "config/open-quick.yaml",
    *(f"config/examples/{axis}.yaml" for axis in ("architecture", "data", "objective", "algorithm")),
    "tests/workflow/tiny.yaml",
]


@pytest.mark.parametrize("name", SHIPPED)
def test_shipped_studies_are_accepted(project, name):
    given = yaml.safe_load((project / name).read_text())
    completed = complete(given)
    assert completed["study"] == given["study"]
    assert complete(completed) == completed  # what the report writes down can be run


def test_defaults_fill_in_at_every_depth_and_leave_what_is_given(alone):
    before = copy.deepcopy(alone)
    alone["selectivity"] = {"permutations": 50}
    completed = complete(alone)
    assert completed["compute"] == {"device": "auto", "torch_threads": 1, "batch_size": 32}
    assert completed["selectivity"]["permutations"] == 50
    assert completed["selectivity"]["alpha_expression"] == 0.01
    assert completed["networks"]["pixels"]["rectified"] is True
    assert completed["networks"]["pixels"]["input"] == {"size": 32}  # what else there is, its zoo may know
    assert completed["diets"] == {}
    del alone["selectivity"]
    assert alone == before


@pytest.mark.parametrize(
    ("given", "keys", "choice", "words"),
    [
        (
            {},
            {"alpha_expression": 0.01, "alpha_identity": 0.01},
            ("two_way", 0.01, 0.01),
            "p(expression) below 0.01 and p(identity) above 0.01, two-way ANOVA without replication",
        ),
        (
            {"criterion": "one_way", "alpha_expression": 0.05},
            {"alpha_expression": 0.05},
            ("one_way", 0.05, None),
            "p(expression) below 0.05, one-way ANOVA",
        ),
        (
            {"criterion": "omega2", "omega2_identity": 0.03},
            {"omega2_expression": 0.06, "omega2_identity": 0.03},
            ("omega2", 0.06, 0.03),
            "ω²(expression) above 0.06 and ω²(identity) below 0.03, "
            "effect sizes from a two-way ANOVA without replication",
        ),
    ],
)
def test_a_criterion_has_its_own_thresholds_and_no_other(alone, given, keys, choice, words):
    selectivity = complete(alone | {"selectivity": given})["selectivity"]
    assert {key: value for key, value in selectivity.items() if key.startswith(("alpha", "omega"))} == keys
    assert tuple(choice_of(selectivity).values()) == choice and in_words(selectivity) == words


def test_defaults_are_no_ones_shared_list(alone):
    expressions = complete(alone)["expressions"]
    expressions.reverse()
    assert complete(alone)["expressions"] == expressions[::-1]


def test_cells_are_every_layer_and_seed_of_every_network_in_their_order(tiny):
    assert study.cells(tiny) == [
        ("face_trained", "conv4_3", 0),
        ("face_trained", "conv5_3", 0),
        ("untrained", "conv4_3", 0),
        ("untrained", "conv4_3", 1),
        ("pixels", "image", 0),
    ]


def test_canonical_json_is_the_same_in_any_order_of_keys():
    assert study.canonical({"b": [2, 1], "a": None}) == study.canonical({"a": None, "b": [2, 1]})
    assert study.canonical([1, 2]) != study.canonical([2, 1])
    assert json.loads(study.canonical({"a": 0.1})) == {"a": 0.1}


def replaced(config: dict, path: str, value: object) -> dict:
    """The configuration with a value under a path such as `networks.untrained.seeds`; `None` takes the key away."""
    *folders, last = path.split(".")
    part = config
    for key in folders:
        part = part[key]
    part[last] = value
    if value is None:
        del part[last]
    return config


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("studdy", "x", ["the top level: unknown key 'studdy'", "Did you mean 'study'?"]),
        ("networks.untrained.seed", [0], ["networks.untrained: unknown key 'seed'", "'seeds'", "architecture, "]),
        ("networks.untrained.layers", None, ["networks.untrained: 'layers' is a required property"]),
        ("networks.untrained.layers", [], ["networks.untrained.layers: [] should be non-empty"]),
        ("networks.untrained.layers", ["conv4_3"] * 2, ["networks.untrained.layers: conv4_3 is listed twice"]),
        ("networks.untrained.layers", ["conv6_1"], ["networks.untrained: layer 'conv6_1'", "conv1_1, conv1_2"]),
        ("networks.untrained.seeds", [3, 4, 3], ["networks.untrained.seeds: 3 is listed twice"]),
        ("networks.untrained.seeds", [-1], ["networks.untrained.seeds.0: -1 is less than the minimum"]),
        (
            "networks.untrained.architecture.name",
            "alexnet",
            ["networks.untrained: architecture.name: 'alexnet' is none"],
        ),
        (
            "networks.untrained.architecture",
            {"from": "torchvision", "name": "alexnet", "width": 1},
            ["networks.untrained: architecture.width: not a key of"],
        ),
        ("networks.untrained.weights", "published", ['found "published"', "pretrained, or a mapping with from"]),
        ("networks.untrained.input", {"size": 32, "crop": 0}, ["networks.untrained.input.crop: 0 "]),
        ("networks.untrained.input", {"mean": [1, 2, 3]}, ["networks.untrained: input.size: missing"]),
        ("networks.untrained.architecture.classes", -1, ["networks.untrained.architecture.classes: -1 is less than"]),
        ("networks.untrained.initialisation", "normal", ['found "normal"', "{normal: SD}", "{shuffled: NETWORK}"]),
        (
            "networks.untrained.initialisation",
            {"shuffled": "nets"},
            ["networks.untrained.initialisation.shuffled: 'nets'"],
        ),
        (
            "networks.untrained.initialisation",
            {"shuffled": "pixels"},
            ["initialisation.shuffled: 'pixels' is not trained"],
        ),
        (
            "networks.face_trained.initialisation",
            {"shuffled": "face_trained"},
            ["face_trained.training: a network of shuffled"],
        ),
        (
            "networks.face_trained.weights",
            {"from": ["vgg.pth"]},
            ["face_trained.initialisation: the weights", "are fetched"],
        ),
        ("networks.untrained.weights", {"from": []}, ["networks.untrained.weights.from: [] should be non-empty"]),
        ("networks.pixels.weights", {"from": ["x"], "sha256": "1f"}, ["weights.sha256: '1f' does not match"]),
        (
            "networks.face_trained.training.objective",
            "expression",
            ["training.objective: the diet 'faces' shows no expr"],
        ),
        ("networks.face_trained.training.objective", "joy", ["training.objective: 'joy' is not one of"]),
        ("networks.untrained.input.size", 24, ["networks.untrained: input.size 24: too small for vgg16"]),
        ("networks.pixels.seeds", [0, 1], ["networks.pixels: pixels have no weights", "give one seed"]),
        (
            "networks.face_trained.training.data",
            "cars",
            ["networks.face_trained.training.data: 'cars'", "faces, objects"],
        ),
        ("networks.face_trained.architecture.classes", 5, ["networks.face_trained.architecture.classes: 5", "has 4"]),
        ("networks.a-b", {}, ["networks: 'a-b' does not match"]),
        (
            "networks.human",
            {"architecture": {"name": "pixels"}, "input": {"size": 32}, "layers": ["image"], "seeds": [0]},
            ["networks.human: the tables call participants so"],
        ),
        ("selectivity.alpha_expression", 1.5, ["selectivity.alpha_expression: 1.5 is greater than or equal"]),
        ("selectivity.alpha_expression", 0, ["selectivity.alpha_expression: 0 is less than or equal"]),
        ("selectivity.alpha_identity", 0.03, ["selectivity.alpha_identity: 0.03", ", ".join(map(str, ALPHAS))]),
        ("selectivity.alpha_identity", "1e-3", ["selectivity.alpha_identity: '1e-3'", "write 0.001"]),
        (
            "selectivity.criterion",
            "anova",
            ["selectivity.criterion: 'anova' is not one of", *map(repr, CRITERIA)],
        ),
        (
            "selectivity.omega2_identity",
            0.01,
            [
                "selectivity.omega2_identity: not a key of the criterion 'two_way'",
                "alpha_expression and alpha_identity",
            ],
        ),
        (
            "selectivity",
            {"criterion": "one_way", "alpha_identity": 0.01},
            [
                "selectivity.alpha_identity: not a key of the criterion 'one_way'",
                "thresholds are alpha_expression. Leave",
            ],
        ),
        (
            "selectivity",
            {"criterion": "omega2", "omega2_identity": 0.05},
            ["selectivity.omega2_identity: 0.05 is not on the grid", ", ".join(map(str, OMEGAS))],
        ),
        ("selectivity", "all", ["selectivity: 'all' is not of type 'object'"]),
        ("stimuli.sets.localizer", None, ["stimuli.sets: 'localizer' is a required property"]),
        ("stimuli.sets.localizer.identities", 3, ["stimuli.sets.localizer.identities: expected at least 4"]),
        ("stimuli.sets.wild.variation", "tame", ["stimuli.sets.wild.variation: 'tame'", "laboratory, wild"]),
        ("stimuli.sets.wild.variation", None, ["stimuli.sets.wild: no key 'variation'", "'parametric'"]),
        (
            "stimuli.sets.wild.source",
            "kdef",
            ["stimuli.sets.wild.source: 'kdef' is not one of ['parametric', ", "'ict'"],
        ),
        ("stimuli.sets.wild.source", None, ["stimuli.sets.wild: 'source' is a required property"]),
        ("stimuli.sets.wild.variatoin", "wild", ["stimuli.sets.wild: unknown key 'variatoin'. Did you mean 'variati"]),
        ("diets.objects.source", True, ["diets.objects.source: True is not one of", "write it in quotes"]),
        ("selectivity.permutations", 19, ["selectivity.permutations: 19 is less than the minimum of 20"]),
        ("networks.pixels.input", {"sd": [1, 0, 1]}, ["networks.pixels.input.sd.1: 0 is less than or equal to the"]),
        ("networks.pixels.input", {"mean": [1, 2]}, ["networks.pixels.input.mean: [1, 2] is too short: at least 3"]),
        ("stimuli.sets.wild.table", "x.csv", ["stimuli.sets.wild.table: not a key of a set 'wild'", "'parametric'"]),
        ("stimuli.sets.wild.levels", 9, ["stimuli.sets.wild.levels: not a key of a set 'wild'"]),
        ("stimuli.sets.morphs.continua", ["fear-joy"], ["stimuli.sets.morphs.continua: continuum 'fear-joy'", "anger"]),
        ("expressions", ["anger", "joy", "fear"], ["configuration: expressions.1: 'joy' is not one of ['anger', "]),
        ("expressions", ["anger", "fear"], ["configuration: expressions: ['anger', 'fear'] is too short: at least 3"]),
        ("expressions", ["anger", "fear", "fear"], ["configuration: expressions: fear is listed twice"]),
        (
            "expressions",
            ["anger", "fear", "neutral"],
            ["stimuli.sets.morphs.continua: continuum 'happiness-anger'", "from anger, fear, neutral"],
        ),
        ("stimuli.sets.morphs.continua", ["fear-fear"], ["stimuli.sets.morphs.continua: continuum 'fear-fear'"]),
        ("stimuli.sets.tame", {"source": "pictures"}, ["stimuli.sets: unknown key 'tame'", "controlled, localizer"]),
        ("variations.laboratory", {"intensity_low": 1.2}, ["variations.laboratory: intensity_low 1.2 is above inten"]),
        ("variations.wild.intensity_low", 1.2, ["variations.wild: intensity_low 1.2 is above intensity_high 1"]),
        ("diets.faces.variation", "tame", ["diets.faces.variation: 'tame'"]),
        ("diets.faces.variation", None, ["diets.faces: no key 'variation', which source 'parametric' needs"]),
        ("diets.faces.folder", "faces", ["diets.faces.folder: not a key of a diet with source 'parametric'"]),
        ("diets.objects.shows", "expressions", ["diets.objects.shows: not a key of a diet with source 'objects'"]),
        (
            "diets.wild",
            {"source": "objects", "classes": 4, "images": 9, "heldout": 1, "variation": "wild"},
            ["diets.wild: a stimulus set has this name"],
        ),
        ("figures.focus", "nobody", ["figures: 'nobody' is not defined", "face_trained, untrained, pixels"]),
        ("figures.layer", {"untrained": "conv4_3"}, ["figures.layer: says nothing of 'face_trained', which is drawn"]),
        ("figures.layer", {"pixels": "image"}, ["figures.layer: 'pixels' is not defined", "face_trained, untrained"]),
        ("figures.layer", ["conv4_3"], ['figures.layer: found ["conv4_3"]. Expected the name of a layer']),
        ("figures.layer", "conv5_3", ["figures.layer: network 'untrained' has no layer 'conv5_3'", "conv4_3"]),
        ("figures.layer", {"untrained": False}, ["figures.layer.untrained: False is not of type 'string'", "quotes"]),
        ("networks.untrained.initialisation", {"normal": "1e-2"}, ["initialisation.normal: '1e-2'", "write 0.01"]),
        (
            "networks.untrained.layers",
            [False],
            ["untrained.layers.0: False is not of type 'string'", "write it in quo"],
        ),
        (
            "networks.untrained.layers",
            [1],
            ["networks.untrained.layers.0: 1 is not of type 'string'", "write it in qu"],
        ),
        ("networks.untrained.seeds", [True], ["networks.untrained.seeds.0: True is not of type 'integer'"]),
        ("networks.untrained.seeds", [0, 0.0], ["networks.untrained.seeds: 0 is listed twice"]),
        ("networks.untrained.seeds", [0, -0.0], ["networks.untrained.seeds: 0 is listed twice"]),
        ("networks.untrained.seeds", [0.5], ["networks.untrained.seeds.0: 0.5 is not of type 'integer'"]),
        ("networks.untrained.seeds", ["1e3"], ["networks.untrained.seeds.0: '1e3'", "write 1000"]),
        ("networks.untrained.seeds", ["zero"], ["seeds.0: 'zero' is not of type 'integer'. config/README.md"]),
        ("networks.face_trained.training.patience", "5", ["training.patience: '5'", "write 5"]),
        (
            "networks.face_trained.training.optimiser.lr",
            math.nan,
            ["networks.face_trained.training.optimiser.lr: found nan"],
        ),
        ("networks.face_trained.training.optimiser.betas", [0.9, math.inf], ["training.optimiser.betas.1: found inf"]),
        ("networks.untrained.input.mean", [0, -math.inf, 0], ["networks.untrained.input.mean.1: found -inf"]),
        (
            "networks.untrained.initialisation",
            {"normal": math.nan},
            ["initialisation.normal: found nan. Expected a fin"],
        ),
        ("selectivity.permutations", 1e300, ["selectivity.permutations: found 1e+300. Expected", "64 bits"]),
        ("selectivity.permutations", 10**400, ["selectivity.permutations: found 10000", "64 bits"]),
        ("study", datetime.date(2024, 1, 1), ["study: YAML reads 2024-01-01 as a date. Write it in quotes"]),
        ("networks", {True: {}}, ["networks: YAML reads the key True not as text. Write it in quotes"]),
        ("networks", {}, ["networks: {} should be non-empty"]),
    ],
)
def test_what_is_wrong_is_named_in_one_line(tiny, path, value, words):
    with pytest.raises(InputError) as caught:
        complete(replaced(tiny, path, value))
    message = str(caught.value)
    assert message.startswith("configuration: ") and "\n" not in message
    assert all(word in message for word in words), message


@pytest.mark.parametrize("path", ["networks", "selectivity", "stimuli.sets", "networks.pixels", "stimuli.size"])
def test_a_key_with_nothing_after_its_colon_is_named(tiny, path):
    *folders, last = path.split(".")
    functools.reduce(dict.get, folders, tiny)[last] = None
    with pytest.raises(InputError, match=f"^configuration: {path}: None is not of type '[a-z]+' .it is empty"):
        complete(tiny)


def test_a_whole_number_may_be_written_as_a_decimal_and_gives_the_same_jobs(tiny):
    def decimal(value: object) -> object:
        if isinstance(value, dict):
            return {key: part if key == "optimiser" else decimal(part) for key, part in value.items()}
        if isinstance(value, list):
            return [decimal(part) for part in value]
        return float(value) if type(value) is int else value

    given = complete(tiny)  # with defaults, which are integers too
    assert study.canonical(decimal(given)) != study.canonical(given)
    assert study.canonical(complete(decimal(given))) == study.canonical(given)


def test_arguments_of_an_optimiser_stay_as_they_are(tiny):
    tiny["networks"]["face_trained"]["training"]["optimiser"]["betas"] = [0.0, 0.9]  # torch takes no [0, 0.9]
    optimiser = complete(tiny)["networks"]["face_trained"]["training"]["optimiser"]
    assert study.canonical(optimiser["betas"]) == "[0.0, 0.9]"


def sections(part: type[Section] = Section) -> set[type[Section]]:
    """All mappings of a configuration."""
    return {each for below in part.__subclasses__() for each in (below, *sections(below))}


def test_every_mapping_refuses_unknown_keys():
    """But the optimiser's, whose keys are torch's arguments, and a database's, whose keys are its choices."""
    assert len(sections()) > 20
    assert {part for part in sections() if part.model_config["extra"] != "forbid"} == {Optimiser, Database}


def test_the_configuration_is_known_without_any_room_below_it(project):
    behind = {path.relative_to(project / "mien") for path in code_behind(project / "mien/configuration/study.py")}
    assert {path.parts[0] for path in behind} - {"configuration"} <= {
        "__init__.py",
        "errors.py",
        "expressions.py",
        "halves.py",
    }


def test_empty_configuration_is_refused():
    with pytest.raises(InputError, match="'study' is a required property"):
        complete({})


def test_trained_networks_join_the_quick_study(project):
    quick, pretrained, whole = (
        yaml.safe_load((project / f"config/{name}.yaml").read_text()) for name in ("open-quick", "pretrained", "open")
    )
    assert quick["variations"] == whole["variations"]
    for name in ("localizer", "controlled", "wild"):
        assert quick["stimuli"]["sets"][name] == whole["stimuli"]["sets"][name]
    for name, network in pretrained["networks"].items():
        assert network == whole["networks"][name]
    quick["networks"] |= pretrained["networks"]
    quick["figures"] |= pretrained["figures"] | {"layer": quick["figures"]["layer"] | pretrained["figures"]["layer"]}
    assert ("vgg_face", "conv5_3", 0) in study.cells(complete(quick))


@pytest.fixture
def uncertain(alone) -> dict:
    """A study with a network in either order of colours, which goes between two others."""
    vgg = {
        "architecture": {"name": "vgg11", "classes": 0},
        "weights": {"from": ["https://example.org/vgg.h5", "vgg.h5"]},
        "input": {"size": 32, "mean": [3, 2, 1], "sd": [6, 5, 4], "channels": "both"},
        "layers": ["conv4_2"],
        "seeds": [0],
    }
    alone["networks"] = {"before": alone["networks"]["pixels"], "vgg": vgg, "pixels": alone["networks"]["pixels"]}
    return alone


def test_weights_of_an_uncertain_order_of_colours_make_two_networks_in_the_place_of_one(uncertain):
    networks = complete(uncertain)["networks"]
    assert list(networks) == ["before", "vgg_rgb", "vgg_bgr", "pixels"]
    rgb, bgr = networks["vgg_rgb"], networks["vgg_bgr"]
    assert rgb["input"] == {"size": 32, "mean": [3, 2, 1], "sd": [6, 5, 4], "channels": "rgb"}
    assert bgr["input"] == {
        "size": 32,
        "mean": [1, 2, 3],
        "sd": [4, 5, 6],
        "channels": "bgr",
    }  # each colour keeps its own
    assert {**rgb, "input": 0} == {**bgr, "input": 0}
    assert rgb["weights"]["from"] == uncertain["networks"]["vgg"]["weights"]["from"]  # one download
    again = complete(uncertain | {"networks": networks})
    assert again["networks"] == networks and uncertain["networks"]["vgg"]["input"]["channels"] == "both"
    uncertain["figures"] = {"focus": "vgg_bgr", "layer": "conv4_2", "compare": ["vgg_rgb", "vgg_bgr"]}
    uncertain["comparison"] = {"roles": {"vgg_face": "vgg_bgr"}}
    assert complete(uncertain)["figures"]["focus"] == "vgg_bgr"


@pytest.mark.parametrize(
    ("path", "value", "words"),
    [
        ("figures.focus", "vgg", "figures: 'vgg' stands for no one network. Name vgg_rgb or vgg_bgr"),
        ("figures.compare", ["vgg"], "figures: 'vgg' stands for no one network. Name vgg_rgb or vgg_bgr"),
        (
            "comparison",
            {"roles": {"vgg16": "vgg"}},
            "comparison.roles.vgg16: 'vgg' stands for no one network. Name vgg_r",
        ),
        (
            "figures",
            {"focus": "vgg_bgr", "layer": {"vgg": "conv4_2"}, "compare": ["vgg_bgr"]},
            "figures.layer: 'vgg' stands for no one network. Name vgg_bgr",
        ),
        (
            "networks.shuffled",
            {
                "architecture": {"name": "vgg11", "classes": 0},
                "layers": ["conv4_2"],
                "seeds": [0],
                "initialisation": {"shuffled": "vgg"},
            },
            "networks.shuffled.initialisation.shuffled: 'vgg' stands for no one network. Name vgg_rgb or vgg_bgr",
        ),
        (
            "networks.vgg_bgr",
            {"architecture": {"name": "pixels"}, "input": {"size": 32}, "layers": ["image"], "seeds": [0]},
            "networks.vgg.input.channels: both: makes a network vgg_bgr, and there is one already",
        ),
        ("networks.vgg.weights", None, "networks.vgg.input.channels: both: only fetched weights come with an order"),
        (
            "networks.vgg.input.channels",
            "gbr",
            "networks.vgg.input.channels: 'gbr' is not one of ['rgb', 'bgr', 'both']",
        ),
    ],
)
def test_a_network_in_either_order_is_named_by_one_of_its_two_names(uncertain, path, value, words):
    with pytest.raises(InputError) as caught:
        complete(replaced(uncertain, path, value))
    assert str(caught.value).startswith(f"configuration: {words}")


def test_the_layer_drawn_is_known_of_every_network_that_is_drawn(tiny):
    drawn = complete(tiny)["figures"]
    assert drawn["layer"] == {"face_trained": "conv4_3", "untrained": "conv4_3"}


def test_shuffled_weights_are_those_of_the_same_seed_or_else_the_first(tiny):
    tiny["networks"]["shuffled"] = {
        "architecture": tiny["networks"]["face_trained"]["architecture"] | {"dropout": 0.1},
        "input": tiny["networks"]["face_trained"]["input"],
        "layers": ["conv4_3"],
        "seeds": [1, 2],
        "initialisation": {"shuffled": "face_trained"},
    }
    tiny["networks"]["face_trained"]["seeds"] = [3, 2]
    config = complete(tiny)
    assert study.source_of_shuffled(config, "shuffled", 1) == {"network": "face_trained", "seed": 3}
    assert study.source_of_shuffled(config, "shuffled", 2) == {"network": "face_trained", "seed": 2}
    tiny["networks"]["shuffled"]["architecture"] = {"name": "vgg19", "classes": 4}
    with pytest.raises(InputError, match="networks.shuffled.architecture: expected that of 'face_trained'"):
        complete(tiny)
    tiny["networks"]["shuffled"]["architecture"] = tiny["networks"]["face_trained"]["architecture"]
    del tiny["networks"]["shuffled"]["input"]
    with pytest.raises(InputError, match="networks.shuffled.input: expected that of 'face_trained'"):
        complete(tiny)


def test_the_number_of_pictures_follows_from_the_design():
    sets = {"identities": 104, "continua": ["a"] * 7, "levels": 199}
    assert study.pictures_of(sets, EXPRESSIONS) == 144_872
    assert study.pictures_of({"identities": 67}, EXPRESSIONS) == 402
    assert study.pictures_of({"source": "pictures", "table": "x.csv"}, EXPRESSIONS) is None
    assert study.pictures_of({"per_expression": 100}, EXPRESSIONS) == 600
    assert study.pictures_of({"identities": 67}, EXPRESSIONS[:4]) == 268
    morphs = {"of": "people", "continua": ["a"] * 7, "levels": 199}
    assert study.pictures_of(morphs, EXPRESSIONS, {"people": {"identities": 104}}) == 144_872
    assert study.pictures_of(morphs, EXPRESSIONS, {"people": {}}) is None


def test_a_study_has_the_publications_expressions_unless_it_says_others(tiny):
    assert complete(tiny)["expressions"] == list(EXPRESSIONS)
    del tiny["stimuli"]["sets"]["morphs"]["continua"]
    assert complete(tiny)["stimuli"]["sets"]["morphs"]["continua"] == list(CONTINUA)
    tiny["expressions"] = ["surprise", "fear", "neutral", "happiness", "anger"]
    config = complete(tiny)
    assert config["expressions"] == tiny["expressions"]
    assert config["stimuli"]["sets"]["morphs"]["continua"] == ["happiness-anger", "happiness-fear", "anger-fear"]
    tiny["expressions"] = ["surprise", "fear", "neutral"]
    with pytest.raises(InputError, match="morphs.continua: the publication has none between surprise, fear, neutral"):
        complete(tiny)


def test_a_network_that_learns_expressions_has_an_output_for_each_of_the_studys(tiny):
    tiny["expressions"] = [*EXPRESSIONS, "contempt"]
    tiny["diets"]["faces"]["shows"] = "expressions"
    tiny["networks"]["face_trained"]["training"]["objective"] = "expression"
    with pytest.raises(InputError, match="networks.face_trained.architecture.classes: 4; there are 7 expressions"):
        complete(tiny)
    tiny["networks"]["face_trained"]["architecture"]["classes"] = 7
    assert complete(tiny)


def test_the_study_paper_shows_photographs_alone(project):
    config = complete(yaml.safe_load((project / "config/paper.yaml").read_text(encoding="utf-8")))
    sets = config["stimuli"]["sets"]
    assert {part["source"] for part in sets.values()} == {"photographs"} and len(sets) == 4
    assert [study.pictures_of(part, EXPRESSIONS, sets) for part in sets.values()] == [624, None, 600, 144_872]


def _photographed(tiny: dict) -> dict:
    rafd = {"source": "photographs", "databases": [{"name": "RaFD", "folder": "RaFD"}]}
    wild = {"source": "photographs", "databases": [{"name": "AffectNet", "folder": "a"}], "per_expression": 3}
    morphs = {"source": "photographs", "of": "controlled", "continua": ["fear-anger"], "levels": 9}
    tiny["stimuli"]["sets"] |= {"controlled": rafd, "wild": wild, "morphs": morphs}
    return tiny


def test_what_is_said_of_photographs_has_defaults(tiny):
    stimuli = complete(_photographed(tiny))["stimuli"]
    assert stimuli["photographs"]["eyes"] == {"distance": 0.28, "height": 0.4}
    assert stimuli["sets"]["controlled"]["incomplete"] == "stop" and stimuli["sets"]["morphs"]["mouth"] == "plain"
    assert stimuli["landmarks"]["files"] == {}
    tiny["stimuli"]["landmarks"] = {"files": "points"}
    stimuli = complete(tiny)["stimuli"]
    assert stimuli["landmarks"]["files"] == {"controlled": "points", "wild": "points"}


@pytest.mark.parametrize(
    ("set_", "change", "said"),
    [
        ("controlled", {"databases": None}, ["stimuli.sets.controlled: no key 'databases'"]),
        ("controlled", {"databases": []}, ["stimuli.sets.controlled.databases: [] should be non-empty"]),
        ("controlled", {"variation": "wild"}, ["controlled.variation: not a key of a set", "'photographs'"]),
        ("controlled", {"databases": [{"name": "RafD2", "folder": "x"}]}, ["databases.0: no database", "mean RaFD?"]),
        ("controlled", {"databases": [{"name": "RaFD"}]}, ["databases.0: no key 'folder', which 'RaFD' needs"]),
        ("controlled", {"databases": [{"name": "RaFD", "folder": "x", "gase": "left"}]}, ["called 'gase'", "gaze"]),
        ("controlled", {"databases": [{"name": "RaFD", "folder": "x", "gaze": "up"}]}, ["'up'", "frontal"]),
        ("controlled", {"databases": [{"name": "pattern", "folder": "x"}]}, ["databases.0: no key 'pattern'"]),
        ("controlled", {"databases": [{"name": "list", "folder": "x"}]}, ["databases.0: no key 'file'"]),
        ("controlled", {"per_expression": 3, "identities": 3}, ["controlled: identities are taken where", "Leave out"]),
        ("controlled", {"incomplete": "ignore"}, ["controlled.incomplete: 'ignore' is not one of"]),
        ("localizer", {"per_expression": 3}, ["localizer.per_expression: the localizer needs identities that"]),
        ("localizer", {"identities": 3}, ["localizer.identities: expected at least 4"]),
        ("morphs", {"of": "localizer"}, ["stimuli.sets.morphs.of: 'localizer' is not defined", "controlled, wild"]),
        ("morphs", {"of": "wild"}, ["morphs.of: nobody is named in 'wild'"]),
        ("morphs", {"of": None}, ["morphs: no key 'of'"]),
        ("morphs", {"mouth": "open"}, ["morphs.mouth: 'open' is not one of"]),
    ],
)
def test_what_is_wrong_in_a_set_of_photographs_is_named(tiny, set_, change, said):
    sets = _photographed(tiny)["stimuli"]["sets"]
    if set_ == "localizer":
        sets["localizer"] = dict(sets["controlled"])
    sets[set_] = {key: value for key, value in (sets[set_] | change).items() if value is not None}
    with pytest.raises(InputError) as error:
        complete(tiny)
    assert all(word in str(error.value) for word in said), error.value


def test_landmarks_are_given_of_sets_of_photographs(tiny):
    _photographed(tiny)["stimuli"]["landmarks"] = {"files": {"localizer": "points.csv"}}
    with pytest.raises(InputError, match="stimuli.landmarks.files: 'localizer' is not defined. Expected .*controlled"):
        complete(tiny)
    tiny["stimuli"]["landmarks"] = {"files": ["points.csv"]}
    with pytest.raises(InputError, match="landmarks.files: found .* Expected a folder or a CSV of landmarks"):
        complete(tiny)


def test_initialisations_are_those_that_there_are():
    from mien.networks.initialisation import SCHEMES  # torch: not for every test here

    assert get_args(Scheme) == tuple(SCHEMES)


def test_a_layer_has_one_name_in_the_study_whatever_it_is_called_in_the_configuration(tiny):
    tiny["networks"]["untrained"]["layers"] = ["features.21"]  # torchvision's name of conv4_3
    assert complete(tiny)["networks"]["untrained"]["layers"] == ["conv4_3"]
    tiny["figures"]["layer"] = "features.21"
    assert complete(tiny)["figures"]["layer"]["untrained"] == "conv4_3"


def test_measures_are_the_registrys_and_pearson_is_one(tiny):
    assert get_args(Measure) == tuple(MEASURES)
    assert complete(tiny)["comparison"]["measures"] == ["pearson", "spearman", "kendall"]
    for wrong, words in ((["kendall"], "add pearson"), (["pearson", "jaccard"], "jaccard"), (["pearson"] * 2, "twice")):
        tiny["comparison"] = {"measures": wrong}
        with pytest.raises(InputError, match=f"comparison.measures.*{words}"):
            complete(tiny)
