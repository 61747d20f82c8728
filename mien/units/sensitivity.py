"""How many units are selective at other thresholds of the criterion, and how many chance would give."""

import numpy as np
import pandas as pd

from mien.units.anova import squares_of, sums_of
from mien.units.criteria import Choice, effects_of


def sensitivity(moments: pd.DataFrame, null: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The `cell_sensitivity` table: the count at all thresholds of the criterion, and what the permuted labels give.

    A row for each pair of thresholds and scheme of the null, with the units that vary at all, `n_varying`, and the
    share that is selective of all units and of these; `null_mean`, `null_low`, `null_high`, `p_count` as `chance` gives
    them. Where the null was taken on a subset of the units, its counts are scaled to all of them.

    Args:
        moments, null: tables of one cell.
        choice: its thresholds do not matter, only its criterion.
    """
    effects = effects_of(squares_of(sums_of(moments)), choice)
    n_varying = int(effects.varying().sum())
    thresholds = list(Choice._fields[1:])
    rows = []
    own = null[null["criterion"] == choice.criterion]
    for (expression, identity, scheme), drawn in own.groupby([*thresholds, "scheme"], dropna=False):
        n_selective = int(effects.selective(expression, identity).sum())
        counts = drawn["count"].to_numpy() * (len(moments) / drawn["n_units"].to_numpy())
        rows.append((expression, identity, len(moments), n_selective, scheme, *chance(n_selective, counts)))
    columns = [*thresholds, "n_units", "n_selective", "scheme", "null_mean", "null_low", "null_high", "p_count"]
    table = pd.DataFrame(rows, columns=columns)
    return table.assign(
        criterion=choice.criterion,
        n_varying=n_varying,
        share_of_all=table["n_selective"] / table["n_units"],
        share_of_varying=table["n_selective"] / (n_varying or np.nan),
    )


def chance(count: int, permuted: np.ndarray) -> tuple[float, float, float, float]:
    """Mean and central 95 % of the counts under permuted labels, (permutations,), and p of the observed one.

    p is the share of permutations, the observed one among them, with at least as many units (Phipson & Smyth 2010,
    doi:10.2202/1544-6115.1585).
    """
    p = (1 + (permuted >= count).sum()) / (1 + len(permuted))
    return permuted.mean(), *np.quantile(permuted, [0.025, 0.975]), p
