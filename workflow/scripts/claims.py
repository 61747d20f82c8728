"""The publication's claims: its values beside this study's, and what rules stated before make of them."""

import json
from pathlib import Path

from mien import claims, published, tables
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    study = {Path(file).stem: tables.read(file) for file in given.tables}
    values = published.read(given.accuracy, given.confusion, given.r2, given.identification)
    table = claims.claims(study, values, json.loads(params.settings))
    tables.write("claims", table, snakemake.output.parquet, made_of(given, params))
    tables.write_csv(table, snakemake.output.csv)
