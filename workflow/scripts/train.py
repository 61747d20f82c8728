"""A network reared on a diet."""

import json
from pathlib import Path

from mien.networks import build, devices
from mien.networks.initialisation import initialise
from mien.networks.training import checkpoints, objectives, training
from mien.provenance import digest_of, made_of
from mien.reporting import reporting
from mien.stimuli.pictures import decode_png
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params, wildcards = snakemake.params, snakemake.wildcards
    settings = json.loads(params.network)
    devices.set_threads(params.torch_threads)
    network = build.build(settings["architecture"])
    seed = int(wildcards.seed)
    initialise(network, settings["initialisation"], seed)
    device = devices.choose_device(params.device)
    network.to(device)
    pictures = parquet.read(snakemake.input.diet)
    diet = training.Diet(
        images=decode_png(pictures["image"]),
        labels=objectives.labels_of(pictures, settings["training"]["objective"]),
        heldout=(pictures["split"] == "heldout").to_numpy(),
    )
    made = made_of(snakemake.input, params) | {"device": device.type, "precision": "float32"}
    checkpoint = Path(params.checkpoints) / f"{wildcards.network}-{seed}-{digest_of(made)}.checkpoint"
    reared = training.train(
        network,
        diet,
        settings["input"],
        settings["training"],
        seed,
        checkpoint,
        title=f"train {wildcards.network} {seed}",
    )
    build.save(network, snakemake.output.weights, made)
    build.save_info({"origin": "trained", **reared._asdict(), **made}, snakemake.output.info)
    checkpoints.remove(checkpoint)
