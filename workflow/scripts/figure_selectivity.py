"""Figure 1: the network, its selective units, and what they say."""

import json

import pandas as pd

from mien.figures import fig1_selectivity, style
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given, params = snakemake.input, snakemake.params
    chosen = json.loads(params.figures)
    figure, panels = fig1_selectivity.draw(
        fig1_selectivity.after_image(pd.read_csv(given.layers), int(params.input_size)),
        parquet.read(given.units),
        parquet.read(given.accuracy),
        parquet.read(given.selection),
        parquet.read(given.cells),
        chosen["focus"],
        chosen["layer"],
        params.seed,
        chosen["compare"],
    )
    style.save(figure, panels, dict(snakemake.output.items()))
