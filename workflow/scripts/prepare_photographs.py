"""A stimulus set of photographs: read, aligned, matched and cut out."""

import json

from mien.provenance import made_of
from mien.reporting import reporting
from mien.stimuli.photographs.landmark_files import read_table
from mien.stimuli.photographs.preparation import prepare, stimuli
from mien.stimuli.photographs.rejected import REJECTED
from mien.stimuli.photographs.rejection import summary
from mien.stimuli.schema import STIMULI
from mien.tables import parquet

with reporting(snakemake.log[0]) as say:
    params, given, name = snakemake.params, snakemake.input, snakemake.wildcards.set
    pictures, how = parquet.read(given.pictures), json.loads(params.how)
    without, landmarks = parquet.read(given.without), read_table(given.landmarks)
    design = json.loads(params.design)
    prepared = prepare(name, pictures, landmarks, without, design, how, params.size, params.seed)
    if len(prepared.rejected):
        say(summary(name, prepared.pictures, prepared.rejected))
    if prepared.clipped:
        say(f"{name}: matching made {prepared.clipped:.1%} of a cut-out black or white, or less", aloud=False)
    made = made_of(given, params)
    parquet.write(REJECTED, prepared.rejected, snakemake.output.rejected, made)
    parquet.write_csv(prepared.rejected, snakemake.output.csv)
    parquet.write(STIMULI, stimuli(name, prepared, how["edge"]), snakemake.output.stimuli, made)
