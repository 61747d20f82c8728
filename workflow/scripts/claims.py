"""The publication's claims: its values beside this study's, and what rules stated before make of them."""

import json
from pathlib import Path

from mien.claims import published, table
from mien.claims.schema import CLAIMS
from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    study = {Path(file).stem: parquet.read(file) for file in given.tables}
    values = published.read(given.accuracy, given.confusion, given.r2, given.identification)
    judged = table.claims(study, values, json.loads(params.settings))
    parquet.write(CLAIMS, judged, snakemake.output.parquet, made_of(given, params))
    parquet.write_csv(judged, snakemake.output.csv)
