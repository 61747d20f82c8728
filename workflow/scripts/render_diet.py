"""Pictures to train networks on, by the module of their source."""

import json

from mien.provenance import load, made_of
from mien.reporting import reporting
from mien.stimuli.diets import DIET
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params = snakemake.params
    design, expressions, variation = map(json.loads, (params.design, params.expressions, params.variation))
    source, name = load(params.module), snakemake.wildcards.diet
    frame = source.diet(name, design, expressions, variation, params.size, params.seed)
    parquet.write(DIET, frame, snakemake.output[0], made_of({}, params))
