"""Install a lab's `requirements-extra.txt` on top of an environment without moving any version that is there.

`python -m mien.environment.extra state|install FILE` works on the environment of the Python that runs it. Packages are
installed without their dependencies; then what these lack is, too, and so on. So a package that asks for another
version of something that was there gets the one that was there. Each environment keeps two files about it: `BEFORE` are
the versions that were there first, and `MADE_FROM`, written last, holds the recipe of what has been installed.

Standard library and pip only: it runs in with-env's environment and in conda's.
"""

import re
import subprocess
import sys
import sysconfig
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.metadata import Distribution, distributions
from pathlib import Path
from typing import TYPE_CHECKING

from mien.atomic import atomically
from mien.environment.requirements import asked_for, recipe_of
from mien.errors import InputError

if TYPE_CHECKING:
    from pip._vendor.packaging.requirements import Requirement

BEFORE = Path(sys.prefix, "before-extra.txt")
MADE_FROM = Path(sys.prefix, "extra-made-from")

#: Packages with one and the same module, `cv2`: whoever asks for one gets the one that was there.
_OPENCV = ("opencv-contrib-python", "opencv-contrib-python-headless", "opencv-python", "opencv-python-headless")

#: Rounds of installing what the packages of the round before lack; a chain of dependencies is never so long.
_ROUNDS = 30


def state(file: Path) -> str:
    """What is to be done: nothing (`ready`), `add` packages, or make the environment `anew`.

    It is made anew where a line has changed or gone, as what it installed may have to go, or an install was cut off.
    """
    had, wanted = _recorded(), recipe_of(file)
    if had is None or set(had) - set(wanted):
        return "anew"
    return "ready" if had == wanted else "add"


def install(file: Path) -> None:
    """Install what the file asks for and is not there yet, and say which wishes for other versions were passed over.

    Raises:
        InputError: the file asks for another version of what was there, or something cannot be installed.
    """
    had, recipe = _recorded(), recipe_of(file)
    before = {name: found.version for name, found in installed().items()}
    if not BEFORE.exists():
        _write(BEFORE, [f"{name}=={version}" for name, version in sorted(before.items())])
    MADE_FROM.unlink(missing_ok=True)
    try:
        _install(file)
    except InputError:
        if had is not None and before == {name: found.version for name, found in installed().items()}:
            _write(MADE_FROM, had)  # nothing happened: the next attempt need not begin with a new environment
        raise
    _write(MADE_FROM, recipe)
    for line in passed_over(_requirements(file)):
        _say(line)


def installed() -> dict[str, Distribution]:
    """The packages of this environment, by their canonical names."""
    folders = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}  # no other place on `sys.path`
    return {_canonical(found.name): found for found in distributions(path=sorted(folders)) if found.name}


def before_extra() -> dict[str, str] | None:
    """Versions of the packages that were there before the lab's, by name; None where nothing has been added."""
    if not BEFORE.exists():
        return None
    return dict(line.split("==") for line in BEFORE.read_text(encoding="utf-8").splitlines())


def passed_over(asked: "Sequence[Requirement]" = ()) -> list[str]:
    """A sentence on each package of the lab's that asks for other versions than those that were there before.

    Args:
        asked: what the lab's file asks for; without it, wishes of extras that it names are not known.
    """
    here, kept = installed(), before_extra()
    if kept is None:
        return []
    asking = defaultdict(dict)
    for name, wishes in _wishes(here, kept, asked).items():
        for owner, wish in wishes:
            if name in kept and not _meets(here.get(name), wish):
                asking[owner][str(wish).partition(";")[0].strip()] = f"{name} {kept[name]}"
    return [
        f"{owner} {here[owner].version} asks for {', '.join(sorted(asked, key=str.lower))}; "
        f"{', '.join(sorted(set(asked.values())))} stay{'s' if len(set(asked.values())) == 1 else ''}"
        for owner, asked in sorted(asking.items())
    ]


def _install(file: Path) -> None:
    kept, asked = before_extra(), _requirements(file)
    for wish in asked:
        name = _name(wish, kept)
        if name in kept and (wish.url or _canonical(wish.name) != name or not _suits(kept[name], wish)):
            raise InputError(
                f"{file.name}: {wish}: mien needs {name} {kept[name]}, whose version must not move. Leave that line out"
            )
    _run("--requirement", str(file.resolve()), folder=file.resolve().parent)
    for _ in range(_ROUNDS):
        here = installed()
        wishes = _wishes(here, kept, asked)
        lacking = [
            _together([wish for _, wish in wishes[name]])
            for name in sorted(wishes.keys() - kept.keys())
            if not all(_meets(here.get(name), wish) for _, wish in wishes[name])
        ]
        if not lacking:
            return
        _run(*lacking, folder=file.resolve().parent)
    raise InputError(f"{file.name}: no versions of {', '.join(lacking)} suit all that ask for them. Pin some of them")


