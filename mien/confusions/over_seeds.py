"""Confusion matrices as they are shown: of a network, averaged over its seeds, and of participants."""

from collections.abc import Sequence

import pandas as pd

from mien.confusions.participants import of_participants


def mean_matrix(
    confusion: pd.DataFrame, network: str, layer: str, set_: str, expressions: Sequence[str]
) -> pd.DataFrame:
    """Confusion matrix of a network's selective units, averaged over its seeds.

    Args:
        confusion: the table `confusion`.
        layer: where the network is read.
        expressions: the study's.

    Returns:
        A row an entry: `observer`, `set`, `true_expression`, `response_expression`, `proportion` (null without units),
        `sd` over seeds (null for fewer than two), `seeds` that have units.
    """
    rows = confusion[(confusion["layer"] == layer) & (confusion["group"] == "selective")]
    return _mean(rows, network, set_, expressions)


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
