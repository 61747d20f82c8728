"""All tables of the study, from every decision of its cells."""

import json
import sys
from pathlib import Path

from mien import status
from mien.comparison import tables
from mien.comparison.schemas import SCHEMAS
from mien.confusions import participants
from mien.decoding.identification_trials_schema import IDENTIFICATION_TRIALS
from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params, given = snakemake.params, snakemake.input
    cells = [tuple(cell) for cell in json.loads(params.cells)]
    of_cells = dict.fromkeys(
        ("selection", "sensitivity", "trials", "identification_trials", "discrimination", "unit_counts")
    )
    # of the longest table only what is looked at: a whole study of it must fit in memory
    of_cells["identification_trials"] = [
        name for name in IDENTIFICATION_TRIALS.columns if name not in ("stimulus", "decision")
    ]
    kinds = {kind: columns for kind, columns in of_cells.items() if given[kind]}
    results = tables.compare(
        {cell: {kind: parquet.read(given[kind][i], kinds[kind]) for kind in kinds} for i, cell in enumerate(cells)},
        {
            (Path(f).parent.name, int(Path(f).stem)): json.loads(Path(f).read_text(encoding="utf-8"))
            for f in given.networks
        },
        participants.from_tables(parquet.read(given.confusion), parquet.read(given.answers)),
        parquet.read(given.morphs) if given.morphs else None,
        json.loads(params.settings),
        [tuple(cell) for cell in json.loads(params.missing)],
    )
    made = made_of(given, params)
    for path, csv in zip(snakemake.output.parquet, snakemake.output.csv, strict=True):
        name = Path(path).stem
        parquet.write(SCHEMAS[name], results[name], path, made)
        parquet.write_csv(results[name], csv)
    states = results["cells"]
    failed = states.loc[status.has(states["status"], status.TRAINING_FAILED), ["network", "seed", "heldout_score"]]
    for network, seed, score in failed.drop_duplicates().itertuples(index=False):
        words = status.words(status.TRAINING_FAILED)
        print(f"\nmien: {network}, seed {seed}: {words} ({score:.3f}). DO NOT COMPARE IT\n", file=sys.stderr)
    for network, layer, seed in json.loads(params.missing):
        print(f"mien: {network}, {layer}, seed {seed}: missing, not compared", file=sys.stderr)
