"""What the criteria of selectivity and their thresholds are called: in captions, in figures and in the tables of keys.

It stands apart from `criteria`, which localizing and selecting import: other words select no unit again.
"""

from collections.abc import Mapping

from mien.configuration.criteria import CRITERIA

#: The statistics that a criterion's thresholds are of.
STATISTICS: Mapping[str, str] = {
    "two_way": "two-way ANOVA without replication",
    "one_way": "one-way ANOVA",
    "omega2": "effect sizes from a two-way ANOVA without replication",
}

#: What is said before a threshold's value, by its key.
THRESHOLDS: Mapping[str, str] = {
    "alpha_expression": "p(expression) below",
    "alpha_identity": "p(identity) above",
    "omega2_expression": "ω²(expression) above",
    "omega2_identity": "ω²(identity) below",
}


def in_words(selectivity: Mapping) -> str:
    """What a unit passes to be selective, such as "p(expression) below 0.01, one-way ANOVA"."""
    keys = [threshold.key for threshold in CRITERIA[selectivity["criterion"]].values()]
    passed = " and ".join(f"{THRESHOLDS[key]} {selectivity[key]}" for key in keys)
    return f"{passed}, {STATISTICS[selectivity['criterion']]}"
