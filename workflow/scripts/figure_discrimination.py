"""Figure 8: how much units change along a continuum, and where most."""

import json

from mien import tables
from mien.figures import discrimination, style
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    given, chosen = snakemake.input, json.loads(snakemake.params.figures)
    figure, panels = discrimination.draw(
        tables.read(given.curves),
        tables.read(given.peaks),
        tables.read(given.fits),
        tables.read(given.cells),
        chosen["focus"],
        chosen["layer"],
        chosen["compare"],
    )
    style.save(figure, panels, dict(snakemake.output.items()))
