"""A stimulus set of the user's own pictures."""

from mien import pictures, tables
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    params = snakemake.params
    frame = pictures.read_pictures(params.table, snakemake.wildcards.set, params.size)
    tables.write("stimuli", frame, snakemake.output[0], made_of({"table": params.table}, params))
