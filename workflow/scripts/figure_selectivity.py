"""Figure 1: the network, its selective units, and what they say."""

import json

import pandas as pd

from mien import tables
from mien.figures import selectivity, style
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    chosen = json.loads(params.figures)
    figure, panels = selectivity.draw(
        selectivity.after_image(pd.read_csv(given.layers), int(params.input_size)),
        tables.read(given.units),
        tables.read(given.accuracy),
        tables.read(given.selection),
        tables.read(given.cells),
        chosen["focus"],
        chosen["layer"],
        params.seed,
        chosen["compare"],
    )
    style.save(figure, panels, dict(snakemake.output.items()))
