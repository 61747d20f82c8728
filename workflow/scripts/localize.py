"""Sums over the localizer of every unit of a layer, and the counts that permuted labels give."""

import json

from mien.networks.readout import layers
from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet
from mien.units import anova, moments, responses

with reporting(snakemake.log[0]) as say:
    params, wildcards = snakemake.params, snakemake.wildcards
    cell = (wildcards.network, wildcards.layer, wildcards.seed)
    settings = json.loads(params.network)
    network, device = responses.ready(snakemake.input.weights, settings, params.device, params.torch_threads)
    localizer = parquet.read(snakemake.input.localizer)
    order = moments.presentation(localizer)
    pictures, readout = localizer["image"].to_numpy()[order], {**settings, "layer": wildcards.layer}
    responses.check(network, readout, pictures, device)
    relu = layers.rectified_by(network, wildcards.layer)
    if settings["rectified"] and (note := layers.unrectified(network.architecture, wildcards.layer, relu)):
        say(note, aloud=False)  # listing the layers has said it
    sums = moments.MomentSums(localizer, params.permutations, params.null_units, cell, device)
    for batch, activity in responses.stream_responses(
        network,
        readout,
        pictures,
        params.batch_size,
        device,
        f"localize {' '.join(cell)}",
    ):
        sums.add(activity.flatten(1), order[batch])
    frame, permuted = sums.finish(activity.shape[1:])
    if faint := anova.vanishing(anova.sums_of(frame)):
        say(f"{' '.join(cell)}: {faint}")
    null = anova.null_counts(anova.sums_of(frame), permuted, sums.units)
    made = made_of(snakemake.input, params) | {"device": device.type, "precision": "float32"}
    parquet.write(moments.MOMENTS, frame, snakemake.output.moments, made)
    parquet.write(anova.NULL, null, snakemake.output.null, made)
