"""Pictures to rear networks on."""

import json

from mien.provenance import made_of
from mien.reporting import reporting
from mien.stimuli import diets
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params = snakemake.params
    frame = diets.diet(
        snakemake.wildcards.diet, json.loads(params.design), json.loads(params.variation), params.size, params.seed
    )
    parquet.write(diets.DIET, frame, snakemake.output[0], made_of(snakemake.input, params))
