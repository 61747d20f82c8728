"""Figure 8: how much units change along a continuum, and where most."""

import json

from mien.figures import fig8_discrimination, style
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given, chosen = snakemake.input, json.loads(snakemake.params.figures)
    figure, panels = fig8_discrimination.draw(
        parquet.read(given.curves),
        parquet.read(given.peaks),
        parquet.read(given.fits),
        parquet.read(given.cells),
        chosen["focus"],
        chosen["layer"],
        chosen["compare"],
    )
    style.save(figure, panels, dict(snakemake.output.items()))
