"""Accuracy of a cell against the number of its units that are read."""

import json

from mien.decoding.unit_counts import unit_counts
from mien.decoding.unit_counts_schema import UNIT_COUNTS
from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    localizer, *tests = (parquet.read(file, ["set", "stimulus", "expression"]) for file in given.stimuli)
    kernels, counted = parquet.read(given.kernels), parquet.read(given.count_kernels)
    frame = unit_counts(localizer, tests, kernels, counted, json.loads(params.decoding))
    parquet.write(UNIT_COUNTS, frame, snakemake.output[0], made_of(given, params))
