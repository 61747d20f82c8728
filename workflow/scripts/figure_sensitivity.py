"""Figure 7: the count of selective units at other criteria."""

import json

from mien import tables
from mien.figures import sensitivity, style
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    given, chosen = snakemake.input, json.loads(snakemake.params.figures)
    figure, panels = sensitivity.draw(
        tables.read(given.sensitivity),
        tables.read(given.selection),
        tables.read(given.cells),
        chosen["compare"],
        chosen["layer"],
    )
    style.save(figure, panels, dict(snakemake.output.items()))
