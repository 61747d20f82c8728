"""Any figure: its module, which `params` names, draws what it reads."""

import json
from pathlib import Path

import pandas as pd

from mien.figures import style
from mien.provenance import load
from mien.reporting import reporting
from mien.tables import parquet

#: How files of which each network has one are read.
OF_NETWORKS = {
    "nodes": lambda file: pd.read_csv(file, dtype={"layer": str}),
    "inputs": lambda file: pd.DataFrame([json.loads(Path(file).read_text(encoding="utf-8"))]),
}


def of_networks(files, read):
    """The tables in files of networks as one, which names the network."""
    return pd.concat([read(file).assign(network=Path(file).parent.name) for file in files], ignore_index=True)


with reporting(snakemake.log[0]):
    given, params = dict(snakemake.input.items()), snakemake.params
    tables = {
        name: of_networks(files, OF_NETWORKS[name]) if name in OF_NETWORKS else parquet.read(files)
        for name, files in given.items()
    }
    figure, panels = load(params.module).draw(tables, json.loads(params.chosen))
    style.save(figure, panels, dict(snakemake.output.items()))
