"""Luminance, contrast and spatial frequencies of each set, by expression or by level."""

import pandas as pd

from mien.provenance import made_of
from mien.reporting import reporting
from mien.stimuli.confounds import CONFOUNDS, confounds
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    columns = ["set", "identity", "expression", "continuum", "level", "image"]
    frame = pd.concat([confounds(parquet.read(file, columns)) for file in given.sets], ignore_index=True)
    parquet.write(CONFOUNDS, frame, snakemake.output.parquet, made_of(given, params))
    parquet.write_csv(frame, snakemake.output.csv)
