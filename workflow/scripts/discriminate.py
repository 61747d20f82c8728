"""How much a cell's units change their responses between neighbouring levels of the morphs."""

from mien.categorical import distances
from mien.categorical.discrimination_schema import DISCRIMINATION
from mien.decoding.readings import read_sets
from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    localizer, morphs = read_sets(snakemake.input.stimuli, snakemake.input.responses)
    groups, layer = parquet.read(snakemake.input.groups), parquet.read(snakemake.input.distances)
    frame = distances.unit_distances(localizer, morphs, groups, layer)
    parquet.write(DISCRIMINATION, frame, snakemake.output[0], made_of(snakemake.input, snakemake.params))
