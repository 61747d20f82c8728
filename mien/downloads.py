"""Files from elsewhere, fetched once: resumed where they stopped, verified, and the same ever after.

A file that lies in the downloads folder is used without a network. `SHA256SUMS` beside it, which `sha256sum -c` reads,
records what was fetched, and from where: another URL whose file has the same name gets a subfolder of its own.
"""

import fcntl
import functools
import hashlib
import os
import re
import shutil
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import unquote, urlsplit

import pooch
import requests
import urllib3

from mien.atomic import atomically
from mien.errors import InputError
from mien.reporting import progress

RECORD = "SHA256SUMS"
TIMEOUT = (10, 60)  # seconds for a server to be reached, and to send anything
WAITS = (1, 3, 9)  # seconds before a connection that was cut is tried again; bytes gained begin the waits anew
_CHUNK = 2**16  # bytes; what a kill may lose
_DIGEST_LINE = re.compile(r"([0-9a-fA-F]{64}) [ *](.+)")

pooch.get_logger().setLevel("WARNING")  # it would advise to pin the digest that the record already keeps


class _UnusableError(Exception):
    """Why a source gives no file; the next one is tried."""


class Entry(NamedTuple):
    """What the record says of a file: its digest, and the URL whose file it is ("" in a line written by hand)."""

    sha256: str
    origin: str


def obtain(
    sources: Sequence[str], folder: str | Path, sha256: str | None, offline: bool, title: str, folders: bool = False
) -> Path:
    """The file, or local folder, that the first working source gives.

    What is on this machine goes before what must be fetched, and either in the order given.

    Args:
        sources: mirrors of one file: URLs (http, https), local files, or local folders. A folder that holds a file with
            the name of one of the URLs' stands for that file, any other for itself.
        folder: where fetched files are kept, or put by hand, under the last part of their URL.
        sha256: the file's digest in hexadecimal. Without it, that of the first file from these URLs is recorded in
            `folder/SHA256SUMS`, and every later one must match. A folder that stands for itself is not checked.
        offline: never open a connection.
        title: what is fetched, for the progress bar and messages.
        folders: whether a folder that holds no file of a URL's name is itself what is wanted.

    Returns:
        `folder/NAME` (`folder/DIGEST_OF_URL/NAME` if another URL's file has that name), or the local path as it is.

    Raises:
        InputError: no source works; the message says why each does not, and which file to put where.
    """
    folder = Path(os.path.expanduser(folder))
    sha256 = sha256.lower() if sha256 else None
    urls = [source for source in sources if source.startswith(("http://", "https://"))]
    failures = {}
    for source in sources:
        try:
            if source not in urls:
                return _local(source, urls, sha256, folders)
            if kept := _kept(source, urls, folder, sha256, title):
                return kept
        except _UnusableError as error:
            failures[source] = str(error)
        except OSError as error:  # there, and not to be read
            failures[source] = _why(error)
    for url in urls:
        if offline and url not in failures:
            failures[url] = "not fetched, because downloads.offline is true"
        if url in failures:
            continue
        try:
            return _fetch(url, urls, folder, sha256, title)
        except _UnusableError as error:
            failures[url] = str(error)
    reasons = {source: failures[source] for source in sources}
    raise InputError(_nothing_works(reasons, urls, folder, sha256, title))


def _nothing_works(reasons: dict[str, str], urls: list[str], folder: Path, sha256: str | None, title: str) -> str:
    said = f"{title}: no source gives the file:" + "".join(f"\n  {source}: {why}" for source, why in reasons.items())
    named = [url for url in urls if _name(url)]
    if not named:
        return f"{said}\nCorrect the sources in the configuration"
    path = _place(named[0], urls, folder, sha256)
    digest = _expected(urls, folder, sha256)
    with_digest = f" (sha256 {digest})" if digest else ""
    return (
        f"{said}\nTo go on without a network, put the file {path.name}{with_digest} here, and run the same "
        f"command again:\n  {path.absolute()}"
    )


# What is on this machine


def _local(source: str, urls: list[str], sha256: str | None, folders: bool) -> Path:
    """A source that is a local file or folder."""
    if "://" in source:
        raise _UnusableError("neither a local path nor a URL that begins with http:// or https://")
    path = Path(os.path.expanduser(source))  # which leaves an unknown user's as it is
    if path.is_dir():
        names = [name for name in map(_name, urls) if name]
        inside = next((path / name for name in names if (path / name).is_file()), None)
        if inside is None and folders:
            return path
        if inside is None:
            raise _UnusableError(f"a folder without {' or '.join(names) or 'a URL to name the file in it'}")
        path = inside
    elif not path.is_file():
        raise _UnusableError("no such file or folder")
    if sha256:
        _verify(path, _digest(path), sha256, "Put the right file there, or correct sha256 in the configuration")
    return path


