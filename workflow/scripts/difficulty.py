"""How hard the stimulus sets are for a classifier of pixels."""

import json
from pathlib import Path

from mien.decoding.difficulty import DIFFICULTY, difficulty
from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    columns = ["stimulus", "expression", "image"]
    frame = difficulty(
        parquet.read(given.localizer, columns),
        {Path(file).stem: parquet.read(file, columns) for file in given.tested},
        json.loads(params.decoding),
    )
    parquet.write(DIFFICULTY, frame, snakemake.output.parquet, made_of(given, params))
    parquet.write_csv(frame, snakemake.output.csv)
