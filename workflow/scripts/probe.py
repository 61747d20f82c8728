"""Responses of a cell's selective units and their controls to every stimulus set."""

import json

import numpy as np

from mien.provenance import digest_of_file, made_of
from mien.reporting import reporting
from mien.tables import parquet
from mien.units.responses import read_layer

with reporting(snakemake.log[0]):
    given, params, wildcards = snakemake.input, snakemake.params, snakemake.wildcards
    layer = read_layer(given.weights, json.loads(params.network), wildcards.layer, params.device, params.torch_threads)
    layer.check(parquet.read(given.stimuli[0], ["image"])["image"].to_numpy())
    units = np.unique(parquet.read(given.groups, ["unit"])["unit"].to_numpy())
    made = made_of({"weights": given.weights, "groups": given.groups}, params) | layer.made_on
    for file, output in zip(given.stimuli, snakemake.output, strict=True):
        stimuli = parquet.read(file, ["stimulus", "set", "image"])
        what = f"probe {wildcards.network} {layer.name} {wildcards.seed} {stimuli['set'].iloc[0]}"
        values = layer.responses(units, stimuli["image"].to_numpy(), params.batch_size, what)
        inputs = {**made["inputs"], "stimuli": digest_of_file(file)}
        parquet.write_responses(stimuli["stimulus"], values, units, output, {**made, "inputs": inputs})
