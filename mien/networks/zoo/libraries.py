"""What the zoos of installed libraries share: what they refuse, near names, and digests in names of files. Light."""

import difflib
import re
from collections.abc import Collection, Mapping

from mien.errors import InputError
from mien.networks.zoo.packages import check_keys


def check(architecture: Mapping, taken: Mapping[str, str]) -> None:
    """Raise `InputError` where an architecture has what no network of a library can be built with.

    Args:
        architecture: `name`, a model of the library, perhaps with `.TAG`; and `arguments` of its constructor.
        taken: arguments that are not to be given, and what to do instead.
    """
    check_keys(architecture, ("name", "classes", "arguments"), "Leave it out")
    name = architecture["name"]
    if re.search(r"[:/\\]", name):
        raise InputError(
            f"architecture.name: '{name}' is of a hub or a folder, whose configuration and code are not run here. Give "
            f"the name of a model that {architecture['from']} has by itself, and its weights as weights.from"
        )
    for argument in architecture.get("arguments", {}):
        if argument in taken:
            raise InputError(f"architecture.arguments.{argument}: leave it out; {taken[argument]}")


def unknown(name: str, kind: str, known: Collection[str]) -> InputError:
    """The error that there is no model of a name: it lists the tags of a known model, or models with names like it.

    Args:
        kind: of models, such as `model of timm`.
        known: their names, with and without tags.
    """
    model, _, tag = name.partition(".")
    if tag and model in known:
        tags = [other.removeprefix(f"{model}.") for other in sorted(known) if other.startswith(f"{model}.")]
        return InputError(f"architecture.name: '{name}': {model} has no '{tag}'; it has {', '.join(tags) or 'no tags'}")
    near = difflib.get_close_matches(name, known, n=3) or difflib.get_close_matches(model, known, n=3, cutoff=0)
    return InputError(f"architecture.name: '{name}' is no {kind}; did you mean {' or '.join(near)}?")


def digest_in(url: str) -> dict[str, str]:
    """As `sha256_starts` the beginning of a file's SHA-256 that its name has, as `resnet50-11ad3fa6.pth`; else {}.

    Source: torch.hub.load_state_dict_from_url, which checks it where it is asked to.
    """
    found = re.search(r"-([0-9a-f]{8,64})\.", url.rpartition("/")[2])
    return {"sha256_starts": found[1]} if found else {}
