"""Figure 4: the networks compared."""

import json

from mien.figures import fig4_networks, style
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given, chosen = snakemake.input, json.loads(snakemake.params.figures)
    figure, panels = fig4_networks.draw(
        parquet.read(given.accuracy),
        parquet.read(given.confusion),
        parquet.read(given.similarity),
        parquet.read(given.differences),
        parquet.read(given.ceiling),
        parquet.read(given.identification),
        parquet.read(given.fits),
        parquet.read(given.means),
        parquet.read(given.cells),
        chosen["compare"],
        chosen["layer"],
        snakemake.params.published,
    )
    style.save(figure, panels, dict(snakemake.output.items()))
