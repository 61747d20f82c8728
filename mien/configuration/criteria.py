"""The criteria of selectivity that a study may name, and their thresholds: for each the null of the count is kept.

What a criterion computes is a function of `mien.units.criteria`.
"""

from collections.abc import Mapping
from typing import NamedTuple

#: Levels of p.
ALPHAS = (0.001, 0.005, 0.01, 0.05, 0.1)
#: Omega squared: .01, .06 and .14 are small, medium and large effects, .26 is a large one of several predictors (Cohen,
#: Statistical Power Analysis for the Behavioral Sciences, 2nd ed., 1988, sections 8.2 and 9.2).
OMEGAS = (0.01, 0.03, 0.06, 0.14, 0.26)


class Threshold(NamedTuple):
    """A key of `selectivity`: the values it may have, and the words before one: "p(expression) below"."""

    key: str
    grid: tuple[float, ...]
    default: float
    words: str


class Criterion(NamedTuple):
    """What a criterion asks of the effects of expression and of identity."""

    looks_at: str  #: the statistics that its thresholds are of, in a caption's words
    thresholds: Mapping[str, Threshold]  #: by effect


_EXPRESSION = Threshold("alpha_expression", ALPHAS, 0.01, "p(expression) below")

CRITERIA: Mapping[str, Criterion] = {
    "two_way": Criterion(
        "two-way ANOVA without replication",
        {
            "expression": _EXPRESSION,
            "identity": Threshold("alpha_identity", ALPHAS, 0.01, "p(identity) above"),
        },
    ),
    "one_way": Criterion("one-way ANOVA", {"expression": _EXPRESSION}),
    "omega2": Criterion(
        "effect sizes from a two-way ANOVA without replication",
        {
            "expression": Threshold("omega2_expression", OMEGAS, 0.06, "ω²(expression) above"),
            "identity": Threshold("omega2_identity", OMEGAS, 0.06, "ω²(identity) below"),
        },
    ),
}


def choice_of(selectivity: Mapping) -> dict[str, str | float | None]:
    """`criterion`, `threshold_expression` and `threshold_identity` of a study; null where identity plays no part."""
    thresholds = CRITERIA[selectivity["criterion"]].thresholds
    values = {effect: selectivity[threshold.key] for effect, threshold in thresholds.items()}
    return {
        "criterion": selectivity["criterion"],
        **{f"threshold_{effect}": values.get(effect) for effect in ("expression", "identity")},
    }


def in_words(selectivity: Mapping) -> str:
    """What a unit passes to be selective, such as "p(expression) below 0.01, one-way ANOVA"."""
    looks_at, thresholds = CRITERIA[selectivity["criterion"]]
    passed = " and ".join(f"{threshold.words} {selectivity[threshold.key]}" for threshold in thresholds.values())
    return f"{passed}, {looks_at}"
