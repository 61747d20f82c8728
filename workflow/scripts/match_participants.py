"""Participants' trials with the identities that the study's pictures show."""

import sys

import pandas as pd

from mien import human, tables
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    given = snakemake.input
    columns = ["stimulus", "set", "identity", "expression"]
    stimuli = pd.concat([tables.read(file, columns) for file in given.stimuli], ignore_index=True)
    trials, told = human.match(tables.read(given.answers), stimuli)
    tables.write("observer_trials", trials, snakemake.output[0], made_of(given, snakemake.params))
    for sentence in told:
        print(f"\nmien: {sentence}\n", file=sys.stderr)
