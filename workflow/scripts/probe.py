"""Responses of a cell's selective units and controls to every stimulus set, and what is kept of the whole layer."""

import json

from mien.categorical.discrimination_schema import DISCRIMINATION
from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet
from mien.units import passes
from mien.units.kernel_schema import COUNT_KERNELS, KERNELS

with reporting(snakemake.log[0]) as say:
    given, params, network = snakemake.input, snakemake.params, (snakemake.wildcards.network, snakemake.wildcards.seed)
    files, made = params.passes["groups"], made_of(given, params)
    digests = passes.digests_of(files)
    of_layer = {layer: made | {"inputs": made["inputs"] | {"groups": digest}} for layer, digest in digests.items()}
    folder = params.passes["folder"]
    with passes.shared(folder, snakemake.wildcards.layer, params.passes["outputs"], of_layer) as wanted:
        if wanted:
            from mien.units import probe
            from mien.units.responses import ready

            groups, sets = probe.groups_read(files, digests, wanted), probe.labels(given.stimuli)
            readout = ready(given.weights, json.loads(params.network), groups, params.device, params.torch_threads)
            readout = readout.checked(parquet.read(given.stimuli[0], ["image"])["image"].to_numpy())
            kept = probe.keeping(readout, groups, sets, json.loads(params.kernels), network, folder)
            on = readout.made_on
            for number, (stimuli, labelled) in enumerate(zip(given.stimuli, sets.values(), strict=True)):
                pictures = parquet.read(stimuli, ["image"])["image"].to_numpy()
                probe.probe(readout, kept, labelled, pictures, params.batch_size, f"probe {' '.join(network)}")
                for layer, of in kept.items():
                    output, made_here = wanted[layer][number], of_layer[layer] | on
                    parquet.write_responses(labelled["stimulus"], of.values(len(labelled)), of.units, output, made_here)
            for layer, of in kept.items():
                of.whole.finish()
                kernels, count_kernels, *distances = wanted[layer][len(sets) :]
                parquet.write_spool(KERNELS, of.whole.kernels, kernels, of_layer[layer] | on)
                parquet.write_spool(COUNT_KERNELS, of.whole.count_kernels, count_kernels, of_layer[layer] | on)
                for output in distances:
                    parquet.write(DISCRIMINATION, of.whole.distances, output, of_layer[layer] | on)
        else:
            say("read in an earlier pass over the network", aloud=False)
