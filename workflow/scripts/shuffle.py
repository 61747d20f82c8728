"""A network with the weights of another, each layer's in random order."""

import json

from mien.networks import build
from mien.networks.initialisation import shuffle
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params = snakemake.params
    settings = json.loads(params.network)
    network = build.load(snakemake.input.weights, settings["architecture"], settings["input"])
    shuffle(network, int(snakemake.wildcards.seed))
    made = made_of(snakemake.input, params)
    build.save(network, snakemake.output.weights, made)
    build.save_info({"origin": "shuffled", "heldout_score": None, "score": None, **made}, snakemake.output.info)
