"""Which end of its continuum a cell's units say that a morph shows, decision by decision."""

import json

from mien.decoding.identification_trials_schema import IDENTIFICATION_TRIALS
from mien.decoding.identify import identify
from mien.decoding.readings import read_sets
from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    localizer, morphs = read_sets(snakemake.input.stimuli, snakemake.input.responses)
    groups, kernels = parquet.read(snakemake.input.groups), parquet.read(snakemake.input.kernels)
    trials = identify(localizer, morphs, groups, kernels, json.loads(snakemake.params.decoding))
    parquet.write(IDENTIFICATION_TRIALS, trials, snakemake.output[0], made_of(snakemake.input, snakemake.params))
