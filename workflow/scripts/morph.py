"""Morphs between the photographs of a set."""

import json

from mien import tables
from mien.devices import set_threads
from mien.photographs.continua import morph_set
from mien.photographs.landmark_files import read_table
from mien.photographs.preparation import prepare
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params, given = snakemake.params, snakemake.input
    set_threads(1)
    morphs, how, design = json.loads(params.morphs), json.loads(params.how), json.loads(params.design)
    pictures, without, landmarks = tables.read(given.pictures), tables.read(given.without), read_table(given.landmarks)
    prepared = prepare(morphs["of"], pictures, landmarks, without, design, how, params.size, params.seed)
    frame = morph_set(prepared, morphs["continua"], morphs["levels"], how["edge"], morphs["mouth"])
    tables.write("stimuli", frame, snakemake.output[0], made_of(given, params))
