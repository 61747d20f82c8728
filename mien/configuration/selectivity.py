"""`selectivity`: which units are selective, and what their count is held against."""

from typing import Annotated

from pydantic import AfterValidator, Field

from mien.configuration.grids import ALPHAS
from mien.configuration.sections import Count, Section, Words, refuse


def _on_the_grid(alpha: float) -> float:
    if alpha not in ALPHAS:
        refuse(
            f"{alpha:g} is not on the grid for which the null of the count is kept. Expected one of "
            f"{', '.join(map(str, ALPHAS))}"
        )
    return alpha


Alpha = Annotated[
    float, Field(gt=0, lt=1), AfterValidator(_on_the_grid), Words(", ".join(f"{alpha}" for alpha in ALPHAS))
]


class Selectivity(Section):
    """The criterion of selection, its null, and the controls."""

    alpha_expression: Alpha = Field(0.01, description="Criterion for an effect of expression.")
    alpha_identity: Alpha = Field(
        0.01,
        description="Criterion for no effect of identity. The null of the count is kept for every pair of these five, "
        "so that another criterion extracts nothing again: only selection, and what follows it, reruns.",
    )
    permutations: Annotated[int, Field(ge=20)] = Field(
        100,
        description="Shuffles of the expressions within each identity, the same for all units: how many units pass "
        "when expression means nothing. The smallest `p_count` is 1 / (1 + permutations).",
    )
    null_units: Count = Field(
        110000,
        description="At most so many units of a layer are counted under shuffling; of a wider layer a random sample, "
        "whose counts are scaled up. The permutations' sums take 48 bytes × permutations × units: 0.5 GB by default, "
        "for all of `conv5_3` at full size.",
    )
    control_draws: Count = Field(
        5, description="Draws of either group of control units, as many units each as are selective."
    )
    control_units: Count = Field(
        100,
        description="Units of a draw where none is selective, as where identity reaches every unit: only there are "
        "controls not as many as the selective units, but for a layer that has too few to draw from. `n_units` and "
        "`status` say so.",
    )
