"""Made-up tables, each held against the schema of the table that it stands for."""

from collections.abc import Mapping, Sequence

import pandas as pd

from mien.tables.schema import FLOAT, Schema


def table_of(schema: Schema, rows: pd.DataFrame | Sequence[Mapping]) -> pd.DataFrame:
    """Rows as a table, checked: a column that they lack is null, and one that the table lacks is left out."""
    if isinstance(rows, pd.DataFrame):
        frame = rows.reindex(columns=schema.names)
    else:
        nothing = dict.fromkeys(schema.names)
        frame = pd.DataFrame([{**nothing, **row} for row in rows], columns=schema.names)
    frame = frame.astype({name: float for name, column in schema.columns.items() if column == FLOAT})
    schema.check(frame)
    return frame
