"""`selectivity`: which units are selective, and what their count is held against."""

from collections.abc import Sequence
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from mien.configuration import grids
from mien.configuration.criteria import CRITERIA
from mien.configuration.sections import Count, Section, Words, optional, refuse

#: Every threshold, by its key.
_THRESHOLDS = {threshold.key: threshold for own in CRITERIA.values() for threshold in own.values()}


def _on(grid: Sequence[float]) -> Any:
    """A value on the grid."""

    def check(value: float) -> float:
        if value not in grid:
            refuse(
                f"{value:g} is not on the grid for which the null of the count is kept. Expected one of "
                f"{', '.join(map(str, grid))}"
            )
        return value

    return Annotated[float, Field(gt=0, lt=1), AfterValidator(check), Words(", ".join(map(str, grid)))]


def _threshold(key: str, meaning: str) -> Any:
    """A key that some criteria have: `meaning` follows their names."""
    of = ", ".join(
        f"`{name}`" for name, own in CRITERIA.items() if key in {threshold.key for threshold in own.values()}
    )
    return optional(f"{of}: {meaning}", f"`{_THRESHOLDS[key].default}`")


class Selectivity(Section):
    """The criterion of selection, its null, and the controls."""

    criterion: Literal[*grids.CRITERIA] = Field(
        "two_way",
        description="What a unit must pass. The null of the count is kept for every criterion, at every value of its "
        "thresholds, so that another criterion extracts nothing again: only selection, and what follows it, reruns.",
    )
    alpha_expression: _on(grids.ALPHAS) = _threshold(
        "alpha_expression", "there is an effect of expression if p is below."
    )
    alpha_identity: _on(grids.ALPHAS) = _threshold("alpha_identity", "there is no effect of identity if p is above.")
    omega2_expression: _on(grids.OMEGAS) = _threshold(
        "omega2_expression", "there is an effect of expression if omega squared is above."
    )
    omega2_identity: _on(grids.OMEGAS) = _threshold(
        "omega2_identity", "there is no effect of identity if omega squared is below."
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

    @model_validator(mode="after")
    def _give_the_criterion_its_thresholds(self) -> Self:
        own = {threshold.key: threshold.default for threshold in CRITERIA[self.criterion].values()}
        for key in _THRESHOLDS:
            given = getattr(self, key)
            if given is not None and key not in own:
                refuse(
                    f"not a key of the criterion '{self.criterion}', whose thresholds are {' and '.join(own)}. "
                    "Leave it out",
                    key,
                )
            setattr(self, key, own.get(key) if given is None else given)
        return self
