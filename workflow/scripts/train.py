"""A network trained on a diet."""

import json

from mien.networks import devices, files
from mien.networks.initialisation import initialised
from mien.networks.input import resolved
from mien.networks.training import checkpoints
from mien.networks.training.diets import diet_of
from mien.networks.training.training import train
from mien.provenance import digest_of, made_of
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params, wildcards, output = snakemake.params, snakemake.wildcards, snakemake.output
    settings, seed = json.loads(params.network), int(wildcards.seed)
    device = devices.set_up(params.device, params.torch_threads)
    network = initialised(settings["architecture"], settings["initialisation"], seed).to(device)
    diet = diet_of(parquet.read(snakemake.input.diet), settings["training"]["objective"])
    made = made_of(snakemake.input, params) | devices.made_on(device)
    checkpoint = f"{params.checkpoints}/{wildcards.network}-{seed}-{digest_of(made)}.checkpoint"
    title = f"train {wildcards.network} {seed}"
    input = resolved(settings["architecture"], settings["input"])
    trained = train(network, diet, input, settings["training"], seed, checkpoint, title)
    files.save_with_info(network, output.weights, output.info, made, "trained", **trained._asdict())
    checkpoints.remove(checkpoint)
