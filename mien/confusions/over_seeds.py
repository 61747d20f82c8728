"""Confusions as they are shown: matrices, averaged over seeds, similarities of each seed, and their differences."""

from collections.abc import Mapping, Sequence

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


def first_minus_others(
    differences: pd.DataFrame, networks: Sequence[str], layers: Mapping[str, str], set_: str, participants: str
) -> pd.DataFrame:
    """How much more like participants the first network's selective units are than each other's: Pearson, off-diagonal.

    Args:
        differences: the table `similarity_differences`.
        layers: where each network is read; one that is not in there, at all its layers.

    Returns:
        Columns of that table, a row a network, which is `network_b`; nulls where the two were not compared.
    """
    key = {"set": set_, "statistic": "pearson", "entries": "off_diagonal", "group": "selective", "human": participants}
    rows = differences[(differences[list(key)] == pd.Series(key)).all(axis=1)]
    for side in "ab":
        at = rows[f"network_{side}"].map(dict(layers))
        rows = rows[at.isna() | (at == rows[f"layer_{side}"])]
    ends = {"_a": "_b", "_b": "_a"}
    turned = rows.rename(columns=lambda name: name[:-2] + ends.get(name[-2:], name[-2:]))
    turned = turned.assign(difference=-rows["difference"], low=-rows["high"], high=-rows["low"])
    both = pd.concat([rows, turned[rows.columns]])
    every = pd.DataFrame({"network_a": networks[0], "network_b": networks[1:]}, dtype="str")
    return every.merge(both[both["network_a"] == networks[0]], how="left", on=["network_a", "network_b"])
