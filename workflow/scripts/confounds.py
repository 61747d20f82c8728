"""Luminance, contrast and spatial frequencies of each set, by expression or by level."""

import pandas as pd

from mien import tables
from mien.photographs.confounds import confounds
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    columns = ["set", "identity", "expression", "continuum", "level", "image"]
    frame = pd.concat([confounds(tables.read(file, columns)) for file in given.sets], ignore_index=True)
    tables.write("confounds", frame, snakemake.output.parquet, made_of(given, params))
    tables.write_csv(frame, snakemake.output.csv)
