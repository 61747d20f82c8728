"""An untrained network."""

import json

from mien import networks
from mien.initialisation import initialise
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params = snakemake.params
    settings = json.loads(params.network)
    network = networks.build(settings["architecture"])
    initialise(network, settings["initialisation"], int(snakemake.wildcards.seed))
    made = made_of({}, params)
    networks.save(network, snakemake.output.weights, made)
    networks.save_info({"origin": "initialised", "heldout_score": None, "score": None, **made}, snakemake.output.info)
