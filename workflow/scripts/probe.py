"""Responses of a cell's selective units and their controls to every stimulus set."""

import json

from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet
from mien.units import passes

with reporting(snakemake.log[0]) as say:
    given, params, wildcards = snakemake.input, snakemake.params, snakemake.wildcards
    groups, made = params.passes["groups"], made_of(given, params)
    digests = passes.digests_of(groups)
    of_layer = {layer: made | {"inputs": made["inputs"] | {"groups": digest}} for layer, digest in digests.items()}
    with passes.shared(params.passes["folder"], wildcards.layer, params.passes["outputs"], of_layer) as wanted:
        if wanted:
            from mien.units.probe import units_read
            from mien.units.responses import ready

            units = units_read(groups, digests, wanted)
            readout = ready(given.weights, json.loads(params.network), units, params.device, params.torch_threads)
            readout = readout.checked(parquet.read(given.stimuli[0], ["image"])["image"].to_numpy())
            for number, file in enumerate(given.stimuli):
                stimuli = parquet.read(file, ["stimulus", "set", "image"])
                what = f"probe {wildcards.network} {wildcards.seed} {stimuli['set'].iloc[0]}"
                values = readout.responses(units, stimuli["image"].to_numpy(), params.batch_size, what)
                for layer, responses in values.items():
                    made_here = of_layer[layer] | readout.made_on
                    file = wanted[layer][number]
                    parquet.write_responses(stimuli["stimulus"], responses, units[layer], file, made_here)
        else:
            say("read in an earlier pass over the network", aloud=False)
