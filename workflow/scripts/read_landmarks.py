"""Landmarks of a set's photographs from files that are given."""

from mien.provenance import made_of
from mien.reporting import reporting
from mien.stimuli.photographs.landmark_files import find_landmarks, write_table
from mien.stimuli.photographs.rejected import REJECTED, names_of, without_landmarks
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params, given = snakemake.params, snakemake.input
    pictures = parquet.read(given.pictures)
    found = find_landmarks(params.given, names_of(pictures))
    parquet.write(REJECTED, without_landmarks(pictures, found), snakemake.output.without, made_of(given, params))
    write_table(snakemake.output.landmarks, found)
