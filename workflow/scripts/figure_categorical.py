"""Figure 3: identification curves of the network, and which fit describes them."""

import json

from mien.figures import fig3_categorical, style
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given, chosen = snakemake.input, json.loads(snakemake.params.figures)
    figure, panels = fig3_categorical.draw(
        parquet.read(given.morphs),
        parquet.read(given.identification),
        parquet.read(given.fits),
        parquet.read(given.means),
        parquet.read(given.tests),
        parquet.read(given.cells),
        chosen["focus"],
        chosen["layer"],
        chosen["compare"],
    )
    style.save(figure, panels, dict(snakemake.output.items()))
