"""A study's configuration: validated, completed with defaults, and what follows from it. Knows no paths.

Light to import: the Snakefile reads it again in every job.
"""

import json
from collections.abc import Mapping, Sequence
from typing import Annotated, Literal

from pydantic import Field, ValidationError

from mien.configuration import references
from mien.configuration.comparison import Comparison
from mien.configuration.compute import Compute, Downloads
from mien.configuration.decoding import Decoding
from mien.configuration.diets import Diet
from mien.configuration.figures import Figures
from mien.configuration.messages import explained
from mien.configuration.networks import Network
from mien.configuration.sections import Name, Once, Section, Words
from mien.configuration.selectivity import Selectivity
from mien.configuration.stimuli import Stimuli
from mien.configuration.variations import Variation
from mien.configuration.yaml_files import plain
from mien.errors import InputError
from mien.expressions import EXPRESSIONS, KNOWN


class Study(Section):
    """A whole configuration file."""

    study: Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_-]*$"), Words("letters, digits, `_`, `-`")] = Field(
        description="The study's name. Results lie in `results/{study}/`, so two studies never mix."
    )
    expressions: Annotated[
        list[Literal[*KNOWN]], Field(min_length=3), Once, Words(f"3 or more of {', '.join(f'`{e}`' for e in KNOWN)}")
    ] = Field(
        list(EXPRESSIONS),
        description="What faces show, in the order of tables and figures; by default the publication's six. Every "
        "identity of a set shows each of them once. Participants are compared over the expressions that they and the "
        "study have; the publication's claims need its six.",
    )
    compute: Compute = Compute()
    downloads: Downloads = Downloads()
    variations: dict[Name, Variation] = {}
    stimuli: Stimuli
    diets: dict[Name, Diet] = {}
    networks: Annotated[dict[Name, Network], Field(min_length=1)]
    selectivity: Selectivity = Selectivity()
    decoding: Decoding = Decoding()
    comparison: Comparison = Comparison()
    figures: Figures


def complete(config: Mapping) -> dict:
    """The configuration with defaults filled in, checked within itself.

    What only a room knows (which layers an architecture has, which pictures a database) is checked there:
    `mien.networks.chosen`, `mien.stimuli.photographs.chosen`.

    Raises:
        InputError: one message that names the key, what was expected and what to do.
    """
    given = plain(config)
    try:
        config = plain(Study.model_validate(given).model_dump(by_alias=True))
    except ValidationError as error:
        raise InputError(explained(error.errors(include_url=False), given)) from None
    config["stimuli"]["sets"] = {name: config["stimuli"]["sets"][name] for name in given["stimuli"]["sets"]}  # in order
    references.check_sets(config)
    references.check_landmarks(config["stimuli"])
    references.check_diets(config)
    config["networks"] = references.in_each_order(config["networks"])
    references.check_networks(config)
    references.check_figures(config)
    return config


def source_of_shuffled(config: Mapping, network: str, seed: int) -> dict[str, str | int]:
    """The `network` and `seed` whose weights a network with `initialisation: {shuffled: OTHER}` shuffles.

    It is the other's network of the same seed where it has one, and else its first.
    """
    other = config["networks"][network]["initialisation"]["shuffled"]
    seeds = config["networks"][other]["seeds"]
    return {"network": other, "seed": seed if seed in seeds else seeds[0]}


def pictures_of(stimulus_set: Mapping, expressions: Sequence[str], sets: Mapping = {}) -> int | None:
    """How many pictures a stimulus set has by its design; None where that depends on the pictures that there are.

    Args:
        expressions: the study's.
        sets: all of the study's, by name: morphs of photographs show the identities of another one.
    """
    if "per_expression" in stimulus_set:
        return stimulus_set["per_expression"] * len(expressions)
    identities = sets.get(stimulus_set.get("of"), stimulus_set).get("identities")
    if identities is None:
        return None
    if "continua" in stimulus_set:
        return identities * len(stimulus_set["continua"]) * stimulus_set["levels"]
    return identities * len(expressions)


def cells(config: Mapping) -> list[tuple[str, str, int]]:
    """Every cell of the study as (network, layer, seed), in the order of the configuration."""
    return [
        (name, layer, seed)
        for name, network in config["networks"].items()
        for layer in network["layers"]
        for seed in network["seeds"]
    ]


def canonical(value: object) -> str:
    """A value as JSON that does not depend on the order of keys, so that only a changed value reruns a job."""
    return json.dumps(value, sort_keys=True)
