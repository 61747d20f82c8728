"""A contact sheet of a stimulus set or a diet."""

from mien import tables
from mien.figures import montage, style
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    figure, panels = montage.draw(tables.read(snakemake.input[0]), snakemake.wildcards.pictures)
    style.save(figure, panels, dict(snakemake.output.items()))
