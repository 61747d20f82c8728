"""The criteria of selectivity that a study may name, and their thresholds: for each the null of the count is kept.

What a criterion computes is a function of `mien.units.criteria`; `criteria_words` says it in words.
"""

from collections.abc import Mapping
from typing import NamedTuple

#: Levels of p.
ALPHAS = (0.001, 0.005, 0.01, 0.05, 0.1)
#: Omega squared: .01, .06 and .14 are small, medium and large effects, .26 is a large one of several predictors (Cohen,
#: Statistical Power Analysis for the Behavioral Sciences, 2nd ed., 1988, sections 8.2 and 9.2).
OMEGAS = (0.01, 0.03, 0.06, 0.14, 0.26)


class Threshold(NamedTuple):
    """A key of `selectivity`, and the values that it may have."""

    key: str
    grid: tuple[float, ...]
    default: float


_EXPRESSION = Threshold("alpha_expression", ALPHAS, 0.01)

#: What each criterion asks of the effects of expression and of identity: a threshold by effect.
CRITERIA: Mapping[str, Mapping[str, Threshold]] = {
    "two_way": {"expression": _EXPRESSION, "identity": Threshold("alpha_identity", ALPHAS, 0.01)},
    "one_way": {"expression": _EXPRESSION},
    "omega2": {
        "expression": Threshold("omega2_expression", OMEGAS, 0.06),
        "identity": Threshold("omega2_identity", OMEGAS, 0.06),
    },
}


def choice_of(selectivity: Mapping) -> dict[str, str | float | None]:
    """`criterion`, `threshold_expression` and `threshold_identity` of a study; null where identity plays no part."""
    thresholds = CRITERIA[selectivity["criterion"]]
    values = {effect: selectivity[threshold.key] for effect, threshold in thresholds.items()}
    return {
        "criterion": selectivity["criterion"],
        **{f"threshold_{effect}": values.get(effect) for effect in ("expression", "identity")},
    }
