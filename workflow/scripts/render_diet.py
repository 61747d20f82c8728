"""Pictures to train networks on, by the module of their source."""

import json

from mien.provenance import load, made_of
from mien.reporting import reporting
from mien.stimuli.diets import DIET
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params = snakemake.params
    design, variation = json.loads(params.design), json.loads(params.variation)
    frame = load(params.module).diet(snakemake.wildcards.diet, design, variation, params.size, params.seed)
    parquet.write(DIET, frame, snakemake.output[0], made_of({}, params))
