"""Landmarks of a set's photographs from files that are given."""

from mien.provenance import made_of
from mien.reporting import reporting
from mien.stimuli.photographs.landmark_files import find_landmarks, write_table
from mien.stimuli.photographs.preparation import REJECTED, names_of, without_landmarks
from mien.stimuli.photographs.schemes import Landmarks
from mien.tables import parquet

with reporting(snakemake.log[0]):
    pictures = parquet.read(snakemake.input.pictures)
    found = find_landmarks(snakemake.params.given, names_of(pictures))
    without = without_landmarks(pictures, list(found.values()))
    parquet.write(REJECTED, without, snakemake.output.without, made_of(snakemake.input, snakemake.params))
    write_table(snakemake.output.landmarks, {name: face for name, face in found.items() if isinstance(face, Landmarks)})
