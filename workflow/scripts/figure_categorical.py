"""Figure 3: identification curves of the network, and which fit describes them."""

import json

from mien import tables
from mien.figures import categorical, style
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    given, chosen = snakemake.input, json.loads(snakemake.params.figures)
    figure, panels = categorical.draw(
        tables.read(given.morphs),
        tables.read(given.identification),
        tables.read(given.fits),
        tables.read(given.means),
        tables.read(given.tests),
        tables.read(given.cells),
        chosen["focus"],
        chosen["layer"],
        chosen["compare"],
    )
    style.save(figure, panels, dict(snakemake.output.items()))
