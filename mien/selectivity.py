"""Which units are selective for facial expression, how many chance would give, and the units to compare them with."""

import numpy as np
import pandas as pd

from mien.anova import anova, sums_of, total_variation
from mien.draws import generator
from mien.expressions import EXPRESSIONS


def select_units(moments: pd.DataFrame, alpha_expression: float, alpha_identity: float) -> pd.DataFrame:
    """The `units` table: the ANOVA, tuning and kind of every unit.

    A unit is `selective` if p(expression) < alpha_expression and p(identity) > alpha_identity; `mixed` with both
    effects, `identity` with the identity effect alone, `neither`, or `constant`, whose statistics are null.
    """
    sums = sums_of(moments)
    tests = anova(sums)
    variation = total_variation(sums)
    constant = variation == 0
    count = sums.n * len(EXPRESSIONS)
    sd = np.sqrt(variation / (count - 1))
    tuning = tuning_of(sums.by_expression / sums.n, np.where(constant, np.nan, sd))
    strongest = np.array(EXPRESSIONS)[np.nan_to_num(tuning).argmax(axis=0)]
    kind = kind_of(tests, alpha_expression, alpha_identity)
    halves = {
        f"selective_half_{half}": kind_of(anova(sums_of(moments, half)), alpha_expression, alpha_identity)
        == "selective"
        for half in "ab"
    }
    return pd.DataFrame(
        {
            **{name: moments[name] for name in ("unit", "channel", "row", "column")},
            "mean": moments["shift"] + sums.total / count,
            "sd": sd,
            **{name: tests[name] for name in tests},
            **{f"tuning_{expression}": tuning[index] for index, expression in enumerate(EXPRESSIONS)},
            "preferred": np.where(constant, None, strongest),
            "kind": kind,
            "selective": kind == "selective",
            **halves,
        }
    )


def tuning_of(means: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """Tuning values, shape (6, units): z-scored mean response to an expression minus that to the other five.

    The unit's own mean cancels, so only its standard deviation `sd` (over the localizer, ddof 1) is needed.
    """
    others = (means.sum(axis=0) - means) / (len(EXPRESSIONS) - 1)
    with np.errstate(invalid="ignore"):
        return (means - others) / sd


def kind_of(tests: pd.DataFrame, alpha_expression: float, alpha_identity: float) -> np.ndarray:
    """The kind of every unit from its ANOVA, shape (units,) of str."""
    expression = (tests["p_expression"] < alpha_expression).to_numpy()
    identity = ~(tests["p_identity"] > alpha_identity).to_numpy()
    kinds = np.select([expression & identity, expression, identity], ["mixed", "selective", "identity"], "neither")
    return np.where(tests["p_expression"].isna(), "constant", kinds)


def summarise_selection(
    units: pd.DataFrame, null: pd.DataFrame, n_identities: int, alpha_expression: float, alpha_identity: float
) -> pd.DataFrame:
    """The `selection` table: the counts, and what the permuted labels give, one row a scheme of the null.

    Where the null was taken on a subset of the units, its counts are scaled to all of them. The interval holds the
    central 95 % of the permutations; `p_count` is the share of permutations, the observed one among them, with at least
    as many units (Phipson & Smyth 2010, doi:10.2202/1544-6115.1585).
    """
    kinds = units["kind"].value_counts()
    n_selective = int(kinds.get("selective", 0))
    at_criterion = null[(null["alpha_expression"] == alpha_expression) & (null["alpha_identity"] == alpha_identity)]
    rows = []
    for scheme, drawn in at_criterion.groupby("scheme", sort=True):
        counts = drawn["count"].to_numpy() * (len(units) / drawn["n_units"].to_numpy())
        low, high = np.quantile(counts, [0.025, 0.975])
        rows.append(
            {
                "scheme": scheme,
                "null_mean": counts.mean(),
                "null_low": low,
                "null_high": high,
                "p_count": (1 + (counts >= n_selective).sum()) / (1 + len(counts)),
                "n_permutations": len(counts),
            }
        )
    halves = units["selective_half_a"].astype(bool), units["selective_half_b"].astype(bool)
    return pd.DataFrame(rows).assign(
        alpha_expression=alpha_expression,
        alpha_identity=alpha_identity,
        n_identities=n_identities,
        n_units=len(units),
        **{f"n_{kind}": int(kinds.get(kind, 0)) for kind in ("selective", "mixed", "identity", "neither", "constant")},
        eta2_expression_selective=units.loc[units["kind"] == "selective", "eta2_expression"].median(),
        n_half_a=int(halves[0].sum()),
        n_half_b=int(halves[1].sum()),
        n_both_halves=int((halves[0] & halves[1]).sum()),
        status="ok" if n_selective else "no selective units",
    )


def draw_groups(units: pd.DataFrame, draws: int, seed: tuple) -> pd.DataFrame:
    """The `groups` table: the selective units (of all identities and of either half), and their controls.

    Controls are count-matched to the selective units and drawn `draws` times, `random` from all varying units and
    `nonselective` from the varying ones that are not selective; all of them where there are too few.
    """
    groups = [
        (name, 0, units.loc[units[column].astype(bool), "unit"].to_numpy())
        for name, column in (
            ("selective", "selective"),
            ("selective_half_a", "selective_half_a"),
            ("selective_half_b", "selective_half_b"),
        )
    ]
    count = int(units["selective"].sum())
    varying = units["kind"] != "constant"
    pools = {"random": varying, "nonselective": varying & (units["kind"] != "selective")}
    for name, members in pools.items():
        pool = units.loc[members, "unit"].to_numpy()
        for draw in range(draws):
            chosen = generator(*seed, name, draw).choice(pool, min(count, len(pool)), replace=False)
            groups.append((name, draw, np.sort(chosen)))
    return pd.concat(
        [pd.DataFrame({"group": name, "draw": draw, "unit": unit}) for name, draw, unit in groups], ignore_index=True
    )
