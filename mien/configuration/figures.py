"""`figures`: what is drawn."""

from typing import Annotated

from pydantic import Field, Tag

from mien.configuration.sections import Once, Section, Words, form


class Figures(Section):
    """The networks and the layer that figures show."""

    focus: Annotated[str, Words("a network")] = Field(
        description="The network of figures 1 to 3, and of the curves of figure 8. Its first seed is the one whose "
        "units figure 1 shows."
    )
    layer: Annotated[
        Annotated[str, Tag("<text>")] | Annotated[dict[str, str], Tag("<mapping>")],
        form("the name of a layer, or {NETWORK: LAYER} for every network that is drawn"),
        Words("a layer, or `{NETWORK: LAYER}`"),
    ] = Field(
        description="The layer drawn; every network that is drawn must have it among its `layers`. At these layers "
        "networks are compared whatever the layers' names (`similarity_differences`)."
    )
    compare: Annotated[list[str], Field(min_length=1, max_length=12), Once, Words("list of 1 to 12 networks")] = Field(
        description="The networks of figures 4 to 8 and 10, in this order."
    )
