"""A file from the first of its sources that works: a local one, what was fetched before, or a server."""

import os
import shutil
from collections.abc import Mapping
from functools import partial
from pathlib import Path

import pooch
import urllib3

from mien.downloads.places import local_path
from mien.downloads.record import RECORD, Entry, Wanted, key_of, lock, name_of, read
from mien.downloads.transfer import UnusableError, download, size_of, why
from mien.errors import InputError
from mien.provenance import digest_of_file

pooch.get_logger().setLevel("WARNING")  # it would advise to pin the digest that the record already keeps


def obtain(source: Mapping, kept: Mapping, title: str, folders: bool = False) -> Path:
    """The file, or local folder, that the first working source gives.

    What is on this machine goes before what must be fetched, and either in the order given.

    Args:
        source: `from`, mirrors of one file: URLs (http, https), local files (also of an installed package, see
            `mien.downloads.places`), or local folders (a folder that holds a file with the name of one of the URLs'
            stands for that file, any other for itself); and `sha256`, the file's
            digest in hexadecimal. Without it, that of the first file from these URLs is recorded in `SHA256SUMS`, and
            every later one must match. A folder that stands for itself is not checked.
        kept: `folder`, where fetched files are kept, or put by hand, under the last part of their URL; and `offline`:
            never open a connection.
        title: what is fetched, for the progress bar and messages.
        folders: whether a folder that holds no file of a URL's name is itself what is wanted.

    Returns:
        `folder/NAME` (`folder/DIGEST_OF_URL/NAME` if another URL's file has that name), or the local path as it is.

    Raises:
        InputError: no source works; the message says why each does not, and which file to put where.
    """
    urls = [place for place in source["from"] if place.startswith(("http://", "https://"))]
    sha256 = source["sha256"].lower() if source.get("sha256") else None
    wanted = Wanted(urls, Path(os.path.expanduser(kept["folder"])), sha256, title)
    failures = {}
    for place in source["from"]:
        try:
            if place not in urls:
                return _local(place, wanted, folders)
            if path := _kept(place, wanted):
                return path
        except UnusableError as error:
            failures[place] = str(error)
        except OSError as error:  # there, and not to be read
            failures[place] = why(error)
    for url in urls:
        if kept["offline"] and url not in failures:
            failures[url] = "not fetched, because downloads.offline is true"
        if url in failures:
            continue
        try:
            return _fetch(url, wanted)
        except UnusableError as error:
            failures[url] = str(error)
    raise InputError(_nothing_works({place: failures[place] for place in source["from"]}, wanted))


def _nothing_works(reasons: dict[str, str], wanted: Wanted) -> str:
    said = f"{wanted.title}: no source gives the file:"
    said += "".join(f"\n  {place}: {reason}" for place, reason in reasons.items())
    named = [url for url in wanted.urls if name_of(url)]
    if not named:
        return f"{said}\nCorrect the sources in the configuration"
    path, digest = wanted.place(named[0]), wanted.expected()
    with_digest = f" (sha256 {digest})" if digest else ""
    return (
        f"{said}\nTo go on without a network, put the file {path.name}{with_digest} here, and run the same "
        f"command again:\n  {path.absolute()}"
    )


def _local(source: str, wanted: Wanted, folders: bool) -> Path:
    """A source that is a local file or folder."""
    if "://" in source:
        raise UnusableError("neither a local path nor a URL that begins with http:// or https://")
    path = local_path(source)
    if path.is_dir():
        names = [name for name in map(name_of, wanted.urls) if name]
        inside = next((path / name for name in names if (path / name).is_file()), None)
        if inside is None and folders:
            return path
        if inside is None:
            raise UnusableError(f"a folder without {' or '.join(names) or 'a URL to name the file in it'}")
        path = inside
    elif not path.is_file():
        raise UnusableError("no such file or folder")
    if wanted.sha256:
        advice = "Put the right file there, or correct sha256 in the configuration"
        _verify(path, digest_of_file(path), wanted.sha256, advice)
    return path


def _kept(url: str, wanted: Wanted) -> Path | None:
    """The file of a URL that the folder keeps, if it does; without a digest, its own is recorded."""
    if not name_of(url):
        raise UnusableError("the URL does not end in the name of a file")
    path = wanted.place(url)
    if not path.is_file():
        return None
    recorded = read(wanted.folder).get(path.relative_to(wanted.folder).as_posix())
    digest = digest_of_file(path)
    _verify(path, digest, wanted.expected(), f"Delete it to have it fetched anew. {_if_intended(wanted)}")
    if recorded is None:
        try:
            wanted.write(path, Entry(digest, url))
        except OSError as error:
            if not wanted.sha256:  # with it, a shared folder that only its owner may write in will do
                raise UnusableError(
                    f"cannot write {wanted.folder / RECORD} ({error}); give the file's sha256"
                ) from None
    return path


def _verify(path: Path, digest: str, expected: str | None, advice: str) -> None:
    if expected and digest != expected:
        raise UnusableError(f"{path} has the sha256 {digest}, expected {expected}. {advice}")


def _if_intended(wanted: Wanted) -> str:
    if wanted.sha256:
        return "If the file is right, correct sha256 in the configuration"
    return f"If the change is right, take the line of the earlier file out of {wanted.folder / RECORD}"


def _fetch(url: str, wanted: Wanted) -> Path:
    """Fetch the file of a URL, unless another process does so first."""
    try:
        with lock(wanted.folder, name_of(url), "it is being fetched"):
            if path := _kept(url, wanted):
                return path
            path, expected = wanted.place(url), wanted.expected()
            unfinished = path.with_name(f"{path.name}.{key_of(url)}.part")
            try:
                whole = Path(
                    pooch.retrieve(url, expected, path.name, unfinished, downloader=partial(download, wanted.title))
                )
            finally:
                if unfinished.is_dir() and not size_of(unfinished / path.name) and not size_of(unfinished / "bytes"):
                    shutil.rmtree(unfinished)  # nothing to go on from
            wanted.write(path, Entry(expected or digest_of_file(whole), url))
            os.replace(whole, path)
            shutil.rmtree(unfinished)
            return path
    except (OSError, urllib3.exceptions.HTTPError) as error:
        raise UnusableError(why(error)) from None
    except ValueError as error:  # pooch's: another digest than expected
        raise UnusableError(f"{error} {_if_intended(wanted)}") from None
