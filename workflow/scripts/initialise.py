"""An untrained network."""

import json

from mien.networks import build
from mien.networks.initialisation import initialise
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params = snakemake.params
    settings = json.loads(params.network)
    network = build.build(settings["architecture"])
    initialise(network, settings["initialisation"], int(snakemake.wildcards.seed))
    made = made_of({}, params)
    build.save(network, snakemake.output.weights, made)
    build.save_info({"origin": "initialised", "heldout_score": None, "score": None, **made}, snakemake.output.info)
