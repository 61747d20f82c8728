"""Two-way analysis of variance of every unit at once, from sums, and the null distribution of the count it selects."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy import special, stats

from mien.configuration.grids import ALPHAS
from mien.errors import DesignError
from mien.expressions import EXPRESSIONS
from mien.halves import FEWEST_LOCALIZED
from mien.tables.schema import FLOAT, INT, Schema, one_of

#: Of the null: p(identity) held as observed, or taken anew under every shuffle.
SCHEMES = ("fixed", "recomputed")
NULL = Schema(
    "null",
    {
        "permutation": INT,
        "alpha_expression": FLOAT,
        "alpha_identity": FLOAT,
        "scheme": one_of(*SCHEMES),
        "count": INT,
        "n_units": INT,
    },
)

#: Standard deviation below which responses vanish: that of single precision for numbers near 1. Added to a bias, or to
#: what a norm adds to a variance, they are lost, and nonlinearities no longer bend.
VANISHING = float(np.finfo(np.float32).eps)


@dataclass(frozen=True)
class Sums:
    """Sums of every unit's shifted responses to n identities x 6 expressions; float64, shape (units,) each.

    `by_expression` has shape (6, units), in the order of `EXPRESSIONS`.
    """

    n: int
    total: np.ndarray
    by_expression: np.ndarray
    squares: np.ndarray
    identity_squares: np.ndarray


def sums_of(moments: pd.DataFrame, halves: str = "ab") -> Sums:
    """The sums over one half of the identities (`a` or `b`), or over both (`ab`), from a `moments` table."""

    def added(name: str) -> np.ndarray:
        return sum(moments[f"{name}_{half}"].to_numpy(np.float64) for half in halves)

    return Sums(
        n=int(added("n")[0]) if len(moments) else 0,
        total=added("sum"),
        by_expression=np.stack([added(f"sum_{expression}") for expression in EXPRESSIONS]),
        squares=added("squares"),
        identity_squares=added("identity_squares"),
    )


def anova(sums: Sums) -> pd.DataFrame:
    """Two-way ANOVA without replication, expression x identity, of every unit at once.

    With one image in each expression x identity combination the interaction cannot be told from error, so the
    residual mean square is the error term of both effects.

    Args:
        sums: over n identities x k expressions.

    Returns:
        One row a unit: `f_expression` on (k-1, (n-1)(k-1)) and `f_identity` on (n-1, (n-1)(k-1)) degrees of
        freedom, their p-values `p_expression`, `p_identity`, and eta squared (the effect's share of the total sum of
        squares) `eta2_expression`, `eta2_identity`; NaN where the unit never varies.

    Raises:
        DesignError: fewer than two identities.

    Source: Sokal & Rohlf, Biometry (3rd ed., 1995), chapter 11.
    """
    squares = _sums_of_squares(sums)
    df_expression, df_identity, df_residual = _degrees_of_freedom(sums.n)
    f_expression = _f_ratio(squares["expression"], df_expression, squares["residual"], df_residual)
    f_identity = _f_ratio(squares["identity"], df_identity, squares["residual"], df_residual)
    with np.errstate(invalid="ignore", divide="ignore"):
        return pd.DataFrame(
            {
                "f_expression": f_expression,
                "p_expression": special.fdtrc(df_expression, df_residual, f_expression),
                "f_identity": f_identity,
                "p_identity": special.fdtrc(df_identity, df_residual, f_identity),
                "eta2_expression": squares["expression"] / squares["total"],
                "eta2_identity": squares["identity"] / squares["total"],
            }
        )


def total_variation(sums: Sums) -> np.ndarray:
    """Sum of squared deviations of every unit from its mean, shape (units,); exactly 0 where it never varies."""
    return _sums_of_squares(sums)["total"]


def vanishing(sums: Sums) -> str:
    """Why a layer's responses vanish, or "": no unit varies, or none has a standard deviation of `VANISHING`."""
    largest = float(np.sqrt(total_variation(sums).max(initial=0) / (sums.n * len(EXPRESSIONS) - 1)))
    if not largest < VANISHING:  # nor where it is not a number
        return ""
    return f"responses vanish: the largest standard deviation of a unit is {largest:.1g}"


