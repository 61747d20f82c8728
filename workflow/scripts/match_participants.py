"""Participants' trials with the identities that the study's pictures show."""

import sys

import pandas as pd

from mien.confusions.matching import match
from mien.confusions.observers import OBSERVER_TRIALS
from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given = snakemake.input
    columns = ["stimulus", "set", "identity", "expression"]
    stimuli = pd.concat([parquet.read(file, columns) for file in given.stimuli], ignore_index=True)
    trials, told = match(parquet.read(given.answers), stimuli)
    parquet.write(OBSERVER_TRIALS, trials, snakemake.output[0], made_of(given, snakemake.params))
    for sentence in told:
        print(f"\nmien: {sentence}\n", file=sys.stderr)
