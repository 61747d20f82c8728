"""Figure 2: confusions of the network and of people."""

import json

from mien import tables
from mien.figures import confusions, style
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    chosen = json.loads(snakemake.params.figures)
    figure, panels = confusions.draw(
        tables.read(snakemake.input.confusion),
        tables.read(snakemake.input.similarity),
        tables.read(snakemake.input.ceiling),
        tables.read(snakemake.input.cells),
        chosen["focus"],
        chosen["layer"],
        chosen["compare"],
        snakemake.params.published,
    )
    style.save(figure, panels, dict(snakemake.output.items()))
