"""Confusions as they are shown: matrices, averaged over seeds, and similarities of each seed."""

from collections.abc import Sequence

import pandas as pd

from mien.confusions.participants import of_participants

_VALUES = ["value", "noise_corrected", "low", "high", "perfect_classifier", "uniform_errors"]


def mean_matrix(
    confusion: pd.DataFrame, network: str, layer: str, set_: str, expressions: Sequence[str], group: str = "selective"
) -> pd.DataFrame:
    """Confusion matrix of a group of a network's units, averaged over its seeds.

    Args:
        confusion: the table `confusion`.
        layer: where the network is read.
        expressions: the study's.

    Returns:
        A row an entry: `observer`, `set`, `true_expression`, `response_expression`, `proportion` (null without units),
        `sd` over seeds (null for fewer than two), `seeds` that have units; and `group`.
    """
    rows = confusion[(confusion["layer"] == layer) & (confusion["group"] == group)]
    return _mean(rows, network, set_, expressions).assign(group=group)


def participants_matrix(
    confusion: pd.DataFrame, participants: str, set_: str, expressions: Sequence[str]
) -> pd.DataFrame:
    """Confusion matrix of participants, as `mean_matrix`; `proportion` is null of what they did not judge."""
    return _mean(confusion[of_participants(confusion)], participants, set_, expressions)


def _mean(rows: pd.DataFrame, observer: str, set_: str, expressions: Sequence[str]) -> pd.DataFrame:
    rows = rows[(rows["observer"] == observer) & (rows["set"] == set_)]
    entries = rows.groupby(["true_expression", "response_expression"])["proportion"]
    every = pd.MultiIndex.from_product([expressions] * 2, names=["true_expression", "response_expression"])
    frame = entries.agg(proportion="mean", sd="std", seeds="count").reindex(every).reset_index()
    frame["seeds"] = frame["seeds"].fillna(0).astype(int)
    return frame.assign(observer=observer, set=set_)[["observer", "set", *frame.columns]]


def participants_of(confusion: pd.DataFrame, set_: str) -> str:
    """With whom a figure compares: the first participants of the table `confusion` who saw a set; else `human`."""
    seen = confusion.loc[of_participants(confusion) & (confusion["set"] == set_), "observer"]
    return seen.iloc[0] if len(seen) else "human"


def similarities(similarity: pd.DataFrame, set_: str, participants: str) -> pd.DataFrame:
    """Pearson correlations with participants, a row a cell, reading and choice of entries.

    Returns:
        Columns of the table `similarity`; of a control's draws the means, but of p the largest.
    """
    here = (similarity["set"] == set_) & (similarity["statistic"] == "pearson") & (similarity["human"] == participants)
    how = dict.fromkeys(_VALUES, "mean") | {"p_corrected": "max", "correction": "first", "n_comparisons": "max"}
    keys = ["network", "layer", "seed", "set", "group", "entries", "statistic", "human", "n_expressions", "n_units"]
    return similarity[here].groupby(keys, sort=False, dropna=False).agg(how).reset_index()
