"""Two-way analysis of variance of every unit at once, from sums."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import pandas as pd
from scipy import special

from mien.errors import DesignError
from mien.halves import FEWEST_LOCALIZED, HALVES

#: Standard deviation below which responses vanish: that of single precision for numbers near 1. Added to a bias, or to
#: what a norm adds to a variance, they are lost, and nonlinearities no longer bend.
VANISHING = float(np.finfo(np.float32).eps)


@dataclass(frozen=True)
class Sums:
    """Sums of every unit's shifted responses to n identities x k expressions; float64, shape (units,) each.

    `by_expression` has shape (k, units), in the order of the study's expressions.
    """

    n: int
    k: int
    total: np.ndarray
    by_expression: np.ndarray
    squares: np.ndarray
    identity_squares: np.ndarray


class Degrees(NamedTuple):
    """Degrees of freedom of the effects and of the residual."""

    expression: int
    identity: int
    residual: int


@dataclass(frozen=True)
class Squares:
    """Sums of squares over n identities x k expressions, of effects and in all; float64, shape (units,) each.

    All are exactly 0 where the unit never varies, and none is negative by rounding.
    """

    n: int
    k: int
    expression: np.ndarray
    identity: np.ndarray
    total: np.ndarray

    @property
    def residual(self) -> np.ndarray:
        """The error: with one image in each combination the interaction cannot be told from it."""
        return np.maximum(self.total - self.expression - self.identity, 0)

    @property
    def degrees(self) -> Degrees:
        """Raises `DesignError` for fewer than two identities."""
        if self.n < 2:
            raise DesignError(
                f"an analysis of variance over {self.n} identities is impossible: it needs two or more, and a "
                f"localizer {FEWEST_LOCALIZED} or more, two for either half"
            )
        return Degrees(self.k - 1, self.n - 1, (self.n - 1) * (self.k - 1))


def expressions_in(moments: pd.DataFrame) -> list[str]:
    """The expressions over which a `moments` table has sums, in their order."""
    columns = (re.fullmatch(rf"sum_(\w+)_{HALVES[0]}", column) for column in moments)
    return [column[1] for column in columns if column]


def sums_of(moments: pd.DataFrame, halves: Sequence[str] = HALVES) -> Sums:
    """The sums over one half of the identities (`a` or `b`), or over both, from a `moments` table."""

    def added(name: str) -> np.ndarray:
        return sum(moments[f"{name}_{half}"].to_numpy(np.float64) for half in halves)

    expressions = expressions_in(moments)
    return Sums(
        n=int(added("n")[0]) if len(moments) else 0,
        k=len(expressions),
        total=added("sum"),
        by_expression=np.stack([added(f"sum_{expression}") for expression in expressions]),
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
    squares = squares_of(sums)
    df, residual = squares.degrees, squares.residual
    f_expression = f_ratio(squares.expression, df.expression, residual, df.residual)
    f_identity = f_ratio(squares.identity, df.identity, residual, df.residual)
    eta2_expression, eta2_identity = _eta_squared(squares)
    return pd.DataFrame(
        {
            "f_expression": f_expression,
            "p_expression": special.fdtrc(df.expression, df.residual, f_expression),
            "f_identity": f_identity,
            "p_identity": special.fdtrc(df.identity, df.residual, f_identity),
            "eta2_expression": eta2_expression,
            "eta2_identity": eta2_identity,
        }
    )


def omega_squared(squares: Squares) -> tuple[np.ndarray, np.ndarray]:
    """Omega squared of expression and of identity, (units,) each: eta squared minus what chance gives; NaN if constant.

    (SS_effect - df_effect MS_residual) / (SS_total + MS_residual).

    Source: Olejnik & Algina, Psychological Methods 8 (2003) 434-447, doi:10.1037/1082-989X.8.4.434.
    """
    df = squares.degrees
    expression, identity = _eta_squared(squares)
    error = (1 - expression - identity) / df.residual
    return (expression - df.expression * error) / (1 + error), (identity - df.identity * error) / (1 + error)


def vanishing(sums: Sums) -> str:
    """Why a layer's responses vanish, or "": no unit varies, or none has a standard deviation of `VANISHING`."""
    largest = float(np.sqrt(squares_of(sums).total.max(initial=0) / (sums.n * sums.k - 1)))
    if not largest < VANISHING:  # nor where it is not a number
        return ""
    return f"responses vanish: the largest standard deviation of a unit is {largest:.1g}"


def squares_of(sums: Sums) -> Squares:
    """The sums of squares."""
    constant = sums.squares == 0  # shifted responses are all zero exactly when the unit never varies
    correction = sums.total**2 / (sums.n * sums.k)
    return Squares(
        sums.n,
        sums.k,
        expression=np.where(constant, 0, expression_squares(sums.by_expression, sums)),
        identity=np.where(constant, 0, np.maximum(sums.identity_squares / sums.k - correction, 0)),
        total=np.where(constant, 0, np.maximum(sums.squares - correction, 0)),
    )


def expression_squares(by_expression: np.ndarray, sums: Sums) -> np.ndarray:
    """Sum of squares of expression, (units,), from sums (k, units) that add up to those of `sums`."""
    # from deviations of the means, not from squared sums: exact to rounding even where the effect is tiny
    means = by_expression / sums.n
    return sums.n * ((means - sums.total / (sums.n * sums.k)) ** 2).sum(axis=0)


def f_ratio(effect: np.ndarray, df_effect: int, error: np.ndarray, df_error: int) -> np.ndarray:
    """F ratio; NaN for a unit without any variation, infinite where nothing is left to error."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return (effect / df_effect) / (error / df_error)


def _eta_squared(squares: Squares) -> tuple[np.ndarray, np.ndarray]:
    """The effects' shares of the total sum of squares, NaN for a constant unit."""
    with np.errstate(divide="ignore", invalid="ignore"):
        return squares.expression / squares.total, squares.identity / squares.total