def _requirements(file: Path) -> "list[Requirement]":
    """Those of the file's lines that name a package and are for this machine."""
    return list(_parsed(asked_for(file), {""}))


def _parsed(lines: Iterable[str], extras: Iterable[str]) -> "Iterator[Requirement]":
    """The requirements that hold here with some extras; none of a path, of a URL alone, or of what nobody can read."""
    from pip._vendor.packaging.requirements import InvalidRequirement, Requirement

    for line in lines:
        with suppress(InvalidRequirement):
            wish = Requirement(line)
            if not wish.marker or any(wish.marker.evaluate({"extra": extra}) for extra in extras):
                yield wish


def _wishes(
    here: dict[str, Distribution], kept: dict[str, str], asked: "Sequence[Requirement]"
) -> "dict[str, list[tuple[str, Requirement]]]":
    """What the lab's packages, and extras that its file names, ask for: by package, who asks, and for what."""
    wishes = defaultdict(list)
    for wish in asked:
        wishes[_name(wish, kept)].append(("", wish))
    waiting = [(name, frozenset()) for name in here if name not in kept]
    waiting += [(_name(wish, kept), frozenset(wish.extras)) for wish in asked if wish.extras]
    seen = set()
    while waiting:
        owner, extras = waiting.pop()
        if (owner, extras) in seen or owner not in here:
            continue
        seen.add((owner, extras))
        for wish in _parsed(here[owner].requires or [], extras or {""}):
            wishes[_name(wish, kept)].append((owner, wish))
            waiting += [(_name(wish, kept), frozenset(wish.extras))] if wish.extras else []
    return wishes


def _name(wish: "Requirement", kept: dict[str, str]) -> str:
    """The package that is to meet a requirement."""
    name = _canonical(wish.name)
    return next((other for other in _OPENCV if other in kept), name) if name in _OPENCV else name


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()  # PEP 503


def _meets(found: Distribution | None, wish: "Requirement") -> bool:
    return found is not None and _suits(found.version, wish)


def _suits(version: str, wish: "Requirement") -> bool:
    return wish.specifier.contains(version, prereleases=True)


def _together(wishes: "list[Requirement]") -> str:
    """Several requirements of one package as one."""
    urls = [wish.url for wish in wishes if wish.url]
    extras = sorted({extra for wish in wishes for extra in wish.extras})
    name = wishes[0].name + (f"[{','.join(extras)}]" if extras else "")
    return f"{name} @ {urls[0]}" if urls else name + ",".join(sorted({str(wish.specifier) for wish in wishes} - {""}))


def _run(*what: str, folder: Path) -> None:
    """Install with uv, where it is and works, or with pip; paths are relative to the folder."""
    command = ["pip", "install", "--no-deps", "--constraint", str(BEFORE), *what]
    python = [sys.executable, "-I", "-m"]  # no packages of the user's or of PYTHONPATH
    if "uv" in installed():
        if _succeeds([*python, "uv", *command, "--python", sys.executable], folder):
            return
        _say("uv failed; trying pip")
    if not _succeeds([*python, *command], folder):
        raise InputError("requirements-extra.txt could not be installed, for the reason above")


def _succeeds(command: list[str], folder: Path) -> bool:
    # stays open for the installer: the lock by which with-env has one work at a time
    return subprocess.run(command, cwd=folder, close_fds=False, stdout=sys.stderr).returncode == 0


def _recorded() -> list[str] | None:
    """The recipe that was installed; None where an install did not end."""
    if MADE_FROM.exists():
        return MADE_FROM.read_text(encoding="utf-8").splitlines()
    return None if BEFORE.exists() else []


def _write(file: Path, lines: Iterable[str]) -> None:
    with atomically(file) as partial:
        partial.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")


def _say(message: str) -> None:
    print(f"requirements-extra.txt: {message}", file=sys.stderr)


if __name__ == "__main__":
    try:
        if sys.argv[1] == "state":
            print(state(Path(sys.argv[2])))
        else:
            install(Path(sys.argv[2]))
    except InputError as error:
        sys.exit(str(error))
