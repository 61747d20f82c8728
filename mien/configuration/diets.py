"""`diets`: what networks are trained on. A diet's `source` says which keys it has."""

from typing import Annotated, Literal

from pydantic import Field

from mien.configuration.sections import Count, Section, Words, optional


class _Diet(Section):
    source: str
    classes: Annotated[int, Field(ge=2)] = Field(
        description="Classes to tell apart. Equal in diets that are compared. Of a folder: how many subfolders it has."
    )
    images: Count = Field(description="Pictures of a class to learn from.")
    heldout: Count = Field(
        description="Further pictures of a class, never learnt from: they tell whether training worked."
    )


class _Drawn(_Diet):
    variation: Annotated[str, Words("a name from `variations`")] = Field(
        description="How its pictures differ. Equal in diets that are compared."
    )


class Faces(_Drawn):
    """Faces drawn by the workflow, alone or beside objects."""

    source: Literal["parametric", "mixed"] = Field(
        description="A class is an identity; or, `mixed`, for the first half of the classes an identity and for the "
        "others a category of objects."
    )
    shows: Literal["mixtures", "expressions"] = optional(
        "What faces do: two to six action units at random, never one of the six basic expressions; or the study's "
        "expressions in turn, with the variation's intensity and style. `label` stays the identity, and `expression` "
        "says which.",
        "`mixtures`",
    )


class Objects(_Drawn):
    """Objects drawn by the workflow."""

    source: Literal["objects"] = Field(description="A class is a category of objects; there are 54.")


class Folder(_Diet):
    """Labelled pictures of the user's own."""

    source: Literal["folder"] = Field(
        description="A class is a subfolder of your own labelled pictures, as of torchvision's `ImageFolder`."
    )
    folder: Annotated[str, Words("a folder")] = Field(
        description="One subfolder a class, each with at least `images` + `heldout` pictures, of the same kinds as in "
        "a list of your own. Hidden files, and what systems leave in folders (`__MACOSX`, `@eaDir`), are passed over. "
        "As many as are needed are drawn, by the study's seed. The same picture twice stops the run."
    )


Diet = Annotated[Faces | Objects | Folder, Field(discriminator="source")]
