"""How much the pictures of the morphs change between neighbouring levels."""

from mien import discrimination, tables
from mien.provenance import made_of
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    morphs = tables.read(snakemake.input.morphs, ["continuum", "identity", "level", "image"])
    distances = discrimination.picture_distances(morphs)
    made = made_of(snakemake.input, snakemake.params)
    tables.write("morph_distance", distances, snakemake.output.parquet, made)
    tables.write_csv(distances, snakemake.output.csv)
