"""Landmarks of a set's photographs by MediaPipe's face landmarker."""

from mien.provenance import made_of
from mien.reporting import progress, reporting
from mien.stimuli.photographs.detection import detect
from mien.stimuli.photographs.landmark_files import write_table
from mien.stimuli.photographs.preparation import REJECTED, names_of, read_grey, without_landmarks
from mien.stimuli.photographs.schemes import Landmarks
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params, given = snakemake.params, snakemake.input
    pictures = parquet.read(given.pictures)
    paths = progress(pictures["path"], f"landmarks of {snakemake.wildcards.set}", unit="picture")
    found = list(detect((read_grey(path, params.grey) for path in paths), given.model))
    made = made_of(given, params)
    parquet.write(REJECTED, without_landmarks(pictures, found), snakemake.output.without, made)
    each = zip(names_of(pictures), found, strict=True)
    write_table(snakemake.output.landmarks, {name: face for name, face in each if isinstance(face, Landmarks)})
