"""Figure 4: the networks compared."""

import json

from mien import tables
from mien.figures import networks, style
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    given, chosen = snakemake.input, json.loads(snakemake.params.figures)
    figure, panels = networks.draw(
        tables.read(given.accuracy),
        tables.read(given.confusion),
        tables.read(given.similarity),
        tables.read(given.differences),
        tables.read(given.ceiling),
        tables.read(given.identification),
        tables.read(given.fits),
        tables.read(given.means),
        tables.read(given.cells),
        chosen["compare"],
        chosen["layer"],
        snakemake.params.published,
    )
    style.save(figure, panels, dict(snakemake.output.items()))
