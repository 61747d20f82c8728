"""Networks of a lab's own Python file: a class or function in it, called with the arguments given.

The file is run, as any code of the lab's would be.
"""

import importlib.util
import os.path
import sys
from collections.abc import Mapping
from modulefinder import ModuleFinder
from pathlib import Path
from typing import TYPE_CHECKING

from mien.errors import InputError
from mien.networks.zoo.constructor import constructed
from mien.networks.zoo.interface import Zoo
from mien.networks.zoo.packages import check_keys
from mien.provenance import digest_of_files

if TYPE_CHECKING:
    from types import ModuleType

    from torch import nn


def file_of(architecture: Mapping) -> Path:
    """The file that an architecture is from. Raises `InputError` where there is none."""
    path = Path(os.path.expanduser(architecture["from"]))
    if not path.is_file():
        raise InputError(f"architecture.from: {path}: no such file. Paths are relative to where the study runs")
    return path


def check(architecture: Mapping) -> None:
    """Raise `InputError` where the file is missing or no Python, or a key is not for it."""
    check_keys(
        architecture, ("name", "arguments"), "Write it in `arguments`, by the name that your function has for it"
    )
    path = file_of(architecture)
    try:
        compile(path.read_bytes(), path, "exec")
    except (SyntaxError, ValueError) as error:
        raise InputError(f"architecture.from: {path}: not a Python file that can be read ({error})") from None


def build(architecture: Mapping, seed: int) -> "nn.Module":
    """See `Zoo.build`. Raises `InputError` where the file fails or has nothing of that name."""
    path, name = file_of(architecture), architecture["name"]

    def make() -> object:
        module = _run(path)
        if not hasattr(module, name):
            raise InputError(f"architecture.name: '{name}': {path} defines nothing of this name")
        return getattr(module, name)(**architecture.get("arguments", {}))

    return constructed(make, architecture, seed)


def _run(path: Path) -> "ModuleType":
    """The file as a module, which may import those beside it, as a script may."""
    spec = importlib.util.spec_from_file_location(f"_{path.stem}_of_a_study", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses and pickles look a class's module up
    sys.path.insert(0, str(path.parent.resolve()))
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.pop(0)
    return module


def source(architecture: Mapping) -> str:
    """A digest of the file and of all that it imports from its own folder."""
    path = Path(os.path.expanduser(architecture["from"]))
    finder = ModuleFinder(path=[str(path.parent)])
    try:
        finder.run_script(str(path))
    except (OSError, SyntaxError, ValueError):  # for `check`, or the first job, to tell
        return digest_of_files([path])
    return digest_of_files(
        sorted({path, *(module.__file__ for module in finder.modules.values() if module.__file__)}, key=str)
    )


ZOO = Zoo(
    known=lambda architecture: architecture.get("from", "").endswith(".py"), check=check, build=build, source=source
)
