"""Sums over the localizer of every unit of a layer, and the counts that permuted labels give."""

import json

from mien import anova, moments, responses, tables
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params, wildcards = snakemake.params, snakemake.wildcards
    cell = (wildcards.network, wildcards.layer, wildcards.seed)
    settings = json.loads(params.network)
    network, device = responses.ready(snakemake.input.weights, settings, params.device, params.torch_threads)
    localizer = tables.read(snakemake.input.localizer)
    order = moments.presentation(localizer)
    sums = moments.MomentSums(localizer, params.permutations, params.null_units, cell, device)
    for batch, activity in responses.stream_responses(
        network,
        {**settings, "layer": wildcards.layer},
        localizer["image"].to_numpy()[order],
        params.batch_size,
        device,
        f"localize {' '.join(cell)}",
    ):
        sums.add(activity.flatten(1), order[batch])
    frame, permuted = sums.finish(activity.shape[1:])
    null = anova.null_counts(anova.sums_of(frame), permuted, sums.units)
    made = made_of(snakemake.input, params) | {"device": device.type, "precision": "float32"}
    tables.write("moments", frame, snakemake.output.moments, made)
    tables.write("null", null, snakemake.output.null, made)
