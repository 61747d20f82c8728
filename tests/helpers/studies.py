"""A configuration as the Snakefile completes it."""

from mien.configuration import study
from mien.networks.chosen import with_known_layers
from mien.stimuli.photographs.chosen import check_databases


def complete(config: dict) -> dict:
    config = with_known_layers(study.complete(config))
    check_databases(config["stimuli"]["sets"])
    return config
