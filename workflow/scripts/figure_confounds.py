"""The figure of confounds: simple properties of the pictures, by expression and by level."""

from mien.figures import confounds, style
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    figure, panels = confounds.draw(parquet.read(snakemake.input.confounds))
    style.save(figure, panels, dict(snakemake.output.items()))
