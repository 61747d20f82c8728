"""Sums over the localizer of every unit of a layer, and the counts that permuted labels give."""

import json

from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet
from mien.units import passes

with reporting(snakemake.log[0]) as say:
    given, params, wildcards = snakemake.input, snakemake.params, snakemake.wildcards
    made, folder, outputs = made_of(given, params), params.passes["folder"], params.passes["outputs"]
    with passes.shared(folder, wildcards.layer, outputs, dict.fromkeys(outputs, made)) as wanted:
        if wanted:
            from mien.units.anova import sums_of, vanishing
            from mien.units.localize import MOST_UNITS, localize
            from mien.units.moments import moments_schema
            from mien.units.null_schema import NULL
            from mien.units.responses import ready

            localizer, expressions = parquet.read(given.localizer), json.loads(params.expressions)
            readout = ready(given.weights, json.loads(params.network), wanted, params.device, params.torch_threads)
            readout = readout.checked(localizer["image"].to_numpy(), MOST_UNITS)
            for note in readout.notes():
                say(note, aloud=False)  # listing the layers has said it
            settings = (params.permutations, params.null_units, params.batch_size)
            network = (wildcards.network, wildcards.seed)
            for layer, moments, null in localize(readout, localizer, expressions, *settings, network, folder):
                if faint := vanishing(sums_of(moments)):
                    say(f"{wildcards.network} {layer} {wildcards.seed}: {faint}")
                parquet.write(moments_schema(expressions), moments, wanted[layer][0], made | readout.made_on)
                parquet.write(NULL, null, wanted[layer][1], made | readout.made_on)
                del moments  # the next layer's needs the room
        else:
            say("read in an earlier pass over the network", aloud=False)
