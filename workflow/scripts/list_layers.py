"""The layers of a network, whether those to be read are among them, how it wants its pictures, and its optimiser."""

import json

from mien.networks import input
from mien.networks.readout import layers
from mien.networks.training import optimisers
from mien.networks.weights.published import sources_of
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]) as say:
    settings, output = json.loads(snakemake.params.network), snakemake.output
    architecture = settings["architecture"]
    table = layers.layer_table(architecture)
    layers.check_layers(table, settings["layers"])
    if settings["weights"]:
        sources_of(architecture, settings["weights"])
    if optimiser := json.loads(snakemake.params.optimiser):
        optimisers.check(optimiser, snakemake.wildcards.network)
    input.write(architecture, settings["input"], output.input)
    parquet.write_csv(table, output.layers)
    for note in (*layers.unrectified_among(table, settings), *input.notes(architecture, settings["input"])):
        say(f"network {snakemake.wildcards.network}: {note}")
