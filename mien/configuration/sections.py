"""What all sections of a configuration share: unknown keys are refused, nothing is taken for what it is not."""

import difflib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, NoReturn

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, model_validator
from pydantic_core import PydanticCustomError


@dataclass(frozen=True)
class Words:
    """What the values of a key are, as config/README.md says it, where its type does not."""

    values: str


def refuse(said: str, *keys: str) -> NoReturn:
    """Refuse a section in a validator: the message names the section, and those keys in it."""
    raise PydanticCustomError("refused", "{said}", {"said": said, "keys": keys})


def optional(description: str | None = None, otherwise: str = "none") -> Any:
    """A key that may be left out, and is then not there: `otherwise` says what that means.

    A section within a section needs no description: its own keys have theirs.
    """
    return Field(
        default=None,
        exclude_if=lambda value: value is None,
        description=description,
        json_schema_extra={"otherwise": otherwise},
    )


class Section(BaseModel):
    """A mapping of the configuration. A subclass with `extra="allow"` leaves its further keys to others."""

    model_config = ConfigDict(strict=True, extra="forbid", defer_build=True)

    @model_validator(mode="before")
    @classmethod
    def _refuse_unknown_keys(cls, given: Any) -> Any:
        unknown = isinstance(given, Mapping) and cls.model_config["extra"] == "forbid" and set(given) - set(cls.keys())
        if unknown:
            first, known = sorted(unknown)[0], ", ".join(sorted(cls.keys()))
            near = difflib.get_close_matches(first, cls.keys(), n=1)
            if not near and "source" in cls.model_fields:
                raise PydanticCustomError("not_of_source", "{known}", {"known": known, "keys": [first]})
            hint = f"Did you mean '{near[0]}'? " if near else ""
            refuse(f"unknown key '{first}'. {hint}Expected one of {known}")
        return given

    @classmethod
    def keys(cls) -> list[str]:
        """Its keys as a configuration has them."""
        return [field.alias or name for name, field in cls.model_fields.items()]


def _once(values: list) -> list:
    for value in values:
        if values.count(value) > 1:
            refuse(f"{value} is listed twice. List each once")
    return values


def form(expected: str, of: Callable[[Any], str | None] | None = None) -> Discriminator:
    """What tells apart the forms that a value may have, each a `Tag`: `of` gives the tag of a value.

    Without `of` these are `Tag("<text>")` and `Tag("<mapping>")`. No tag can be the name of a key.
    """
    return Discriminator(of or _text_or_mapping, custom_error_type="form", custom_error_message=expected)


def _text_or_mapping(given: Any) -> str | None:
    if isinstance(given, Mapping):
        return "<mapping>"
    return "<text>" if isinstance(given, str) else None


#: A list that names each thing once.
Once = AfterValidator(_once)

Name = Annotated[str, Field(pattern="^[A-Za-z0-9][A-Za-z0-9_]*$")]
Text = Annotated[list[str], Field(min_length=1), Once]
Count = Annotated[int, Field(ge=1)]
Positive = Annotated[float, Field(gt=0)]
Share = Annotated[float, Field(ge=0, le=1), Words("share")]
Sources = Annotated[list[str], Field(min_length=1), Words("list of URLs and paths")]
Digest = Annotated[Annotated[str, Field(pattern="^[0-9a-f]{64}$")] | None, Words("64 hexadecimal digits, or `null`")]
