"""Expressions read from a cell's units, decision by decision."""

import json

from mien.decoding.decode import decode
from mien.decoding.readings import read_sets
from mien.decoding.trials_schema import TRIALS
from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    wildcards = snakemake.wildcards
    localizer, *tests = read_sets(snakemake.input.stimuli, snakemake.input.responses)
    trials = decode(
        localizer,
        tests,
        parquet.read(snakemake.input.groups),
        parquet.read(snakemake.input.kernels),
        json.loads(snakemake.params.decoding),
        (wildcards.network, wildcards.layer, wildcards.seed),
    )
    parquet.write(TRIALS, trials, snakemake.output[0], made_of(snakemake.input, snakemake.params))
