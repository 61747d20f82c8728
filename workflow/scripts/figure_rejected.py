"""A contact sheet of the photographs of a set that were rejected."""

from mien.figures import montage, style
from mien.reporting import reporting
from mien.stimuli.photographs.reading import thumbnail
from mien.tables import parquet

with reporting(snakemake.log[0]):
    given = snakemake.input
    rejected = parquet.read(given.rejected)
    rejected = rejected[rejected["detail"].notna()]  # for what they show; not those that are only not needed
    paths = parquet.read(given.pictures)[["database", "file", "path"]]
    rejected = rejected.merge(paths, "left", ["database", "file"])
    pictures = rejected.assign(image=[thumbnail(path) for path in rejected["path"]])
    figure, panels = montage.rejected(pictures, snakemake.wildcards.pictures)
    style.save(figure, panels, dict(snakemake.output.items()))
