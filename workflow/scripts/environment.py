"""The packages that networks are made and read with."""

import pandas as pd

from mien.environment.versions import COLUMNS, packages
from mien.reporting import reporting
from mien.tables import parquet

with reporting(snakemake.log[0]):
    table = pd.DataFrame(packages(), columns=COLUMNS)
    parquet.write_csv(table, snakemake.output[0])
