"""Rows kept in a file come back in the order in which they were added, as one table."""

import numpy as np
import pandas as pd
import pytest

from mien.tables import parquet
from mien.tables.schema import FLOATS, FLOATS32, INT, TEXT, Schema
from mien.tables.spool import Spool

LISTS = Schema("lists", {"name": TEXT, "n": INT, "numbers": FLOATS})


def spooled(folder, dtype=np.float64):
    """Two parts, of lists of another length each."""
    spool = Spool("numbers", folder)
    spool.add(pd.DataFrame({"n": [1, 2], "name": ["a", "b"]}), np.arange(6, dtype=dtype).reshape(2, 3))
    spool.add(pd.DataFrame({"n": [3], "name": ["c"]}), np.array([[7, 8.5]], dtype).T.copy().T)
    return spool


@pytest.mark.parametrize(("column", "dtype"), [(FLOATS, np.float64), (FLOATS32, np.float32)])
def test_rows_come_back_as_they_were_added(tmp_path, column, dtype):
    spool = spooled(tmp_path, dtype)
    assert len(spool) == 3 and not [*tmp_path.iterdir()]  # the file has no name
    schema = LISTS._replace(columns=LISTS.columns | {"numbers": column})
    parquet.write_spool(schema, spool, tmp_path / "lists.parquet", {"code": "abc"})
    frame = parquet.read(tmp_path / "lists.parquet")
    assert list(frame) == ["name", "n", "numbers"] and frame["name"].tolist() == ["a", "b", "c"]
    assert [row.tolist() for row in frame["numbers"]] == [[0, 1, 2], [3, 4, 5], [7, 8.5]]
    assert {row.dtype for row in frame["numbers"]} == {np.dtype(dtype)}
    assert parquet.made_of(tmp_path / "lists.parquet") == {"code": "abc"}
    parquet.write_spool(schema, spool, tmp_path / "again.parquet", {"code": "abc"})
    assert (tmp_path / "again.parquet").read_bytes() == (tmp_path / "lists.parquet").read_bytes()


def test_without_rows_there_is_a_table(tmp_path):
    parquet.write_spool(LISTS, Spool("numbers", tmp_path), tmp_path / "none.parquet", {})
    assert parquet.read(tmp_path / "none.parquet").empty
