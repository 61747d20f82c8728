"""Figure 6: the layers of each network."""

import json

import pandas as pd

from mien.figures import fig6_layers, style
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given, networks = snakemake.input, json.loads(snakemake.params.figures)["compare"]
    order = {name: list(pd.read_csv(path)["layer"]) for name, path in zip(networks, given.layers, strict=True)}
    figure, panels = fig6_layers.draw(
        parquet.read(given.cells),
        parquet.read(given.selection),
        parquet.read(given.accuracy),
        parquet.read(given.similarity),
        parquet.read(given.confusion),
        networks,
        order,
    )
    style.save(figure, panels, dict(snakemake.output.items()))
