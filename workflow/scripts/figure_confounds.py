"""The figure of confounds: simple properties of the pictures, by expression and by level."""

from mien import tables
from mien.figures import confounds, style
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    figure, panels = confounds.draw(tables.read(snakemake.input.confounds))
    style.save(figure, panels, dict(snakemake.output.items()))