def null_counts(sums: Sums, permuted: np.ndarray, units: np.ndarray) -> pd.DataFrame:
    """How many units pass each pair of criteria when the expression labels mean nothing.

    Args:
        sums: of all units, unpermuted.
        permuted: expression sums under each permutation of the labels within identities, float64, shape
            (permutations, 6, len(units)).
        units: positions in `sums` of the units that `permuted` covers.

    Returns:
        The `null` table. Scheme `fixed` holds p(identity) at its observed value; `recomputed` takes it anew with the
        permuted residual, into which shuffling moves the expression variance, so that more units pass as free of an
        identity effect.
    """
    chosen = Sums(sums.n, *(s[..., units] for s in (sums.total, sums.by_expression, sums.squares,
                                                    sums.identity_squares)))  # fmt: skip
    squares = _sums_of_squares(chosen)
    df_expression, df_identity, df_residual = _degrees_of_freedom(sums.n)
    limits_expression = stats.f.isf(ALPHAS, df_expression, df_residual)
    limits_identity = stats.f.isf(ALPHAS, df_identity, df_residual)
    f_observed = _f_ratio(squares["identity"], df_identity, squares["residual"], df_residual)
    rows = []
    for permutation, by_expression in enumerate(permuted):
        expression = _expression_squares(by_expression, chosen)
        residual = np.maximum(squares["total"] - squares["identity"] - expression, 0)
        f_expression = _f_ratio(expression, df_expression, residual, df_residual)
        f_recomputed = _f_ratio(squares["identity"], df_identity, residual, df_residual)
        for scheme, f_identity in zip(SCHEMES, (f_observed, f_recomputed), strict=True):
            counts = _count_passing(f_expression, f_identity, limits_expression, limits_identity)
            rows += [
                (permutation, alpha_expression, alpha_identity, scheme, int(counts[i, j]), len(units))
                for i, alpha_expression in enumerate(ALPHAS)
                for j, alpha_identity in enumerate(ALPHAS)
            ]
    return pd.DataFrame(rows, columns=NULL.names)


def _count_passing(
    f_expression: np.ndarray, f_identity: np.ndarray, limits_expression: np.ndarray, limits_identity: np.ndarray
) -> np.ndarray:
    """Units with F(expression) above limit i and F(identity) below limit j, shape (alphas, alphas)."""
    expression = f_expression[None] > limits_expression[:, None]
    identity = f_identity[None] < limits_identity[:, None]  # constant units are NaN and pass neither
    return expression.astype(np.float64) @ identity.astype(np.float64).T


def _degrees_of_freedom(n: int) -> tuple[int, int, int]:
    if n < 2:
        raise DesignError(
            f"an analysis of variance over {n} identities is impossible: it needs two or more, and a localizer "
            f"{FEWEST_LOCALIZED} or more, two for either half"
        )
    k = len(EXPRESSIONS)
    return k - 1, n - 1, (n - 1) * (k - 1)


def _sums_of_squares(sums: Sums) -> dict[str, np.ndarray]:
    """Sums of squares of the effects, the residual and the total; rounding may not make one negative."""
    constant = sums.squares == 0  # shifted responses are all zero exactly when the unit never varies
    correction = sums.total**2 / (sums.n * len(EXPRESSIONS))
    total = np.where(constant, 0, np.maximum(sums.squares - correction, 0))
    expression = np.where(constant, 0, _expression_squares(sums.by_expression, sums))
    identity = np.where(constant, 0, np.maximum(sums.identity_squares / len(EXPRESSIONS) - correction, 0))
    residual = np.maximum(total - expression - identity, 0)
    return {"expression": expression, "identity": identity, "residual": residual, "total": total}


def _expression_squares(by_expression: np.ndarray, sums: Sums) -> np.ndarray:
    # from deviations of the means, not from squared sums: exact to rounding even where the effect is tiny
    means = by_expression / sums.n
    return sums.n * ((means - sums.total / (sums.n * len(EXPRESSIONS))) ** 2).sum(axis=0)


def _f_ratio(effect: np.ndarray, df_effect: int, residual: np.ndarray, df_residual: int) -> np.ndarray:
    """F ratio; NaN for a unit without any variation, infinite where nothing is left to error."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (effect / df_effect) / (residual / df_residual)
