"""What a lab's own `requirements-extra.txt` asks for. Standard library only: the Snakefile imports it."""

import re
from collections.abc import Iterator
from pathlib import Path

from mien.errors import InputError
from mien.provenance import digest_of_file

#: An option by which one file of requirements names another: `-r more.txt`, `--constraint=limits.txt`.
_NAMES_A_FILE = re.compile(r"(?:-(?P<short>[rc])\s*|--(?P<long>requirement|constraint)[\s=]\s*)(?P<file>\S+)")


def recipe_of(file: str | Path) -> list[str]:
    """All that an environment depends on: lines, each once, sorted; none where there is no such file.

    They are those of the file and of the files that it names, without comments. A line that names a local file, such
    as a wheel, ends in the SHA-256 of its bytes.

    Raises:
        InputError: a file that one of them names cannot be read.
    """
    if not Path(file).exists():
        return []
    return sorted({_with_digests(line, Path(file).parent) for line, _ in _lines(Path(file), set())})


def asked_for(file: str | Path) -> list[str]:
    """The requirements themselves, in their order: no options, and no lines of files of constraints.

    Raises `InputError` as `recipe_of` does.
    """
    lines = [line for line, constraint in _lines(Path(file), set()) if not constraint]
    return [re.split(r"\s--", line)[0].strip() for line in lines if not line.startswith("-")]


def _lines(file: Path, seen: set[Path], constraint: bool = False) -> Iterator[tuple[str, bool]]:
    """Lines of a file and of those that it names, as pip joins and strips them; and whether each only constrains."""
    if file.resolve() in seen:
        return
    seen.add(file.resolve())
    try:
        text = file.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"{file}: cannot be read ({error}). Name a file of requirements, as pip reads them") from None
    text = re.sub(r"^[ \t]*#.*\n", "", f"{text}\n", flags=re.MULTILINE)  # a backslash at its end continues nothing
    for line in re.sub(r"\\\n", " ", text).splitlines():
        line = re.sub(r"(^|\s+)#.*$", "", line).strip()
        named = _NAMES_A_FILE.fullmatch(line)
        if named and "://" not in named["file"]:
            limits = constraint or named["short"] == "c" or named["long"] == "constraint"
            yield from _lines(file.parent / named["file"], seen, limits)
        elif line:
            yield line, constraint


def _with_digests(line: str, folder: Path) -> str:
    """The line, and the digest of each file that it names, relative to the folder of the lab's file."""
    names = [re.sub(r"^file:(//)?|[\[#;].*$", "", word) for word in line.split()]
    digests = [digest_of_file(folder / name) for name in names if name and (folder / name).is_file()]
    return " ".join([line, *digests])
