"""A stimulus set, by the module of its source."""

import json

from mien.provenance import load, made_of
from mien.reporting import reporting
from mien.stimuli.schema import STIMULI
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params = snakemake.params
    design, variation = json.loads(params.design), json.loads(params.variation)
    frame = load(params.module).stimulus_set(snakemake.wildcards.set, design, variation, params.size, params.seed)
    parquet.write(STIMULI, frame, snakemake.output[0], made_of({}, params))
