"""Which file of the downloads folder is which: their places, and `SHA256SUMS`, which `sha256sum -c` reads.

The record says what was fetched, and from where: another URL whose file has the same name gets a subfolder of its own.
"""

import fcntl
import hashlib
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

from mien.atomic import atomically

RECORD = "SHA256SUMS"
_DIGEST_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](.+)")


class Entry(NamedTuple):
    """What the record says of a file: its digest, and the URL whose file it is ("" in a line written by hand)."""

    sha256: str
    origin: str


class Wanted(NamedTuple):
    """A file that is wanted."""

    urls: list[str]  # mirrors of it
    folder: Path  # where fetched files are kept
    sha256: str | None  # its digest, where that is given
    title: str  # what it is, for people

    def place(self, url: str) -> Path:
        """Where the file of a URL is kept: under its name, unless that is another file's by the record."""
        name = name_of(url)
        entry = read(self.folder).get(name)
        if entry is None or entry.origin in ("", *self.urls) or entry.sha256 == self.sha256:
            return self.folder / name
        return self.folder / key_of(url) / name

    def expected(self) -> str | None:
        """The digest given, or that recorded of any of the mirrors; None before the first download."""
        names = {name_of(url) for url in self.urls}
        for name, entry in read(self.folder).items():
            if not self.sha256 and (entry.origin in self.urls or (not entry.origin and name in names)):
                return entry.sha256
        return self.sha256

    def write(self, path: Path, entry: Entry) -> None:
        """Add a file to the record."""
        with lock(self.folder, RECORD, "its record is being written"):
            entries = read(self.folder) | {path.relative_to(self.folder).as_posix(): entry}
            lines = [
                (f"# {entry.origin}\n" if entry.origin else "") + f"{entry.sha256}  {name}\n"
                for name, entry in sorted(entries.items())
            ]
            with atomically(self.folder / RECORD) as partial:
                partial.write_text("".join(lines), encoding="utf-8", errors="surrogateescape")
        print(f"{self.title}: {path} has the sha256 {entry.sha256}, now in {self.folder / RECORD}", file=sys.stderr)


def name_of(url: str) -> str:
    """The last part of a URL's path, "" where that is no name of a file."""
    try:
        name = PurePosixPath(unquote(urlsplit(url).path)).name
    except ValueError:  # no URL at all
        return ""
    return "" if name in ("..", RECORD) or re.search(r"[\x00-\x1f\\]", name + url) else name


def key_of(url: str) -> str:
    """A name for a URL itself, of eight characters."""
    return hashlib.sha256(url.encode()).hexdigest()[:8]


def read(folder: Path) -> dict[str, Entry]:
    """The record, by path in the folder. Lines as of sha256sum; a comment before one names the URL."""
    try:
        lines = (folder / RECORD).read_text(encoding="utf-8", errors="surrogateescape").splitlines()
    except (FileNotFoundError, NotADirectoryError):
        return {}
    entries, origin = {}, ""
    for line in lines:
        if match := _DIGEST_LINE.fullmatch(line):
            entries[match[2]] = Entry(match[1].lower(), origin)
        origin = line[2:] if line.startswith("# http") else ""
    return entries


@contextmanager
def lock(folder: Path, name: str, why: str) -> Iterator[None]:
    """Keep other processes and threads from the same work; the lock of a killed process is gone with it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{name}.lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"{folder / name}: {why} by another process; waiting", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
