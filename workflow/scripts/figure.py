"""Any figure: its module, which `params` names, draws what it reads."""

import json
from pathlib import Path

import pandas as pd

from mien.figures import style
from mien.provenance import load
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given, params = dict(snakemake.input.items()), snakemake.params
    nodes = [
        pd.read_csv(file, dtype={"layer": str}).assign(network=Path(file).parent.name)
        for file in given.pop("nodes", [])
    ]
    tables = {name: parquet.read(file) for name, file in given.items()}
    tables |= {"nodes": pd.concat(nodes, ignore_index=True)} if nodes else {}
    figure, panels = load(params.module).draw(tables, json.loads(params.chosen))
    style.save(figure, panels, dict(snakemake.output.items()))
