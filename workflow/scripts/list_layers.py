"""The layers of a network, and whether those to be read are among them, and its optimiser one of torch's."""

import json

from mien.networks.readout import layers
from mien.networks.training import optimisers
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]) as say:
    settings = json.loads(snakemake.params.network)
    table = layers.layer_table(settings["architecture"])
    layers.check_layers(table, settings["layers"])
    if optimiser := json.loads(snakemake.params.optimiser):
        optimisers.check(optimiser, snakemake.wildcards.network)
    parquet.write_csv(table, snakemake.output[0])
    for note in layers.unrectified_among(table, settings):
        say(f"network {snakemake.wildcards.network}: {note}")
