"""Criteria of selectivity: how large a unit's effects of expression and of identity are, and what is large enough.

A criterion is a function of the sums of squares, registered in `CRITERIA` by the name that the configuration knows it
by (`mien.configuration.criteria`, where its thresholds are). Whatever it compares, more is more of an effect.
"""

import functools
from collections.abc import Callable
from typing import NamedTuple

import numpy as np
from scipy import stats

from mien.configuration.criteria import ALPHAS, OMEGAS
from mien.units.anova import Squares, f_ratio, omega_squared


class Choice(NamedTuple):
    """A criterion and its thresholds, each on its grid; None for identity where that plays no part."""

    criterion: str
    threshold_expression: float
    threshold_identity: float | None


class Effect(NamedTuple):
    """The size of an effect in every unit, (units,), and by threshold the limit that parts effects from none."""

    size: np.ndarray
    limits: dict[float, float]

    def above(self, threshold: float) -> np.ndarray:
        """Which units have the effect, (units,); a constant unit, whose size is NaN, has none."""
        return self.size > self.limits[threshold]

    def below(self, threshold: float) -> np.ndarray:
        """Which units are free of the effect, (units,); a constant unit is not."""
        return self.size < self.limits[threshold]


class Effects(NamedTuple):
    """Of expression, and of identity where that plays a part."""

    expression: Effect
    identity: Effect | None

    def selective(self, expression: float, identity: float | None) -> np.ndarray:
        """Which units pass at these thresholds, (units,)."""
        shown = self.expression.above(expression)
        return shown if self.identity is None else shown & self.identity.below(identity)

    def varying(self) -> np.ndarray:
        """Which units vary at all, (units,)."""
        return ~np.isnan(self.expression.size)


def two_way(squares: Squares) -> Effects:
    """An effect of expression without one of identity, by the F ratios of `anova.anova` at levels of p."""
    df, residual = squares.degrees, squares.residual
    expression = f_ratio(squares.expression, df.expression, residual, df.residual)
    identity = f_ratio(squares.identity, df.identity, residual, df.residual)
    return Effects(
        Effect(expression, _critical(df.expression, df.residual)), Effect(identity, _critical(df.identity, df.residual))
    )


def one_way(squares: Squares) -> Effects:
    """An effect of expression by a one-way ANOVA, to which identities are error: what they do plays no part.

    F on (k-1, k(n-1)) degrees of freedom, the error being all that expressions do not explain. Where units tell
    identities apart, fewer pass by chance than alpha says: the count's null, within identities, knows.
    """
    df = squares.degrees
    df_error = df.identity + df.residual
    f = f_ratio(squares.expression, df.expression, np.maximum(squares.total - squares.expression, 0), df_error)
    return Effects(Effect(f, _critical(df.expression, df_error)), None)


def omega2(squares: Squares) -> Effects:
    """A large effect of expression and a small one of identity, whatever the number of identities."""
    limits = {omega: omega for omega in OMEGAS}
    return Effects(*(Effect(size, limits) for size in omega_squared(squares)))


CRITERIA: dict[str, Callable[[Squares], Effects]] = {
    criterion.__name__: criterion for criterion in (two_way, one_way, omega2)
}


def effects_of(squares: Squares, choice: Choice) -> Effects:
    """What the chosen criterion looks at."""
    return CRITERIA[choice.criterion](squares)


@functools.cache
def _critical(df_effect: int, df_error: int) -> dict[float, float]:
    """The F ratio above which p is below each alpha."""
    return dict(zip(ALPHAS, stats.f.isf(ALPHAS, df_effect, df_error), strict=True))
