"""One file of one server: fetched whole, and after a cut gone on with where it stopped."""

import os
import time
from pathlib import Path

import requests
import urllib3

from mien.downloads.record import name_of
from mien.reporting import progress

TIMEOUT = (10, 60)  # seconds for a server to be reached, and to send anything
WAITS = (1, 3, 9)  # seconds before a connection that was cut is tried again; bytes gained begin the waits anew
_CHUNK = 2**16  # bytes; what a kill may lose


class UnusableError(Exception):
    """Why a source gives no file; the next one is tried."""


def why(error: Exception) -> str:
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


def download(title: str, url: str, output: str, _pooch: object) -> None:
    """Write a URL's file to `output`, as pooch asks, going on from the bytes that lie beside it."""
    part = Path(output).with_name("bytes")
    most, waits = 0, list(WAITS)
    while True:
        try:
            _continue(title, url, part)
            break
        except (requests.RequestException, urllib3.exceptions.HTTPError):
            if size_of(part) > most:
                most, waits = size_of(part), list(WAITS)
            if not waits or not size_of(part):
                raise
            time.sleep(waits.pop(0))
    with part.open("rb") as file:
        start = file.read(64).lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start or start.startswith(b"<") and not _is_page(url):
        part.unlink()
        raise UnusableError(f"the server sent {'a web page' if start else 'nothing'} instead of the file")
    os.replace(part, output)


def _continue(title: str, url: str, part: Path) -> None:
    """Ask for what `part` lacks, provided that the server's file is still the same, and add it."""
    have, validator = size_of(part), part.with_name("validator")
    headers = {"Accept-Encoding": "identity"}
    if have and size_of(validator):
        headers |= {"Range": f"bytes={have}-", "If-Range": validator.read_text(encoding="utf-8")}
    with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT) as response:
        rest = response.status_code == 206 and "Range" in headers
        elsewhere = rest and not response.headers.get("Content-Range", "").startswith(f"bytes {have}-")
        if elsewhere or (response.status_code == 416 and have):
            part.unlink()  # the server holds less than we do, or something else
            return _continue(title, url, part)
        if 400 <= response.status_code < 500:
            raise UnusableError(f"the server says {response.status_code} {response.reason}")
        response.raise_for_status()
        if response.headers.get("Content-Type", "").startswith("text/html") and not _is_page(url):
            raise UnusableError("the server sent a web page instead of the file")
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
    return name_of(url).lower().endswith((".html", ".htm"))


def size_of(path: Path) -> int:
    """Bytes of a file; 0 where there is none."""
    return path.stat().st_size if path.exists() else 0