def _kept(url: str, urls: list[str], folder: Path, sha256: str | None, title: str) -> Path | None:
    """The file of a URL that the folder keeps, if it does; without a digest, its own is recorded."""
    if not _name(url):
        raise _UnusableError("the URL does not end in the name of a file")
    path = _place(url, urls, folder, sha256)
    if not path.is_file():
        return None
    recorded = _read_record(folder).get(path.relative_to(folder).as_posix())
    expected = _expected(urls, folder, sha256)
    digest = _digest(path)
    _verify(path, digest, expected, f"Delete it to have it fetched anew. {_if_intended(folder, sha256)}")
    if recorded is None:
        try:
            _write_record(folder, path, Entry(digest, url), title)
        except OSError as error:
            if not sha256:  # with it, a shared folder that only its owner may write in will do
                raise _UnusableError(f"cannot write {folder / RECORD} ({error}); give the file's sha256") from None
    return path


def _digest(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _verify(path: Path, digest: str, expected: str | None, advice: str) -> None:
    if expected and digest != expected:
        raise _UnusableError(f"{path} has the sha256 {digest}, expected {expected}. {advice}")


def _if_intended(folder: Path, sha256: str | None) -> str:
    if sha256:
        return "If the file is right, correct sha256 in the configuration"
    return f"If the change is right, take the line of the earlier file out of {folder / RECORD}"


# Names, places and the record


def _name(url: str) -> str:
    """The last part of a URL's path, "" where that is no name of a file."""
    try:
        name = PurePosixPath(unquote(urlsplit(url).path)).name
    except ValueError:  # no URL at all
        return ""
    return "" if name in ("..", RECORD) or re.search(r"[\x00-\x1f\\]", name + url) else name


def _key(url: str) -> str:
    return hashlib.sha256(url.encode()).hexdigest()[:8]


def _place(url: str, urls: list[str], folder: Path, sha256: str | None) -> Path:
    """Where the file of a URL is kept: under its name, unless that is another file's by the record."""
    name = _name(url)
    entry = _read_record(folder).get(name)
    if entry is None or entry.origin in ("", *urls) or entry.sha256 == sha256:
        return folder / name
    return folder / _key(url) / name


def _expected(urls: list[str], folder: Path, sha256: str | None) -> str | None:
    """The digest given, or that recorded of any of the mirrors; None before the first download."""
    names = {_name(url) for url in urls}
    for name, entry in _read_record(folder).items():
        if not sha256 and (entry.origin in urls or (not entry.origin and name in names)):
            return entry.sha256
    return sha256


def _read_record(folder: Path) -> dict[str, Entry]:
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


def _write_record(folder: Path, path: Path, entry: Entry, title: str) -> None:
    with _lock(folder, RECORD, "its record is being written"):
        entries = _read_record(folder) | {path.relative_to(folder).as_posix(): entry}
        lines = [
            (f"# {entry.origin}\n" if entry.origin else "") + f"{entry.sha256}  {name}\n"
            for name, entry in sorted(entries.items())
        ]
        with atomically(folder / RECORD) as partial:
            partial.write_text("".join(lines), encoding="utf-8", errors="surrogateescape")
    print(f"{title}: {path} has the sha256 {entry.sha256}, now in {folder / RECORD}", file=sys.stderr)


@contextmanager
def _lock(folder: Path, name: str, why: str) -> Iterator[None]:
    """Keep other processes and threads from the same work; the lock of a killed process is gone with it."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / f".{name}.lock").open("wb") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            print(f"{folder / name}: {why} by another process; waiting", file=sys.stderr)
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


# The network


def _fetch(url: str, urls: list[str], folder: Path, sha256: str | None, title: str) -> Path:
    """Fetch the file of a URL, unless another process does so first."""
    try:
        with _lock(folder, _name(url), "it is being fetched"):
            if kept := _kept(url, urls, folder, sha256, title):
                return kept
            path = _place(url, urls, folder, sha256)
            unfinished = path.with_name(f"{path.name}.{_key(url)}.part")
            expected = _expected(urls, folder, sha256)
            try:
                whole = Path(
                    pooch.retrieve(url, expected, path.name, unfinished, downloader=functools.partial(_download, title))
                )
            finally:
                if unfinished.is_dir() and not _size(unfinished / path.name) and not _size(unfinished / "bytes"):
                    shutil.rmtree(unfinished)  # nothing to go on from
            _write_record(folder, path, Entry(expected or _digest(whole), url), title)
            os.replace(whole, path)
            shutil.rmtree(unfinished)
            return path
    except (OSError, urllib3.exceptions.HTTPError) as error:
        raise _UnusableError(_why(error)) from None
    except ValueError as error:  # pooch's: another digest than expected
        raise _UnusableError(f"{error} {_if_intended(folder, sha256)}") from None


def _why(error: Exception) -> str:
    """A network's or disk's error in a few words; those of requests wrap the chain that led to them."""
    cause = error.args[0] if isinstance(error, requests.RequestException) and error.args else error
    cause = getattr(cause, "reason", cause)
    match cause:
        case urllib3.exceptions.NameResolutionError():  # the narrower classes first
            return "the host is unknown, or there is no network"
        case urllib3.exceptions.NewConnectionError():
            return str(cause).rpartition(": ")[2]
        case urllib3.exceptions.ConnectTimeoutError():
            return f"no answer within {TIMEOUT[0]} s"
        case urllib3.exceptions.ReadTimeoutError():
            return f"the server sent nothing for {TIMEOUT[1]} s"
        case urllib3.exceptions.ProtocolError():
            return "the connection breaks off before the end"
    return str(cause)


def _download(title: str, url: str, output: str, _pooch: object) -> None:
    """Write a URL's file to `output`, as pooch asks, going on from the bytes that lie beside it."""
    part = Path(output).with_name("bytes")
    most, waits = 0, list(WAITS)
    while True:
        try:
            _continue(title, url, part)
            break
        except (requests.RequestException, urllib3.exceptions.HTTPError):
            if _size(part) > most:
                most, waits = _size(part), list(WAITS)
            if not waits or not _size(part):
                raise
            time.sleep(waits.pop(0))
    with part.open("rb") as file:
        start = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start or start.startswith(b"<") and not _is_page(url):
        part.unlink()
        raise _UnusableError(f"the server sent {'a web page' if start else 'nothing'} instead of the file")
    os.replace(part, output)


def _continue(title: str, url: str, part: Path) -> None:
    """Ask for what `part` lacks, provided that the server's file is still the same, and add it."""
    have, validator = _size(part), part.with_name("validator")
    headers = {"Accept-Encoding": "identity"}
    if have and _size(validator):
        headers |= {"Range": f"bytes={have}-", "If-Range": validator.read_text(encoding="utf-8")}
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
        rest = response.status_code == 206 and "Range" in headers
        elsewhere = rest and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        if elsewhere or (response.status_code == 416 and have):
            part.unlink()  # the server holds less than we do, or something else
            return _continue(title, url, part)
        if 400 <= response.status_code < 500:
            raise _UnusableError(f"the server says {response.status_code} {response.reason}")
        response.raise_for_status()
        if response.headers.get("Content-Type", "").startswith("text/html") and not _is_page(url):
            raise _UnusableError("the server sent a web page instead of the file")
        with part.open("ab", buffering=0) as file:
            if not rest:
                file.truncate(0)  # before the validator, so that this never vouches for bytes of another file
                validator.write_text(_validator_of(response), encoding="utf-8")
            _receive(response, file, have if rest else 0, title)


def _receive(response: requests.Response, file, have: int, title: str) -> None:
    """Add a response's body to a file that has its first `have` bytes. One shorter than announced is an error."""
    announced = response.headers.get("Content-Length")
    with progress((), title, unit="B", total=have + int(announced) if announced else None) as bar:
        bar.unit_scale, bar.initial, bar.n = True, have, have
        for chunk in response.raw.stream(_CHUNK, decode_content=False):
            file.write(chunk)
            bar.update(len(chunk))


def _validator_of(response: requests.Response) -> str:
    """What tells a server's file from a later one: its strong ETag (RFC 9110, 13.1.5), or else its date."""
    etag = response.headers.get("ETag", "")
    return etag if etag.startswith('"') else response.headers.get("Last-Modified", "")


def _is_page(url: str) -> bool:
    return _name(url).lower().endswith((".html", ".htm"))


def _size(path: Path) -> int:
    return path.stat().st_size if path.exists() else 0
