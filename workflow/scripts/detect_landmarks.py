"""Landmarks of a set's photographs by MediaPipe's face landmarker."""

from mien import tables
from mien.photographs.detection import detect
from mien.photographs.landmark_files import write_table
from mien.photographs.preparation import names_of, read_grey, without_landmarks
from mien.photographs.schemes import Landmarks
from mien.provenance import made_of
from mien.reporting import progress, reporting

with reporting(snakemake.log[0]):
    params, given = snakemake.params, snakemake.input
    pictures = tables.read(given.pictures)
    paths = progress(pictures["path"], f"landmarks of {snakemake.wildcards.set}", unit="picture")
    found = list(detect((read_grey(path, params.grey) for path in paths), given.model))
    made = made_of(given, params)
    tables.write("rejected", without_landmarks(pictures, found), snakemake.output.without, made)
    each = zip(names_of(pictures), found, strict=True)
    write_table(snakemake.output.landmarks, {name: face for name, face in each if isinstance(face, Landmarks)})
