"""A contact sheet of a stimulus set or a diet."""

from mien.figures import montage, style
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    figure, panels = montage.draw(parquet.read(snakemake.input[0]), snakemake.wildcards.pictures)
    style.save(figure, panels, dict(snakemake.output.items()))
