"""What participants answered, from their CSVs."""

import json
import sys

from mien.confusions import answers
from mien.confusions.matrices import CONFUSION
from mien.confusions.observers import OBSERVER_TRIALS
from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params = snakemake.params
    files = dict(json.loads(params.human))
    of_study = map(json.loads, (params.networks, params.sets, params.expressions))
    participants, told = answers.read_all(files, *of_study)
    made = made_of({"human": files.values()}, params)
    parquet.write(CONFUSION, participants.confusion, snakemake.output.confusion, made)
    parquet.write(OBSERVER_TRIALS, participants.trials, snakemake.output.answers, made)
    for sentence in told:
        print(f"\nmien: {sentence}\n", file=sys.stderr)
