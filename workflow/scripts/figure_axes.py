"""Figure 5: networks that differ in how they were made."""

import json

from mien.figures import fig5_axes, style
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given, chosen = snakemake.input, json.loads(snakemake.params.figures)
    figure, panels = fig5_axes.draw(
        parquet.read(given.cells),
        parquet.read(given.selection),
        parquet.read(given.accuracy),
        parquet.read(given.similarity),
        parquet.read(given.confusion),
        parquet.read(given.tests),
        chosen["compare"],
        chosen["layer"],
    )
    style.save(figure, panels, dict(snakemake.output.items()))
