"""Which units are selective for facial expression, how many chance would give, and the units to compare them with."""

import numpy as np
import pandas as pd
from scipy import stats

from mien.draws import generator
from mien.expressions import EXPRESSIONS
from mien.units.anova import Sums, anova, sums_of, total_variation, vanishing

#: Codes that `status` of the table `selection` may have. `mien.status` has them and their words, but is not imported
#: here: other words for people would select, and so probe, every cell again.
STATUSES = ("no_selective_units", "no_unit_selective_in_either_half", "responses_vanish")


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


def sensitivity(units: pd.DataFrame, null: pd.DataFrame) -> pd.DataFrame:
    """The `cell_sensitivity` table: the count at every pair of `ALPHAS`, and what the permuted labels give.

    A row for each pair and scheme of the null, with the units that vary at all, `n_varying`, and the share that is
    selective of all units and of these. Where the null was taken on a subset of the units, its counts are scaled to all
    of them. The interval holds the central 95 % of the permutations; `p_count` is the share of permutations, the
    observed one among them, with at least as many units (Phipson & Smyth 2010, doi:10.2202/1544-6115.1585).

    Args:
        units: a `units` table; only its p-values count, not its kinds.
        null: the `null` table of the same cell.
    """
    criterion = ["alpha_expression", "alpha_identity"]
    n_varying = int(units["p_expression"].notna().sum())
    rows = []
    for (expression, identity, scheme), drawn in null.groupby([*criterion, "scheme"]):
        n_selective = int(((units["p_expression"] < expression) & (units["p_identity"] > identity)).sum())
        counts = drawn["count"].to_numpy() * (len(units) / drawn["n_units"].to_numpy())
        p_count = (1 + (counts >= n_selective).sum()) / (1 + len(counts))
        chance = (counts.mean(), *np.quantile(counts, [0.025, 0.975]), p_count)
        rows.append((expression, identity, len(units), n_selective, scheme, *chance))
    chance = ["null_mean", "null_low", "null_high", "p_count"]
    table = pd.DataFrame(rows, columns=[*criterion, "n_units", "n_selective", "scheme", *chance])
    return table.assign(
        n_varying=n_varying,
        share_of_all=table["n_selective"] / table["n_units"],
        share_of_varying=table["n_selective"] / (n_varying or np.nan),
    )


def summarise_selection(
    units: pd.DataFrame, moments: pd.DataFrame, null: pd.DataFrame, alpha_expression: float, alpha_identity: float
) -> pd.DataFrame:
    """The `selection` table: the counts, what the permuted labels give, effect sizes, and whether either half agrees.

    One row a scheme of the null, as `sensitivity` gives it at the study's criterion; the rest is the same in all rows.

    Args:
        units, moments, null: tables of one cell, `units` selected at these alphas.
    """
    counted = sensitivity(units, null)
    here = (counted["alpha_expression"] == alpha_expression) & (counted["alpha_identity"] == alpha_identity)
    kinds = units["kind"].value_counts()
    n = {f"n_{kind}": int(kinds.get(kind, 0)) for kind in ("selective", "mixed", "identity", "neither", "constant")}
    halves = _halves(units, moments)
    wrong = (
        n["n_selective"] == 0,
        halves["n_half_a"] + halves["n_half_b"] == 0,
        bool(vanishing(sums_of(moments))),
    )
    table = counted[here].reset_index(drop=True)
    return table.assign(
        n_permutations=null["permutation"].nunique(),
        n_identities=sums_of(moments).n,
        **n,
        **_effect_sizes(units),
        **halves,
        status=";".join(code for code, so in zip(STATUSES, wrong, strict=True) if so) or "ok",
    )


