"""An untrained network."""

import json

from mien.networks import files
from mien.networks.initialisation import initialised
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params, output = snakemake.params, snakemake.output
    settings = json.loads(params.network)
    network = initialised(settings["architecture"], settings["initialisation"], int(snakemake.wildcards.seed))
    files.save_with_info(network, output.weights, output.info, made_of({}, params), "initialised")
