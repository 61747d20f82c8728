"""How much the pictures of the morphs change between neighbouring levels."""

from mien.categorical import distances
from mien.categorical.morph_distance_schema import MORPH_DISTANCE
from mien.provenance import made_of
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    morphs = parquet.read(snakemake.input.morphs, ["continuum", "identity", "level", "image"])
    frame = distances.picture_distances(morphs)
    made = made_of(snakemake.input, snakemake.params)
    parquet.write(MORPH_DISTANCE, frame, snakemake.output.parquet, made)
    parquet.write_csv(frame, snakemake.output.csv)
