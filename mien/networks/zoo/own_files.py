"""Networks of a lab's own Python file: a class or function in it, called with the arguments given.

The file is run, as any code of the lab's would be.
"""

import importlib.util
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from mien.downloads.places import local_path
from mien.errors import InputError
from mien.networks.zoo.constructor import constructed, found_in
from mien.networks.zoo.interface import Zoo, from_of
from mien.networks.zoo.packages import check_keys
from mien.provenance import digest_of_files, imported_by, reached_from

if TYPE_CHECKING:
    from types import ModuleType

    from torch import nn


def file_of(architecture: Mapping) -> Path:
    """The file that an architecture is from. Raises `InputError` where there is none."""
    path = local_path(architecture["from"])
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
    path = file_of(architecture)

    def make() -> object:
        with _importing_from(path.parent):  # also what the function imports when it is called
            return found_in(_run(path), architecture)(**architecture.get("arguments", {}))

    return constructed(make, architecture, seed)


@contextmanager
def _importing_from(folder: Path) -> Iterator[None]:
    """Modules in a folder can be imported, as those beside a script."""
    before = list(sys.path)
    sys.path.insert(0, str(folder.resolve()))
    try:
        yield
    finally:
        sys.path[:] = before


def _run(path: Path) -> "ModuleType":
    """The file as a module."""
    spec = importlib.util.spec_from_file_location(f"_{path.stem}_of_a_study", path)
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses and pickles look a class's module up
    spec.loader.exec_module(module)
    return module


def source(architecture: Mapping) -> str:
    """A digest of the file and of all that it imports from its own folder, and that these import."""
    path = local_path(architecture["from"])

    def imports(file: Path) -> set[Path]:
        with suppress(OSError, SyntaxError, ValueError):  # for `check`, or the first job, to tell
            return imported_by(file, path.parent)
        return set()

    return digest_of_files(reached_from([path], imports))


ZOO = Zoo(known=lambda architecture: from_of(architecture).endswith(".py"), check=check, build=build, source=source)
