"""A cell's selection in one table: counts and chance, effect sizes, and whether the halves of the identities agree."""

import numpy as np
import pandas as pd
from scipy import stats

from mien.codes import joined
from mien.halves import HALVES
from mien.units.anova import omega_squared, squares_of, sums_of, vanishing
from mien.units.criteria import Choice
from mien.units.schema import STATUSES


def summarise_selection(
    units: pd.DataFrame, moments: pd.DataFrame, null: pd.DataFrame, sensitivity: pd.DataFrame, choice: Choice
) -> pd.DataFrame:
    """The `selection` table: the counts, what the permuted labels give, effect sizes, and whether either half agrees.

    One row a scheme of the null, that of `sensitivity` at the study's thresholds; the rest is the same in all rows.

    Args:
        units, moments, null, sensitivity: tables of one cell, `units` selected, and `sensitivity` counted, by this
            choice.
    """
    here = sensitivity["threshold_expression"] == choice.threshold_expression
    if choice.threshold_identity is not None:
        here &= sensitivity["threshold_identity"] == choice.threshold_identity
    kinds = units["kind"].value_counts()
    n = {f"n_{kind}": int(kinds.get(kind, 0)) for kind in ("selective", "mixed", "identity", "neither", "constant")}
    halves = _halves(units, moments)
    wrong = (
        n["n_selective"] == 0,
        halves["n_half_a"] + halves["n_half_b"] == 0,
        bool(vanishing(sums_of(moments))),
    )
    table = sensitivity[here].reset_index(drop=True)
    return table.assign(
        n_permutations=null["permutation"].nunique(),
        n_identities=sums_of(moments).n,
        **n,
        **_effect_sizes(units),
        **halves,
        status=joined(code for code, so in zip(STATUSES, wrong, strict=True) if so),
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
    of omega squared of expression in the other, which selection did not see; 0 in a unit that never varies there.
    """
    chosen = {half: units[f"selective_half_{half}"].to_numpy(bool) for half in HALVES}
    a, b = (int(units_.sum()) for units_ in chosen.values())
    both, varying = int((chosen["a"] & chosen["b"]).sum()), int((units["kind"] != "constant").sum())
    expected = a * b / max(varying, 1)
    excess = (a + b) / 2 - expected  # of two selections that are the same
    unseen = [
        np.nan_to_num(omega_squared(squares_of(sums_of(moments, other)))[0])[chosen[half]]
        for half, other in zip(HALVES, reversed(HALVES), strict=True)
    ]
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
