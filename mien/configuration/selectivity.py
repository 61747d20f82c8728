"""`selectivity`: which units are selective, and what their count is held against."""

from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, create_model, model_validator

from mien.configuration import criteria_words
from mien.configuration.criteria import CRITERIA, Threshold
from mien.configuration.sections import Count, Section, Words, optional, refuse


class _Criterion(Section):
    criterion: Literal[*CRITERIA] = Field(
        "two_way",
        description="What a unit must pass. The null of the count is kept for every criterion, at every value of its "
        "thresholds, so that another criterion extracts nothing again: only selection, and what follows it, reruns.",
    )


#: Every threshold, by its key.
_THRESHOLDS = {threshold.key: threshold for own in CRITERIA.values() for threshold in own.values()}


def _on_its_grid(threshold: Threshold) -> tuple[Any, Any]:
    """The type and the field of a threshold, which may be left out."""
    values = ", ".join(map(str, threshold.grid))

    def check(value: float) -> float:
        if value not in threshold.grid:
            refuse(f"{value:g} is not on the grid for which the null of the count is kept. Expected one of {values}")
        return value

    of = ", ".join(f"`{name}`" for name, own in CRITERIA.items() if threshold in own.values())
    meaning = f"{of}: a selective unit has {criteria_words.THRESHOLDS[threshold.key]} this value."
    kind = Annotated[float, Field(gt=0, lt=1), AfterValidator(check), Words(values)]
    return kind, optional(meaning, f"`{threshold.default}`")


_Thresholds = create_model(
    "_Thresholds", __base__=_Criterion, **{key: _on_its_grid(threshold) for key, threshold in _THRESHOLDS.items()}
)


class Selectivity(_Thresholds):
    """The criterion of selection, its null, and the controls."""

    permutations: Annotated[int, Field(ge=20)] = Field(
        100,
        description="Shuffles of the expressions within each identity, the same for all units: how many units pass "
        "when expression means nothing. The smallest `p_count` is 1 / (1 + permutations).",
    )
    null_units: Count = Field(
        110000,
        description="At most so many units of a layer are counted under shuffling; of a wider layer a random sample, "
        "whose counts are scaled up. During a pass their responses lie in a temporary file beside its results: "
        "4 bytes × units × pictures, 0.3 GB of 624 pictures by default.",
    )
    all_units: Count = Field(
        250000,
        description="At most so many varying units of a layer are its group `all`; of a wider layer a random sample, "
        "and `status` says so. During a pass their responses to the localizer, and to up to 640 other pictures, lie in "
        "a temporary file beside its results: 4 bytes × units × pictures, 1.3 GB a layer by default at the "
        "publication's sizes.",
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
