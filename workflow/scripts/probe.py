"""Responses of a cell's selective units and their controls to every stimulus set."""

import json

import numpy as np

from mien.provenance import digest_of_file, made_of
from mien.reporting import reporting
from mien.tables import parquet
from mien.units import responses

with reporting(snakemake.log[0]):
    params, wildcards = snakemake.params, snakemake.wildcards
    cell = (wildcards.network, wildcards.layer, wildcards.seed)
    settings = json.loads(params.network)
    network, device = responses.ready(snakemake.input.weights, settings, params.device, params.torch_threads)
    made = made_of({"weights": snakemake.input.weights, "groups": snakemake.input.groups}, params)
    made |= {"device": device.type, "precision": "float32"}
    units = np.unique(parquet.read(snakemake.input.groups, ["unit"])["unit"].to_numpy())
    readout = {**settings, "layer": wildcards.layer}
    first = parquet.read(snakemake.input.stimuli[0], ["image"])
    responses.check(network, readout, first["image"].to_numpy(), device)
    for stimuli_file, output in zip(snakemake.input.stimuli, snakemake.output, strict=True):
        stimuli = parquet.read(stimuli_file, ["stimulus", "set", "image"])
        batches = responses.stream_responses(
            network,
            readout,
            stimuli["image"].to_numpy(),
            params.batch_size,
            device,
            f"probe {' '.join(cell)} {stimuli['set'].iloc[0]}",
        )
        values = responses.unit_responses(batches, units, len(stimuli))
        inputs = {**made["inputs"], "stimuli": digest_of_file(stimuli_file)}
        parquet.write_responses(stimuli["stimulus"], values, units, output, {**made, "inputs": inputs})
