"""`stimuli.sets`: the stimulus sets. The `source` of a set says which keys it has."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from mien.configuration.sections import Count, Once, Section, Words, optional, refuse
from mien.halves import FEWEST_LOCALIZED

Identities = Annotated[int, Field(ge=2), Words(f"2 or more; the localizer {FEWEST_LOCALIZED}")]
Continua = Annotated[list[str], Field(min_length=1), Once, Words("such as `happiness-anger`")]
Levels = Annotated[int, Field(ge=5, le=999)]
CONTINUA = optional(
    "Between two of the study's expressions. Level 0 is all of the first, 1 all of the second.",
    "the publication's seven, as far as the study has their expressions",
)
LEVELS = Field(
    description="Inner levels, equally spaced; 19 are .05, .10 … .95. The logistic has four parameters and needs five."
)


class Faces(Section):
    """Synthetic faces, made by the workflow."""

    source: Literal["parametric", "ict"] = Field(
        description="Synthetic faces, drawn by the workflow with nothing but numpy; or ones of the ICT face model, "
        "which look more like photographs."
    )
    identities: Identities = Field(
        description="How many, each showing all expressions. Each set has identities of its own. The localizer "
        "is halved by identity, and each half needs two."
    )
    variation: Annotated[str, Words("a name from `variations`")] = Field(description="How its pictures differ.")


class Pictures(Section):
    """Pictures of the user's own that are ready."""

    source: Literal["pictures"] = Field(description="Pictures of your own that are ready.")
    table: Annotated[str, Words("a CSV file")] = Field(
        description="The list of pictures, relative to the folder where Snakemake runs. See below."
    )


class Database(Section, extra="allow"):
    """Where photographs are. Its further keys are choices among the pictures of that database."""

    name: Annotated[str, Words("a database, `pattern` or `list`")] = Field(
        description="Whose names of files are known; or files of your own, told by their names or by a list."
    )
    folder: Annotated[str, Words("a folder")] = optional(
        "All but `list`: where the files are, relative to the folder where Snakemake runs.", "required"
    )
    pattern: Annotated[str, Words("a regular expression")] = optional(
        "`pattern`: what a whole file's name matches, ending included, in small or capital letters, with the groups "
        "`identity` and `expression`. A group `number` orders several pictures of one expression, and the first is "
        "taken; each further named group is a choice.",
        "required",
    )
    codes: Annotated[dict[str, str], Field(min_length=1), Words("`{CODE: expression}`")] = optional(
        "`pattern`: what the group `expression` holds for which expression.", "the words themselves"
    )
    file: Annotated[str, Words("a CSV file")] = optional(
        "`list`: with the columns `file` (relative to the CSV), `expression` and `identity` (left out where nobody is "
        "named). Of several pictures of an identity's expression the first row is taken.",
        "required",
    )


class Photographs(Section):
    """Photographs, of which the workflow makes stimuli."""

    source: Literal["photographs"] = Field(description="Photographs, of which the workflow makes stimuli.")
    databases: Annotated[list[Database], Field(min_length=1), Words("a list")] = Field(
        description="Where they are. See below."
    )
    identities: Identities = optional("So many of those who show all expressions, drawn by the study's seed.", "all")
    incomplete: Literal["stop", "drop"] = Field(
        "stop",
        description="An identity that lacks an expression, or of which a picture cannot be used, stops the study with "
        "a list of all; or it is left out, and the next one of the draw takes its place.",
    )
    per_expression: Count = optional(
        "Of a database that names nobody: so many of each expression, drawn by the study's seed; every picture is an "
        "identity of its own."
    )

    @model_validator(mode="after")
    def _counts_one_way(self) -> Self:
        if self.identities is not None and self.per_expression is not None:
            refuse(
                "identities are taken where a database names them, and per_expression where it names nobody. "
                "Leave out one of the two"
            )
        return self


class MorphedFaces(Faces):
    """Synthetic faces between two expressions."""

    continua: Continua = CONTINUA
    levels: Levels = LEVELS


class MorphedPhotographs(Section):
    """Morphs between photographs of another set."""

    source: Literal["photographs"] = Field(description="Morphs of the photographs of another set.")
    of: Annotated[str, Words("a set")] = Field(
        description="Whose identities are morphed. Those of the localizer are labelled `same_identities`, as the "
        "publication's are."
    )
    mouth: Literal["plain", "weighted"] = Field(
        "plain",
        description="How the ends mix inside the lips, by level alone or also by how open each mouth is, so that teeth "
        "don't shine through lips that are closed at the other end.",
    )
    continua: Continua = CONTINUA
    levels: Levels = LEVELS


Set = Annotated[Faces | Pictures | Photographs, Field(discriminator="source")]
Morphs = Annotated[MorphedFaces | Pictures | MorphedPhotographs, Field(discriminator="source")]


def _enough_to_halve(localizer: Faces | Pictures | Photographs) -> Faces | Pictures | Photographs:
    if getattr(localizer, "per_expression", None) is not None:
        refuse("the localizer needs identities that show every expression: say identities", "per_expression")
    if (getattr(localizer, "identities", None) or FEWEST_LOCALIZED) < FEWEST_LOCALIZED:
        refuse(f"expected at least {FEWEST_LOCALIZED}, two for either half", "identities")
    return localizer


class Sets(Section):
    """The stimulus sets that a study may have."""

    localizer: Annotated[Set, AfterValidator(_enough_to_halve)]
    controlled: Set = optional()
    wild: Set = optional()
    morphs: Morphs = optional()
