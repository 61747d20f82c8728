"""Figure 5: networks that differ in how they were made."""

import json

from mien import tables
from mien.figures import axes, style
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    given, chosen = snakemake.input, json.loads(snakemake.params.figures)
    figure, panels = axes.draw(
        tables.read(given.cells),
        tables.read(given.selection),
        tables.read(given.accuracy),
        tables.read(given.similarity),
        tables.read(given.confusion),
        tables.read(given.tests),
        chosen["compare"],
        chosen["layer"],
    )
    style.save(figure, panels, dict(snakemake.output.items()))
