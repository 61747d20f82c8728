"""Figure 2: confusions of the network and of people."""

import json

from mien.figures import fig2_confusions, style
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    chosen = json.loads(snakemake.params.figures)
    figure, panels = fig2_confusions.draw(
        parquet.read(snakemake.input.confusion),
        parquet.read(snakemake.input.similarity),
        parquet.read(snakemake.input.ceiling),
        parquet.read(snakemake.input.cells),
        chosen["focus"],
        chosen["layer"],
        chosen["compare"],
        snakemake.params.published,
    )
    style.save(figure, panels, dict(snakemake.output.items()))
