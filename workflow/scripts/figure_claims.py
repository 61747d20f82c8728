"""Figure 9: the publication's claims, and what this study finds."""

from mien.figures import fig9_claims, style
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    figure, panels = fig9_claims.draw(parquet.read(snakemake.input.claims))
    style.save(figure, panels, dict(snakemake.output.items()))
