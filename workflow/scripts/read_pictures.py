"""A stimulus set of the user's own pictures."""

from mien.provenance import made_of
from mien.reporting import reporting
from mien.stimuli import pictures
from mien.stimuli.schema import STIMULI
from mien.tables import parquet

with reporting(snakemake.log[0]):
    params = snakemake.params
    frame = pictures.read_pictures(params.table, snakemake.wildcards.set, params.size)
    parquet.write(STIMULI, frame, snakemake.output[0], made_of({"table": params.table}, params))
