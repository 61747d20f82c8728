"""Responses of a cell's selective units and controls to every stimulus set, and what is kept of the whole layer."""

import json
from pathlib import Path

from mien.categorical.discrimination_schema import DISCRIMINATION
from mien.provenance import digest_of_file, made_of
from mien.reporting import reporting
from mien.tables import parquet
from mien.units import probe
from mien.units.kernel_schema import COUNT_KERNELS, KERNELS
from mien.units.kernels import WholeLayer
from mien.units.responses import read_layer

with reporting(snakemake.log[0]):
    given, params, wildcards, output = snakemake.input, snakemake.params, snakemake.wildcards, snakemake.output
    cell = (wildcards.network, wildcards.layer, wildcards.seed)
    layer = read_layer(given.weights, json.loads(params.network), wildcards.layer, params.device, params.torch_threads)
    layer.check(parquet.read(given.stimuli[0], ["image"])["image"].to_numpy())
    groups, sets = parquet.read(given.groups), probe.labels(given.stimuli)
    whole = WholeLayer(groups, sets, json.loads(params.kernels), cell, layer.device, Path(output.kernels).parent)
    units = probe.units_kept(groups)
    made = made_of(given, params) | layer.made_on
    of_set = {name: made["inputs"][name] for name in ("weights", "groups")}
    for name, file, responses in zip(sets, given.stimuli, output.responses, strict=True):
        pictures = parquet.read(file, ["image"])["image"].to_numpy()
        what = f"probe {' '.join(cell)}"
        values = probe.probe(layer, whole, sets[name], pictures, units, params.batch_size, what)
        inputs = {**of_set, "stimuli": digest_of_file(file)}
        parquet.write_responses(sets[name]["stimulus"], values, units, responses, {**made, "inputs": inputs})
    whole.finish()
    parquet.write_spool(KERNELS, whole.kernels, output.kernels, made)
    parquet.write_spool(COUNT_KERNELS, whole.count_kernels, output.count_kernels, made)
    if whole.distances is not None:
        parquet.write(DISCRIMINATION, whole.distances, output.distances, made)