def _effect_sizes(units: pd.DataFrame) -> dict[str, float]:
    """Median effects of the selective units, and of all that vary, from which the `random` controls are drawn.

    Cohen's f of expression is the root of its sum of squares over the residual's (Cohen, Statistical Power Analysis for
    the Behavioral Sciences, 2nd ed., 1988, section 8.2: .1 is small, .25 medium, .4 large).
    """
    groups = {"selective": units[units["kind"] == "selective"], "varying": units[units["kind"] != "constant"]}
    sizes = {
        f"eta2_{effect}_{name}": group[f"eta2_{effect}"].median()
        for name, group in groups.items()
        for effect in ("expression", "identity")
    }
    of_expression, of_identity = (groups["selective"][f"eta2_{effect}"] for effect in ("expression", "identity"))
    with np.errstate(divide="ignore"):
        cohens_f = np.sqrt(of_expression / np.maximum(1 - of_expression - of_identity, 0))
    return {**sizes, "cohens_f_selective": cohens_f.median()}


def _halves(units: pd.DataFrame, moments: pd.DataFrame) -> dict[str, float]:
    """How far the two halves of the identities select the same units, and how large their effect is in the other half.

    `kappa_halves` is Cohen's kappa of the two selections over the units that vary: 1 if they are the same, 0 if no more
    units are in both than of as many drawn at random. `p_both` is the hypergeometric probability of at least so many,
    which is 0 where it is too small for a number, and `log10_p_both` its logarithm, which never is; both take units as
    independent, which neighbours in a layer are not. `omega2_other_half` is the median over units selective in one half
    of their `omega2_expression` in the other, which selection did not see.
    """
    chosen = {half: units[f"selective_half_{half}"].to_numpy(bool) for half in "ab"}
    a, b = (int(units_.sum()) for units_ in chosen.values())
    both, varying = int((chosen["a"] & chosen["b"]).sum()), int((units["kind"] != "constant").sum())
    expected = a * b / max(varying, 1)
    excess = (a + b) / 2 - expected  # of two selections that are the same
    unseen = [omega2_expression(sums_of(moments, other))[chosen[half]] for half, other in ("ab", "ba")]
    return {
        "n_half_a": a,
        "n_half_b": b,
        "n_both_halves": both,
        "n_both_expected": expected,
        "kappa_halves": (both - expected) / excess if excess else np.nan,
        "p_both": stats.hypergeom.sf(both - 1, varying, a, b) if a + b else np.nan,
        "log10_p_both": stats.hypergeom.logsf(both - 1, varying, a, b) / np.log(10) if a + b else np.nan,
        "omega2_other_half": np.median(np.concatenate(unseen)) if a + b else np.nan,
    }


def omega2_expression(sums: Sums) -> np.ndarray:
    """Omega squared of expression, shape (units,): eta squared less what chance gives, about 0 without an effect.

    (SS_expression - df_expression MS_residual) / (SS_total + MS_residual); 0 where the unit never varies.

    Source: Olejnik & Algina, Psychological Methods 8 (2003) 434-447, doi:10.1037/1082-989X.8.4.434.
    """
    tests = anova(sums)
    df_expression = len(EXPRESSIONS) - 1
    residual = (1 - tests["eta2_expression"] - tests["eta2_identity"]) / (df_expression * (sums.n - 1))
    return ((tests["eta2_expression"] - df_expression * residual) / (1 + residual)).fillna(0).to_numpy()


def draw_groups(units: pd.DataFrame, draws: int, control_units: int, seed: tuple) -> pd.DataFrame:
    """The `groups` table: the selective units (of all identities and of either half), and their controls.

    Controls are count-matched to the selective units, or `control_units` where none is selective, and drawn `draws`
    times, `random` from all varying units and `nonselective` from the varying ones that are not selective; all of them
    where there are too few.
    """
    groups = [
        (name, 0, units.loc[units[column].astype(bool), "unit"].to_numpy())
        for name, column in (
            ("selective", "selective"),
            ("selective_half_a", "selective_half_a"),
            ("selective_half_b", "selective_half_b"),
        )
    ]
    count = int(units["selective"].sum()) or control_units
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
