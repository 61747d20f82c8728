"""Morphs between the photographs of a set."""

import json

from mien.networks.devices import set_threads
from mien.provenance import made_of
from mien.reporting import reporting
from mien.stimuli.photographs.continua import morph_set
from mien.stimuli.photographs.landmark_files import read_table
from mien.stimuli.photographs.preparation import prepare
from mien.stimuli.schema import STIMULI
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params, given = snakemake.params, snakemake.input
    set_threads(1)
    morphs, how, design = json.loads(params.morphs), json.loads(params.how), json.loads(params.design)
    pictures, without, landmarks = (
        parquet.read(given.pictures),
        parquet.read(given.without),
        read_table(given.landmarks),
    )
    prepared = prepare(morphs["of"], pictures, landmarks, without, design, how, params.size, params.seed)
    frame = morph_set(prepared, morphs["continua"], morphs["levels"], how["edge"], morphs["mouth"])
    parquet.write(STIMULI, frame, snakemake.output[0], made_of(given, params))
