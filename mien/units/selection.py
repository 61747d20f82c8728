"""Which units are selective for facial expression, of what kind the others are, and what each responds to."""

import numpy as np
import pandas as pd

from mien.halves import HALVES
from mien.units.anova import anova, expressions_in, squares_of, sums_of
from mien.units.criteria import Choice, Effects, effects_of


def select_units(moments: pd.DataFrame, choice: Choice) -> pd.DataFrame:
    """The `units` table: the two-way ANOVA and the tuning of every unit, whatever the criterion, and its kind by it."""
    expressions, sums = expressions_in(moments), sums_of(moments)
    squares = squares_of(sums)
    constant = squares.total == 0
    count = sums.n * sums.k
    sd = np.sqrt(squares.total / (count - 1))
    tuning = tuning_of(sums.by_expression / sums.n, np.where(constant, np.nan, sd))
    strongest = np.array(expressions)[np.nan_to_num(tuning).argmax(axis=0)]
    kind = kind_of(effects_of(squares, choice), choice)
    halves = {half: effects_of(squares_of(sums_of(moments, half)), choice).selective(*choice[1:]) for half in HALVES}
    return pd.DataFrame(
        {
            **{name: moments[name] for name in ("unit", "channel", "row", "column")},
            "mean": moments["shift"] + sums.total / count,
            "sd": sd,
            **anova(sums),
            **{f"tuning_{expression}": tuning[index] for index, expression in enumerate(expressions)},
            "preferred": np.where(constant, None, strongest),
            "kind": kind,
            "selective": kind == "selective",
            **{f"selective_half_{half}": selective for half, selective in halves.items()},
        }
    )


def kind_of(effects: Effects, choice: Choice) -> np.ndarray:
    """The kind of every unit, (units,) of str.

    `selective` units pass the criterion; `mixed` ones have both effects, `identity` that of identity alone, `neither`
    none; `constant` ones never vary. Where identity plays no part there is no `mixed` and no `identity`: all units with
    an effect of expression are selective, and the others `neither`.
    """
    expression = effects.expression.above(choice.threshold_expression)
    identity = effects.identity is not None and ~effects.identity.below(choice.threshold_identity)
    kinds = np.select(
        [expression & identity, expression, ~expression & identity], ["mixed", "selective", "identity"], "neither"
    )
    return np.where(effects.varying(), kinds, "constant")


def tuning_of(means: np.ndarray, sd: np.ndarray) -> np.ndarray:
    """Tuning values, shape (k, units): z-scored mean response to an expression minus that to all others.

    The unit's own mean cancels, so only its standard deviation `sd` (over the localizer, ddof 1) is needed.
    """
    others = (means.sum(axis=0) - means) / (len(means) - 1)
    with np.errstate(invalid="ignore"):
        return (means - others) / sd
