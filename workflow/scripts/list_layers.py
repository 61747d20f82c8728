"""The layers of a network, and whether those to be read are among them, and its optimiser one of torch's."""

import json

from mien.networks import build
from mien.networks.architectures import aliases
from mien.networks.training import optimisers
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]) as say:
    settings = json.loads(snakemake.params.network)
    layers = build.layer_table(settings["architecture"])
    build.check_layers(settings["architecture"], layers, settings["layers"])
    if optimiser := json.loads(snakemake.params.optimiser):
        optimisers.check(optimiser, snakemake.wildcards.network)
    parquet.write_csv(layers, snakemake.output[0])
    name, relus = settings["architecture"]["name"], layers.set_index("layer")["rectified_by"]
    for layer in settings["layers"] if settings["rectified"] else ():
        if note := build.unrectified(name, layer, relus[aliases(name).get(layer, layer)]):
            say(f"network {snakemake.wildcards.network}: {note}")
