"""`variations`: how pictures differ."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from mien.configuration.sections import Section, Share, Words, optional, refuse

Degrees = Annotated[float, Field(ge=0, le=90), Words("degrees, 0 to 90")]
Size = Annotated[float, Field(ge=0, le=1), Words("share of the size")]
Side = Annotated[float, Field(ge=0, le=1), Words("share of the picture's side")]
Strength = Annotated[float, Field(ge=0, le=2)]


class Variation(Section):
    """How the pictures of a set or diet differ. Objects, and the faces of diets, read only the first eight keys."""

    yaw: Degrees = optional("Turning to the side.", "0")
    pitch: Degrees = optional("Nodding.", "0")
    roll: Degrees = optional("Tilting.", "0")
    scale: Size = optional("Larger and smaller.", "0")
    shift: Side = optional("Place in the picture, across and down.", "0")
    light: Degrees = optional("Direction of the main light, across and up.", "0")
    brightness: Share = optional("Strength of all light.", "0")
    contrast: Share = optional("Main light against the rest: how deep shadows are.", "0")
    intensity_low: Strength = optional(
        "Lower end of the range from which a picture's strength of expression is drawn; 1 is the prototype's full "
        "strength.",
        "1",
    )
    intensity_high: Strength = optional("Its upper end.", "1")
    jitter: Share = optional(
        "Personal style: standard deviation of each action unit's strength, relative to the prototype's.", "0"
    )
    extra: Annotated[float, Field(ge=0, le=1), Words("share of full strength")] = optional(
        "Personal style: action units that are not of the prototype join in. Without style all identities would show "
        "one and the same expression.",
        "0",
    )

    @model_validator(mode="after")
    def _is_a_range(self) -> Self:
        low, high = self.intensity_low, self.intensity_high
        low, high = 1 if low is None else low, 1 if high is None else high
        if low > high:
            refuse(f"intensity_low {low:g} is above intensity_high {high:g}")
        return self
