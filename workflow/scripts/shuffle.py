"""A network with the weights of another, each layer's in random order."""

import json

from mien.networks import files
from mien.networks.initialisation import shuffle
from mien.networks.input import resolved
from mien.networks.loading import load
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params, output = snakemake.params, snakemake.output
    settings = json.loads(params.network)
    network = load(
        snakemake.input.weights, settings["architecture"], resolved(settings["architecture"], settings["input"])
    )
    shuffle(network, int(snakemake.wildcards.seed))
    files.save_with_info(network, output.weights, output.info, made_of(snakemake.input, params), "shuffled")
