"""Landmarks of a set's photographs by MediaPipe's face landmarker."""

from mien.provenance import made_of
from mien.reporting import progress, reporting
from mien.stimuli.photographs.detection import detect
from mien.stimuli.photographs.landmark_files import write_table
from mien.stimuli.photographs.reading import read_grey
from mien.stimuli.photographs.rejected import REJECTED, names_of, without_landmarks
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params, given = snakemake.params, snakemake.input
    pictures = parquet.read(given.pictures)
    paths = progress(pictures["path"], f"landmarks of {snakemake.wildcards.set}", unit="picture")
    faces = detect((read_grey(path, params.grey) for path in paths), given.model)
    found = dict(zip(names_of(pictures), faces, strict=True))
    parquet.write(REJECTED, without_landmarks(pictures, found), snakemake.output.without, made_of(given, params))
    write_table(snakemake.output.landmarks, found)
