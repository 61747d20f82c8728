"""Networks of any installed package: a class or function of it, called with the arguments given."""

import importlib
from collections.abc import Mapping
from importlib import metadata
from typing import TYPE_CHECKING

from mien.errors import InputError
from mien.networks.zoo.constructor import constructed, found_in
from mien.networks.zoo.interface import OWN, Zoo, from_of
from mien.provenance import ROOT, digest_of_files

if TYPE_CHECKING:
    from torch import nn

#: Where a lab says which packages there are beside the locked ones.
EXTRA = ROOT / "requirements-extra.txt"
#: What conda installs beside these.
CONDA = ROOT / "envs/torch.yaml"


def check_keys(architecture: Mapping, allowed: tuple[str, ...], why: str) -> None:
    """Raise `InputError` where an architecture has another key than those allowed."""
    for key in architecture:
        if key not in ("from", "input_size", *allowed):
            raise InputError(f"architecture.{key}: not a key of a network from {architecture['from']}. {why}")
    if "name" in allowed and not architecture.get("name"):
        raise InputError(f"architecture.name: missing. Name the model, class or function of {architecture['from']}")


def check(architecture: Mapping) -> None:
    """Raise `InputError` where a key is not for a package, or there can be none of its name, or it is a hub."""
    package = architecture["from"]
    if not all(map(str.isidentifier, package.split("."))):
        meant = package.replace("-", "_")
        raise InputError(
            f"architecture.from: '{package}': expected a zoo (torchvision, timm, open_clip), the name by which Python "
            "imports a package, or a file that ends in .py or .pt2 (weights are named in the network's `weights`)"
            + (f". Did you mean {meant}?" if meant.isidentifier() else "")
        )
    check_keys(
        architecture, ("name", "arguments"), "Write it in `arguments`, by the name that its constructor has for it"
    )
    if f"{package}.{architecture['name']}".startswith("torch.hub"):
        raise InputError(
            "architecture.from: torch.hub fetches code and runs it, which mien does not. Copy the code into a file and "
            "write from: networks/FILE.py, or install its package"
        )


def build(architecture: Mapping, seed: int) -> "nn.Module":
    """See `Zoo.build`. Raises `InputError` where the package is not installed or has nothing of that name."""

    def make() -> object:
        return found_in(_module(architecture["from"]), architecture)(**architecture.get("arguments", {}))

    return constructed(make, architecture, seed)


def _module(package: str) -> object:
    try:
        return importlib.import_module(package)
    except ModuleNotFoundError as error:
        if error.name is None or not f"{package}.".startswith(f"{error.name}."):
            raise  # something that the package itself needs
        raise InputError(
            f"architecture.from: '{package}': no such module is installed. Write its package into {EXTRA.name}, beside "
            "requirements.txt, and run the same command again; a file of your own ends in .py or .pt2"
        ) from None


def version_of(package: str) -> str:
    """The installed version of the package that a module is of.

    Where Snakemake has none, as with `--use-conda`, a digest of what says which version conda installs.
    """
    root = package.partition(".")[0]
    try:
        return metadata.version(root)
    except metadata.PackageNotFoundError:
        of_modules = metadata.packages_distributions()
    return metadata.version(of_modules[root][0]) if root in of_modules else digest_of_files([EXTRA, CONDA])


ZOO = Zoo(
    known=lambda architecture: from_of(architecture) != OWN,
    check=check,
    build=build,
    source=lambda architecture: version_of(architecture["from"]),
)
