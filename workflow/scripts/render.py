"""A stimulus set, by the module of its source."""

import json

from mien.provenance import load, made_of
from mien.reporting import reporting
from mien.stimuli.schema import STIMULI
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params = snakemake.params
    design, expressions, variation = map(json.loads, (params.design, params.expressions, params.variation))
    source, name = load(params.module), snakemake.wildcards.set
    frame = source.stimulus_set(name, design, expressions, variation, params.size, params.seed)
    parquet.write(STIMULI, frame, snakemake.output[0], made_of({}, params))
