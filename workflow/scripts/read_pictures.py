"""A stimulus set of the user's own pictures."""

from mien import pictures, tables
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    frame = pictures.read_pictures(snakemake.input.table, snakemake.wildcards.set, snakemake.params.size)
    tables.write("stimuli", frame, snakemake.output[0], made_of(snakemake.input, snakemake.params))
