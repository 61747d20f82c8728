"""Which code and which files a result was made of, as digests. Standard library only: the Snakefile imports it."""

import ast
import hashlib
import importlib
import json
import os
from collections.abc import Callable, Collection, Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parent.parent
_SMALL = 10**6  # bytes; Snakemake's --max-checksum-file-size


def digest_of_file(path: str | Path) -> str:
    """SHA-256 of a file's bytes, as hexadecimal digits."""
    with open(path, "rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def digest_of_files(paths: Iterable[str | Path]) -> str:
    """SHA-256 over the names of files and their contents, or, of those over 1 MB, their sizes and times of change.

    Snakemake compares its inputs so, too, but overlooks those that are older than the result. A file that is missing or
    cannot be read counts by its name alone. 28,000 pictures of 20 kB take 2 s.
    """
    digest = hashlib.sha256()
    for path in sorted(map(str, paths)):
        content = ""
        with suppress(OSError, ValueError):  # a name may be too long, or hold a NUL
            if os.path.isfile(path):  # no pipe, from which reading would wait
                status = os.stat(path)
                small = status.st_size <= _SMALL
                content = digest_of_file(path) if small else f"{status.st_size} {status.st_mtime_ns}"
        digest.update(f"{path}\0{content}\n".encode(errors="surrogateescape"))
    return digest.hexdigest()


def digest_of(value: object) -> str:
    """SHA-256 of a value that JSON can hold, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def load(module: str) -> ModuleType:
    """A module that a job's params name; its rule's `code` names it, too: `digest_of_code(script, module)`."""
    return importlib.import_module(module)


def code_behind(script: str | Path, *loaded: str) -> list[Path]:
    """The files of `mien` that a script imports, directly or through another, sorted; lazy imports count too.

    Args:
        loaded: modules that it imports by `load`.
    """
    return sorted(reached_from([Path(script), *_files_of(loaded, ROOT)], _imports) - {Path(script)})


def reached_from(files: Iterable[Path], imports: Callable[[Path], Collection[Path]]) -> set[Path]:
    """Files, with all that they import, directly or through another."""
    found = set(files)
    waiting = list(found)
    while waiting:
        new = set(imports(waiting.pop())) - found
        found |= new
        waiting += new
    return found


def digest_of_code(script: str | Path, *loaded: str) -> str:
    """SHA-256 over names and contents of `code_behind(script, *loaded)`: changes if, and only if, that code does."""
    digest = hashlib.sha256()
    for path in code_behind(script, *loaded):
        digest.update(f"{path.relative_to(ROOT)} {digest_of_file(path)}\n".encode())
    return digest.hexdigest()


def made_of(inputs: Mapping[str, str | Iterable[str]], params: Mapping[str, object]) -> dict[str, object]:
    """What a result is made of, for `tables.write`: a digest of each input file, and every parameter of the job.

    But for `files`, a job's `digest_of_files`: it may hold times, and the same pictures give the same bytes anywhere.
    And for `passes`, which say where files lie that a job may find, or leave for others.
    """
    return {
        "inputs": {
            name: digest_of_file(files) if isinstance(files, str | Path) else [digest_of_file(file) for file in files]
            for name, files in inputs.items()
        },
        "params": {name: value for name, value in params.items() if name not in ("files", "passes")},
    }


def imported_by(file: Path, folder: Path) -> set[Path]:
    """The modules in a folder that a file in it imports, wherever it does, with the `__init__.py` of their packages.

    Raises `OSError`, `SyntaxError` or `ValueError` where the file is no Python that can be read.
    """
    names: set[str] = set()
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            package = file.parent.relative_to(folder).parts
            above = package[: len(package) - node.level + 1] if node.level else ()
            module = ".".join([*above, *filter(None, [node.module])])
            names |= {module, *(f"{module}.{alias.name}".lstrip(".") for alias in node.names)}
    return _files_of(names - {""}, folder)


@cache
def _imports(path: Path) -> frozenset[Path]:
    """Files of `mien` that one of them, or a script, names in its imports."""
    return frozenset(imported_by(path, ROOT))


def _files_of(modules: Iterable[str], folder: Path) -> set[Path]:
    """Files of those modules that lie in a folder, with the `__init__.py` of their packages."""
    files = set()
    for name in modules:
        parts = name.split(".")
        for depth in range(1, len(parts) + 1):
            stem = folder.joinpath(*parts[:depth])
            files |= {file for file in (stem / "__init__.py", stem.with_suffix(".py")) if file.is_file()}
    return files
