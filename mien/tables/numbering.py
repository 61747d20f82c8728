"""Rows told apart by some of their columns."""

from collections.abc import Sequence

import numpy as np
import pandas as pd


def numbered(rows: pd.DataFrame, by: Sequence[str]) -> tuple[np.ndarray, pd.DataFrame]:
    """Which combination of the columns `by` each row has, (rows,), and these in order of appearance; null is one."""
    number = rows.groupby(list(by), sort=False, dropna=False).ngroup().to_numpy()
    return number, rows[list(by)].drop_duplicates(ignore_index=True)
