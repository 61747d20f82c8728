"""Figure 6: the layers of each network."""

import json

import pandas as pd

from mien import tables
from mien.figures import layers, style
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    given, networks = snakemake.input, json.loads(snakemake.params.figures)["compare"]
    order = {name: list(pd.read_csv(path)["layer"]) for name, path in zip(networks, given.layers, strict=True)}
    figure, panels = layers.draw(
        tables.read(given.cells),
        tables.read(given.selection),
        tables.read(given.accuracy),
        tables.read(given.similarity),
        tables.read(given.confusion),
        networks,
        order,
    )
    style.save(figure, panels, dict(snakemake.output.items()))
