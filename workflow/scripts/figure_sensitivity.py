"""Figure 7: the count of selective units at other criteria."""

import json

from mien.figures import fig7_sensitivity, style
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given, chosen = snakemake.input, json.loads(snakemake.params.figures)
    figure, panels = fig7_sensitivity.draw(
        parquet.read(given.sensitivity),
        parquet.read(given.selection),
        parquet.read(given.cells),
        chosen["compare"],
        chosen["layer"],
    )
    style.save(figure, panels, dict(snakemake.output.items()))
