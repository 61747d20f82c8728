"""How hard the stimulus sets are for a classifier of pixels."""

import json
from pathlib import Path

from mien import tables
from mien.difficulty import difficulty
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    columns = ["stimulus", "expression", "image"]
    frame = difficulty(
        tables.read(given.localizer, columns),
        {Path(file).stem: tables.read(file, columns) for file in given.tested},
        json.loads(params.decoding),
    )
    tables.write("difficulty", frame, snakemake.output.parquet, made_of(given, params))
    tables.write_csv(frame, snakemake.output.csv)
