"""Figure 9: the publication's claims, and what this study finds."""

from mien import tables
from mien.figures import claims, style
from mien.reporting import reporting

with reporting(snakemake.log[0]):
    figure, panels = claims.draw(tables.read(snakemake.input.claims))
    style.save(figure, panels, dict(snakemake.output.items()))
