"""Sums over the localizer of every unit of a layer, and the counts that permuted labels give."""

import json
from pathlib import Path

from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet
from mien.units.anova import sums_of, vanishing
from mien.units.localize import localize
from mien.units.moments import moments_schema
from mien.units.null_schema import NULL
from mien.units.responses import read_layer

with reporting(snakemake.log[0]) as say:
    given, params, wildcards = snakemake.input, snakemake.params, snakemake.wildcards
    cell = (wildcards.network, wildcards.layer, wildcards.seed)
    layer = read_layer(given.weights, json.loads(params.network), wildcards.layer, params.device, params.torch_threads)
    localizer = parquet.read(given.localizer)
    expressions = json.loads(params.expressions)
    folder = Path(snakemake.output.moments).parent
    moments, null = localize(
        layer, localizer, expressions, params.permutations, params.null_units, params.batch_size, cell, folder
    )
    if note := layer.note():
        say(note, aloud=False)  # listing the layers has said it
    if faint := vanishing(sums_of(moments)):
        say(f"{' '.join(cell)}: {faint}")
    made = made_of(given, params) | layer.made_on
    parquet.write(moments_schema(expressions), moments, snakemake.output.moments, made)
    parquet.write(NULL, null, snakemake.output.null, made)
