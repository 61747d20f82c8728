"""How a network wants its pictures: as the configuration says, else as its zoo publishes it, else by default."""

import json
from collections.abc import Mapping
from pathlib import Path

from mien.atomic import atomically
from mien.errors import InputError
from mien.networks.architectures import called, zoo_of
from mien.networks.zoo.interface import OWN, from_of

#: What nobody says; the size has no default.
DEFAULT = {
    "crop": 1,
    "interpolation": "bilinear",
    "scale": 1,
    "mean": [0, 0, 0],
    "sd": [1, 1, 1],
    "channels": "rgb",
}
CONFIGURED, PUBLISHED, DEFAULTED = "configuration", "published", "default"


def resolved(architecture: Mapping, given: Mapping) -> dict[str, object]:
    """All that `mien.networks.preprocess.prepare` needs to know.

    Args:
        architecture: what its zoo publishes is looked up by it. `input_size`, where it is given, is the size.
        given: what else the configuration says. Where it reverses the order of the channels that is published, the
            published mean and sd are reversed too.

    Raises:
        InputError: nobody says what size the input has.
    """
    return {key: value for key, (value, _) in with_origins(architecture, given).items()}


def with_origins(architecture: Mapping, given: Mapping) -> dict[str, tuple[object, str]]:
    """As `resolved`, each value with where it is from: `configuration`, `published` by the zoo, or `default`."""
    published = zoo_of(architecture).input(architecture)
    if given.get("channels", "rgb") != published.get("channels", "rgb"):
        published |= {key: published[key][::-1] for key in ("mean", "sd") if key in published}
    given = {**given, "size": architecture["input_size"]} if "input_size" in architecture else given
    sources = ((CONFIGURED, given), (PUBLISHED, published), (DEFAULTED, DEFAULT))
    found = {}
    for key in ("size", *DEFAULT):
        value = next(((source[key], origin) for origin, source in sources if key in source), None)
        if value is None:
            raise InputError(
                f"input.size: missing, and nobody publishes it for {called(architecture)}. Give the side of its input "
                "in pixels, such as size: 224"
            )
        found[key] = value
    return found


def write(architecture: Mapping, given: Mapping, path: str | Path) -> None:
    """Write `resolved` as JSON, and in `from` the origin of each value."""
    found = with_origins(architecture, given)
    content = {key: value for key, (value, _) in found.items()}
    content["from"] = {key: origin for key, (_, origin) in found.items()}
    with atomically(path) as partial:
        partial.write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")


def notes(architecture: Mapping, given: Mapping) -> list[str]:
    """What to tell people of a network of others of which nobody says how it wants the levels of pictures."""
    origins = with_origins(architecture, given)
    said = any(origins[key][1] != DEFAULTED for key in ("scale", "mean", "sd"))
    if said or from_of(architecture) == OWN:
        return []
    return [
        "nobody says how it wants the levels of pictures, so it gets them as they are, 0 to 255. Give input.scale, "
        "mean and sd if that is wrong"
    ]
