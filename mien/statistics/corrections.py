"""Corrections of p for the number of comparisons, chosen in the configuration and named beside every corrected p."""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from mien.tables.schema import FLOAT, INT, one_of

CORRECTIONS = ("none", "bonferroni", "holm", "fdr_bh")

#: What `with_corrected` adds to a table.
CORRECTED = {"p_corrected": FLOAT, "correction": one_of(*CORRECTIONS), "n_comparisons": INT}


def adjust(p: np.ndarray, correction: str) -> np.ndarray:
    """p-values of one family, (n,), corrected; a null (NaN) is no comparison and stays null.

    Args:
        correction: one of `CORRECTIONS`: nothing; Bonferroni; Holm (1979); the false discovery rate of Benjamini &
            Hochberg (1995, doi:10.1111/j.2517-6161.1995.tb02031.x).
    """
    if correction not in CORRECTIONS:
        raise ValueError(f"correction '{correction}': expected one of {', '.join(CORRECTIONS)}")
    p = np.asarray(p, float)
    corrected = np.full(p.shape, np.nan)
    known = np.flatnonzero(~np.isnan(p))
    order = known[np.argsort(p[known], kind="stable")]
    rising, m = p[order], len(order)
    if correction == "bonferroni":
        rising = rising * m
    elif correction == "holm":
        rising = np.maximum.accumulate(rising * np.arange(m, 0, -1))
    elif correction == "fdr_bh":
        rising = np.minimum.accumulate((rising * m / np.arange(1, m + 1))[::-1])[::-1]
    corrected[order] = np.minimum(rising, 1)
    return corrected


def with_corrected(table: pd.DataFrame, p: str, family: Sequence[str], correction: str) -> pd.DataFrame:
    """`table` with `p_corrected`, `correction` (its name) and `n_comparisons`, how many p of the family are not null.

    Args:
        p: the column of p-values.
        family: columns that tell families apart; within one, all p-values are corrected together.
    """
    families = table.groupby(list(family), sort=False, dropna=False)[p]
    return table.assign(
        p_corrected=families.transform(lambda values: adjust(values.to_numpy(float), correction)).astype(float),
        correction=correction,
        n_comparisons=families.transform("count").astype("int64"),
    )
