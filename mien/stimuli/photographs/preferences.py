"""Which one of several pictures of a person's expression is taken: the most wanted, and all others are counted."""

import os
import re
from collections.abc import Mapping, Sequence

import pandas as pd

from mien.errors import DesignError

ANOTHER_PICTURE, ANOTHER_FORMAT = "another picture of the same expression", "another format of the same picture"
DUPLICATE_NAME = "duplicate name"


def lesser(
    table: pd.DataFrame, wanted: Mapping[str, Sequence[str]], reasons: Mapping[str, str], endings: Sequence[str]
) -> pd.Series:
    """Why each picture is not the one that is taken; null for those that are.

    One picture of an identity's expression is taken; where nobody is named, one of those that share their `picture`. It
    is the most wanted by the filters in their order, then the first by number (`2` is before `10`), then one in the
    database's own format, then the one with the fewest folders and the shortest name, then the first by name.

    Args:
        table: of files (`naming.read_names`) with `expression`: those that may be taken.
        wanted: by filter, the values that are taken, most wanted first.
        reasons: by filter, why a less wanted one is not.
        endings: of names, in the database's own format first.
    """
    named = table["identity"].notna().all()
    ending = table["file"].map(lambda file: os.path.splitext(file)[1].casefold())
    ranks = pd.DataFrame(
        {name: table[name].map({value: rank for rank, value in enumerate(values)}) for name, values in wanted.items()}
        | {
            "its number": table["number"].map(lambda text: re.sub(r"\d+", lambda digits: digits[0].zfill(20), text)),
            "its format": ending.map({each: rank for rank, each in enumerate(endings)}).fillna(len(endings)),
            "its ending": ending,
            "its folders": table["file"].str.count("/"),
            "its length": table["file"].str.len(),
            "its file": table["file"],
        }
    ).fillna({name: len(values) for name, values in wanted.items()})  # no value: such as a mouth's of anger in CFD
    ranks = ranks.sort_values(list(ranks), kind="stable")
    ranks = ranks.assign(**{"its picture": table["picture"], "its row": table.index.to_series()})
    whose = [table["identity"], table["expression"]] if named else [table["picture"]]
    taken = ranks.groupby([each.loc[ranks.index] for each in whose], sort=False).transform("first")
    differs = ranks != taken
    reason = pd.Series(DUPLICATE_NAME, index=ranks.index, dtype="str").mask(differs["its ending"], ANOTHER_FORMAT)
    reason = reason.mask(differs["its picture"], ANOTHER_PICTURE)
    for name in reversed(list(wanted)):
        reason = reason.mask(differs[name], reasons[name])
    return reason.where(differs["its row"]).reindex(table.index)


def check_decided(table: pd.DataFrame, names: Sequence[str], where: str) -> None:
    """Check that the pictures of a person's expression do not differ in what a study has said nothing of.

    Args:
        names: of the groups of a study's own pattern that are no choice of it.
        where: what begins an error's message.

    Raises:
        DesignError: they do.
    """
    for name in names:
        values = table.groupby(["identity", "expression"], sort=True)[name].unique()
        several = values[values.map(len) > 1]
        if len(several):
            (identity, expression), found = several.index[0], sorted(several.iloc[0])
            differ, choice = ", ".join(each or "none" for each in found), ", ".join(filter(None, found))
            raise DesignError(
                f"{where}: the pictures of {identity}'s {expression} differ in {name} ({differ}), and so do "
                f"{len(several) - 1} more. Say which are taken, most wanted first: {name}: [{choice}]"
            )
