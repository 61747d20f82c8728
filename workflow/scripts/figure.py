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
    of_networks = {
        "nodes": [pd.read_csv(file, dtype={"layer": str}) for file in given.get("nodes", [])],
        "inputs": [
            pd.DataFrame([json.loads(Path(file).read_text(encoding="utf-8"))]) for file in given.get("inputs", [])
        ],
    }
    tables = {name: parquet.read(file) for name, file in given.items() if name not in of_networks}
    for name, read in of_networks.items():
        named = [
            table.assign(network=Path(file).parent.name) for table, file in zip(read, given.get(name, []), strict=True)
        ]
        tables |= {name: pd.concat(named, ignore_index=True)} if named else {}
    figure, panels = load(params.module).draw(tables, json.loads(params.chosen))
    style.save(figure, panels, dict(snakemake.output.items()))
