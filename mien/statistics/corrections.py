"""Corrections of p for the number of comparisons, chosen in the configuration and named beside every corrected p."""

import gc
from collections.abc import Sequence

import numpy as np
import pandas as pd
from statsmodels.stats.multitest import multipletests

from mien.tables.schema import FLOAT, INT, one_of

#: Their names in the configuration, and in a reader's words.
CORRECTIONS = {"none": "uncorrected", "bonferroni": "Bonferroni", "holm": "Holm", "fdr_bh": "Benjamini–Hochberg"}

#: What `with_corrected` adds to a table.
CORRECTED = {"p_corrected": FLOAT, "correction": one_of(*CORRECTIONS), "n_comparisons": INT}


def adjust(p: np.ndarray, correction: str) -> np.ndarray:
    """p-values of one family, (n,), corrected; a null (NaN) is no comparison and stays null.

    Args:
        correction: one of `CORRECTIONS`, of which all but `none` are statsmodels': Bonferroni; Holm (1979); the false
            discovery rate of Benjamini & Hochberg (1995, doi:10.1111/j.2517-6161.1995.tb02031.x).
    """
    if correction not in CORRECTIONS:
        raise ValueError(f"correction '{correction}': expected one of {', '.join(CORRECTIONS)}")
    corrected = np.array(p, float)
    known = ~np.isnan(corrected)
    if correction != "none" and known.any():
        gc.freeze()  # `holm` collects garbage at every call: a tenth of a second and more, if all objects are looked at
        corrected[known] = multipletests(corrected[known], method=correction)[1]
        gc.unfreeze()
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


def in_words(rows: pd.DataFrame) -> str:
    """How the p of some rows, of which there is one or more, was corrected: `Holm, of 8`; of several families of which
    some have fewer comparisons `Holm, of 6 to 8`."""
    name, n = rows["correction"].iloc[0], rows["n_comparisons"]
    of = f"{n.min():.0f} to {n.max():.0f}" if n.min() < n.max() else f"{n.max():.0f}"
    return CORRECTIONS[name] if name == "none" else f"{CORRECTIONS[name]}, of {of}"
