"""The table of claims as a page to read in a browser."""

from mien.atomic import atomically
from mien.claims.page import page
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    text = page(parquet.read(snakemake.input.claims), snakemake.params.study)
    with atomically(snakemake.output[0]) as partial:
        partial.write_text(text, encoding="utf-8")
