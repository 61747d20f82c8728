"""Downloads against a server that behaves and misbehaves as servers do."""

import hashlib
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from mien.downloads import transfer
from mien.downloads.record import key_of
from mien.downloads.sources import obtain
from mien.errors import InputError
from tests.helpers.loopback import Page, serving

WHOLE = bytes(range(256)) * 4000  # 1 MB
CHANGED = WHOLE[::-1]
DIGEST = hashlib.sha256(WHOLE).hexdigest()
CHANGED_DIGEST = hashlib.sha256(CHANGED).hexdigest()
CUT = 300_000
PAGE = b"<!DOCTYPE html><title>Log in</title>"


@pytest.fixture(autouse=True)
def quick(monkeypatch):
    """Short waits, and no proxy between a test and its server."""
    monkeypatch.setattr(transfer, "WAITS", (0.01, 0.01))
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")


@pytest.fixture
def server():
    with serving({"/weights.h5": Page(WHOLE), "/mirror/weights.h5": Page(WHOLE)}) as server:
        yield server


@pytest.fixture
def folder(tmp_path) -> Path:
    return tmp_path / "downloads"


@pytest.fixture
def closed(monkeypatch):
    """No socket opens."""

    def refuse(*_args: object, **_keywords: object):
        raise AssertionError("a socket was opened")

    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "getaddrinfo", refuse)


def fetch(folder: Path, *sources: object, sha256: str | None = None, offline: bool = False) -> Path:
    source = {"from": [str(source) for source in sources], "sha256": sha256}
    return obtain(source, {"folder": str(folder), "offline": offline}, "VGG-Face")


def failure(folder: Path, *sources: object, sha256: str | None = None, offline: bool = False) -> str:
    with pytest.raises(InputError) as caught:
        fetch(folder, *sources, sha256=sha256, offline=offline)
    return str(caught.value)


def visible(folder: Path) -> set[str]:
    return {path.name for path in folder.iterdir() if not path.name.startswith(".")}


def break_off(folder: Path, server, monkeypatch, path: str = "/weights.h5") -> None:
    """A run that ends in the middle of a download: cut, and not tried again."""
    with monkeypatch.context() as once:
        once.setattr(transfer, "WAITS", ())
        server.pages[path].cuts = [CUT]
        failure(folder, server.url + path)
    assert not (folder / "weights.h5").exists()
    assert (folder / f"weights.h5.{key_of(server.url + path)}.part").is_dir()


# Fetching


def test_fetched_file_is_whole_recorded_and_told(server, folder, capsys):
    path = fetch(folder, f"{server.url}/weights.h5")
    assert path == folder / "weights.h5" and path.read_bytes() == WHOLE
    assert visible(folder) == {"weights.h5", "SHA256SUMS"}
    assert (folder / "SHA256SUMS").read_text() == f"# {server.url}/weights.h5\n{DIGEST}  weights.h5\n"
    said = capsys.readouterr().err
    assert "VGG-Face" in said and "1.02M/1.02M" in said and DIGEST in said
    assert "Range" not in server.log[0].headers


def test_sha256sum_reads_the_record(server, folder):
    fetch(folder, f"{server.url}/weights.h5")
    check = ["sha256sum", "--check", "--strict", "SHA256SUMS"]
    assert subprocess.run(check, cwd=folder, capture_output=True, text=True).stdout == "weights.h5: OK\n"
    (folder / "weights.h5").write_bytes(CHANGED)
    assert subprocess.run(check, cwd=folder, capture_output=True).returncode == 1


def test_second_use_needs_no_network(server, folder, request):
    url = f"{server.url}/weights.h5"
    fetch(folder, url, sha256=DIGEST.upper())
    assert len(server.log) == 1
    request.getfixturevalue("closed")
    assert fetch(folder, url, sha256=DIGEST) == fetch(folder, url) == folder / "weights.h5"


def test_redirect_is_followed_and_the_name_is_that_asked_for(server, folder):
    server.pages["/files/weights%20(1).h5"] = Page(status=302, location="/weights.h5")
    path = fetch(folder, f"{server.url}/files/weights%20(1).h5?download=1")
    assert path == folder / "weights (1).h5" and path.read_bytes() == WHOLE


@pytest.mark.parametrize("chunked", [False, True])
def test_server_without_ranges_validators_or_lengths_will_do(server, folder, chunked):
    server.pages["/weights.h5"] = Page(WHOLE, etag="", ranges=False, chunked=chunked, cuts=[CUT])
    assert fetch(folder, f"{server.url}/weights.h5").read_bytes() == WHOLE
    assert [request.status for request in server.log] == [200, 200]
    assert "Range" not in server.log[1].headers  # nothing says that its file is still the same


# Going on


def test_cut_connection_goes_on_where_it_stopped(server, folder):
    server.pages["/weights.h5"].cuts = [CUT, 200_000, 100_000, 50_000, 40_000]  # more often than there are waits
    assert fetch(folder, f"{server.url}/weights.h5").read_bytes() == WHOLE
    starts = [0, 300_000, 500_000, 600_000, 650_000, 690_000]
    assert [request.headers.get("Range") for request in server.log] == [None, *(f"bytes={n}-" for n in starts[1:])]
    assert [request.headers.get("If-Range") for request in server.log] == [None, *['"1"'] * 5]
    assert sum(request.sent for request in server.log) == len(WHOLE)


def test_later_run_goes_on_where_an_earlier_one_stopped(server, folder, monkeypatch):
    break_off(folder, server, monkeypatch)
    assert fetch(folder, f"{server.url}/weights.h5").read_bytes() == WHOLE
    assert server.log[1].headers["Range"] == f"bytes={CUT}-"
    assert (server.log[1].status, server.log[1].sent) == (206, len(WHOLE) - CUT)
    assert visible(folder) == {"weights.h5", "SHA256SUMS"}


@pytest.mark.parametrize("etag", ['"2"', ""])
def test_file_that_changed_on_the_server_is_fetched_whole(server, folder, monkeypatch, etag):
    break_off(folder, server, monkeypatch)
    server.pages["/weights.h5"] = Page(CHANGED, etag=etag)
    assert fetch(folder, f"{server.url}/weights.h5").read_bytes() == CHANGED
    assert (server.log[1].status, server.log[1].sent) == (200, len(CHANGED))


def test_file_that_changed_twice_between_cuts_is_never_mixed(server, folder, monkeypatch):
    break_off(folder, server, monkeypatch)
    server.pages["/weights.h5"] = Page(CHANGED, etag='"2"', cuts=[CUT + 1])
    assert fetch(folder, f"{server.url}/weights.h5").read_bytes() == CHANGED
    assert [request.status for request in server.log] == [200, 200, 206]
    assert server.log[2].headers["If-Range"] == '"2"'


def test_weak_validator_vouches_for_nothing(server, folder):
    server.pages["/weights.h5"] = Page(WHOLE, etag='W/"1"', cuts=[CUT])
    assert fetch(folder, f"{server.url}/weights.h5").read_bytes() == WHOLE
    assert [request.status for request in server.log] == [200, 200]


def test_server_that_forgot_ranges_starts_again(server, folder, monkeypatch):
    break_off(folder, server, monkeypatch)
    server.pages["/weights.h5"].ranges = False
    assert fetch(folder, f"{server.url}/weights.h5").read_bytes() == WHOLE
    assert "Range" in server.log[1].headers and server.log[1].status == 200


def test_range_that_is_not_the_one_asked_for_starts_again(server, folder, monkeypatch):
    break_off(folder, server, monkeypatch)
    server.pages["/weights.h5"].astray = -10
    assert fetch(folder, f"{server.url}/weights.h5").read_bytes() == WHOLE
    assert [request.status for request in server.log] == [200, 206, 200]


def test_range_that_the_server_cannot_satisfy_starts_again(server, folder, monkeypatch):
    break_off(folder, server, monkeypatch)
    server.pages["/weights.h5"].body = WHOLE[:1000]  # under the same ETag
    assert fetch(folder, f"{server.url}/weights.h5").read_bytes() == WHOLE[:1000]
    assert [request.status for request in server.log] == [200, 416, 200]


def test_truncated_file_is_no_file(server, folder):
    server.pages["/weights.h5"].cuts = [CUT, 0, 0]
    assert "the connection breaks off before the end" in failure(folder, f"{server.url}/weights.h5")
    assert [request.sent for request in server.log] == [CUT, 0, 0]
    assert not (folder / "weights.h5").exists()


def test_server_that_falls_silent_is_left(server, folder, monkeypatch):
    monkeypatch.setattr(transfer, "TIMEOUT", (10, 0.5))
    server.pages["/weights.h5"].pause = 1.5
    assert "the server sent nothing for 0.5 s" in failure(folder, f"{server.url}/weights.h5")
    path = fetch(folder, f"{server.url}/weights.h5", f"{server.url}/mirror/weights.h5")
    assert path.read_bytes() == WHOLE and server.log[-1].path == "/mirror/weights.h5"


KILLED = """
import sys
from mien.downloads.sources import obtain
obtain({"from": [sys.argv[1]]}, {"folder": sys.argv[2], "offline": False}, "VGG-Face")
"""


def start(project: Path, url: str, folder: Path) -> subprocess.Popen:
    return subprocess.Popen([sys.executable, "-c", KILLED, url, folder], cwd=project, stderr=subprocess.PIPE)


def test_killed_process_leaves_nothing_unfinished_under_the_name_and_the_next_goes_on(project, server, folder):
    server.pages["/weights.h5"].rate = 2e5  # 5 s
    process = start(project, f"{server.url}/weights.h5", folder)
    deadline = time.monotonic() + 30
    while not (server.log and server.log[0].sent > CUT) and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(process.pid, signal.SIGKILL)
    process.communicate()
    assert visible(folder) == {f"weights.h5.{key_of(f'{server.url}/weights.h5')}.part"}
    server.pages["/weights.h5"].rate = 0
    assert fetch(folder, f"{server.url}/weights.h5").read_bytes() == WHOLE
    kept = int(server.log[1].headers["Range"].removeprefix("bytes=").removesuffix("-"))
    assert server.log[1].status == 206 and kept > 0 and server.log[1].sent == len(WHOLE) - kept
    assert visible(folder) == {"weights.h5", "SHA256SUMS"}


def test_two_processes_fetch_once(project, server, folder):
    server.pages["/weights.h5"].rate = 5e5
    processes = [start(project, f"{server.url}/weights.h5", folder) for _ in range(2)]
    said = [process.communicate(timeout=30)[1].decode() for process in processes]
    assert [process.returncode for process in processes] == [0, 0], said
    assert sum("waiting" in text for text in said) == 1
    assert len(server.log) == 1 and (folder / "weights.h5").read_bytes() == WHOLE


def test_jobs_at_once_leave_one_record_of_all(folder):
    names = [f"{letter}.h5" for letter in "abcdefgh"]
    with serving({f"/{name}": Page(name.encode()) for name in names}) as server, ThreadPoolExecutor(8) as pool:
        list(pool.map(lambda name: fetch(folder, f"{server.url}/{name}"), names))
    recorded = [line.split("  ") for line in (folder / "SHA256SUMS").read_text().splitlines() if line[0] != "#"]
    assert recorded == [[hashlib.sha256(name.encode()).hexdigest(), name] for name in names]


# What does not match, and what is no file


def test_wrong_file_gives_way_to_a_good_mirror(server, folder):
    server.pages["/weights.h5"].body = CHANGED
    path = fetch(folder, f"{server.url}/weights.h5", f"{server.url}/mirror/weights.h5", sha256=DIGEST)
    assert path.read_bytes() == WHOLE and visible(folder) == {"weights.h5", "SHA256SUMS"}
    assert f"# {server.url}/mirror/weights.h5\n" in (folder / "SHA256SUMS").read_text()


def test_wrong_files_alone_end_with_both_digests(server, folder):
    server.pages["/weights.h5"].body = server.pages["/mirror/weights.h5"].body = CHANGED
    urls = [f"{server.url}/weights.h5", f"{server.url}/mirror/weights.h5"]
    said = failure(folder, *urls, sha256=DIGEST)
    assert all(url in said for url in urls) and said.count(CHANGED_DIGEST) == 2
    assert f"put the file weights.h5 (sha256 {DIGEST}) here" in said and str(folder / "weights.h5") in said
    assert "correct sha256 in the configuration" in said
    assert visible(folder) == set()


def test_download_that_differs_from_the_record_is_refused(server, folder):
    path = fetch(folder, f"{server.url}/weights.h5")
    path.unlink()
    server.pages["/weights.h5"] = Page(CHANGED, etag='"2"')
    said = failure(folder, f"{server.url}/weights.h5")
    assert DIGEST in said and CHANGED_DIGEST in said and "take the line of the earlier file out of" in said
    assert not path.exists()
    assert fetch(folder, f"{server.url}/weights.h5", f"{server.url}/mirror/weights.h5").read_bytes() == WHOLE


def test_kept_file_that_differs_from_the_record_is_refused_and_left(server, folder):
    path = fetch(folder, f"{server.url}/weights.h5")
    path.write_bytes(CHANGED)
    said = failure(folder, f"{server.url}/weights.h5")
    assert f"{path} has the sha256 {CHANGED_DIGEST}, expected {DIGEST}. Delete it to have it fetched anew" in said
    assert path.read_bytes() == CHANGED and len(server.log) == 1


@pytest.mark.parametrize(
    ("page", "why"),
    [
        (Page(PAGE, type="text/html; charset=utf-8"), "a web page instead of the file"),
        (Page(b"\n " + PAGE), "a web page instead of the file"),
        (Page(b""), "the server sent nothing instead of the file"),
        (Page(PAGE, status=404, type="text/html"), "the server says 404 Not Found"),
        (Page(PAGE, status=503, type="text/html"), "503 Server Error"),
        (Page(status=302, location="/weights.h5"), "Exceeded 30 redirects"),
    ],
)
def test_what_is_no_file_gives_way_to_a_mirror(server, folder, page, why):
    server.pages["/weights.h5"] = page
    assert why in failure(folder, f"{server.url}/weights.h5")
    assert visible(folder) == set()
    assert fetch(folder, f"{server.url}/weights.h5", f"{server.url}/mirror/weights.h5").read_bytes() == WHOLE


def test_web_page_in_the_middle_spoils_no_part(server, folder, monkeypatch):
    break_off(folder, server, monkeypatch)
    good, server.pages["/weights.h5"] = server.pages["/weights.h5"], Page(PAGE, type="text/html", etag='"p"')
    failure(folder, f"{server.url}/weights.h5")
    server.pages["/weights.h5"] = good
    assert fetch(folder, f"{server.url}/weights.h5").read_bytes() == WHOLE
    assert server.log[-1].headers["Range"] == f"bytes={CUT}-"


def test_message_lists_every_source_and_why(server, folder, tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        unheard = f"http://127.0.0.1:{taken.getsockname()[1]}/weights.h5"  # nobody listens
        said = failure(folder, tmp_path / "none.h5", unheard, f"{server.url}/none.h5", "ftp://host/weights.h5")
    lines = said.splitlines()
    assert lines[0] == "VGG-Face: no source gives the file:"
    assert lines[1] == f"  {tmp_path / 'none.h5'}: no such file or folder"
    assert lines[2] == f"  {unheard}: [Errno 111] Connection refused"
    assert lines[3] == f"  {server.url}/none.h5: the server says 404 Not Found"
    assert lines[4] == "  ftp://host/weights.h5: neither a local path nor a URL that begins with http:// or https://"
    assert lines[5].startswith("To go on without a network, put the file weights.h5 here")
    assert lines[6].strip() == str(folder / "weights.h5") and len(lines) == 7


def test_what_is_there_and_cannot_be_read_gives_way_and_is_named(server, folder, tmp_path):
    endless = tmp_path / ("a" * 300)  # no file system takes such a name
    assert fetch(folder, endless, f"{server.url}/weights.h5").read_bytes() == WHOLE
    (tmp_path / "taken").write_text("a file where the folder should be")
    assert "File exists" in failure(tmp_path / "taken", f"{server.url}/weights.h5")


def test_unknown_host_is_called_so(folder, monkeypatch):
    def unknown(*_args: object, **_keywords: object):
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    assert "the host is unknown, or there is no network" in failure(folder, "http://host.invalid/weights.h5")


@pytest.mark.parametrize(
    "path",
    ["/", "/..", "/a/%2e%2e", "/SHA256SUMS", "/a%00b", "/a%5C..%5Cb", "/a%0Ab"],
    ids=lambda path: path[1:] or "-",
)
def test_url_that_names_no_file_opens_nothing(folder, closed, path):
    assert "does not end in the name of a file" in failure(folder, f"http://127.0.0.1{path}")


def test_slash_in_a_name_leads_nowhere(server, folder):
    server.pages["/..%2F..%2Fweights.h5"] = Page(WHOLE)
    assert fetch(folder, f"{server.url}/..%2F..%2Fweights.h5") == folder / "weights.h5"


# What is on this machine


def test_offline_says_what_to_put_where(folder, closed):
    said = failure(folder, "http://example.org/a/weights.h5", sha256=DIGEST, offline=True)
    assert "http://example.org/a/weights.h5: not fetched, because downloads.offline is true" in said
    assert f"put the file weights.h5 (sha256 {DIGEST}) here" in said
    assert said.splitlines()[-1].strip() == str(folder / "weights.h5")
    folder.mkdir()
    (folder / "weights.h5").write_bytes(WHOLE)
    sources = ["http://example.org/a/weights.h5", "http://example.org/b/other.h5"]
    assert fetch(folder, *sources, sha256=DIGEST, offline=True) == folder / "weights.h5"


def test_file_put_by_hand_is_recorded_and_held_to_that(folder, closed):
    folder.mkdir()
    (folder / "weights.h5").write_bytes(WHOLE)
    assert fetch(folder, "http://example.org/weights.h5") == folder / "weights.h5"
    assert f"{DIGEST}  weights.h5" in (folder / "SHA256SUMS").read_text()
    (folder / "weights.h5").write_bytes(CHANGED)
    assert CHANGED_DIGEST in failure(folder, "http://example.org/weights.h5")


def test_line_written_by_hand_counts(server, folder):
    folder.mkdir()
    (folder / "SHA256SUMS").write_text(f"{CHANGED_DIGEST.upper()} *weights.h5\n")
    assert CHANGED_DIGEST in failure(folder, f"{server.url}/weights.h5")
    server.pages["/weights.h5"].body = CHANGED
    assert fetch(folder, f"{server.url}/weights.h5").read_bytes() == CHANGED


def test_home_of_nobody_is_no_source(folder, closed):
    assert "~nobody-of-this-name/a.h5: no such file or folder" in failure(folder, "~nobody-of-this-name/a.h5")


def test_local_file_is_used_where_it_is(folder, tmp_path, closed):
    local = tmp_path / "mine.h5"
    local.write_bytes(WHOLE)
    assert fetch(folder, "http://example.org/weights.h5", local, sha256=DIGEST) == local
    assert not folder.exists()
    said = failure(folder, local, sha256=CHANGED_DIGEST)
    assert f"{local} has the sha256 {DIGEST}, expected {CHANGED_DIGEST}" in said and "put the file" not in said


def test_local_folder_stands_for_its_file_or_itself(folder, tmp_path, closed):
    clone = tmp_path / "clone"
    clone.mkdir()
    sources = [str(clone), "http://example.org/weights.h5"]
    for given in (sources[:1], sources):
        assert obtain({"from": given}, {"folder": str(folder), "offline": True}, "face model", folders=True) == clone
    assert f"{clone}: a folder without a URL" in failure(folder, clone)
    assert f"{clone}: a folder without weights.h5" in failure(folder, *sources, offline=True)
    folder.mkdir(exist_ok=True)
    (folder / "weights.h5").write_bytes(WHOLE)  # and what was fetched before is used
    assert fetch(folder, *sources) == folder / "weights.h5"
    (folder / "weights.h5").unlink()
    (clone / "weights.h5").write_bytes(WHOLE)
    assert fetch(folder, "http://example.org/weights.h5", clone, sha256=DIGEST) == clone / "weights.h5"
    assert DIGEST in failure(folder, clone, "http://example.org/weights.h5", sha256=CHANGED_DIGEST, offline=True)


def test_mirrors_share_their_file_whatever_its_name(server, folder):
    server.pages["/b/other.h5"] = Page(WHOLE)
    sources = [f"{server.url}/none.h5", f"{server.url}/b/other.h5"]
    assert fetch(folder, *sources) == fetch(folder, *sources) == folder / "other.h5"
    assert [request.path for request in server.log] == ["/none.h5", "/b/other.h5"]


@pytest.mark.parametrize("pinned", [False, True])
def test_two_files_of_one_name_are_not_mixed_up(server, folder, pinned):
    server.pages["/other/weights.h5"] = Page(CHANGED)
    urls = [f"{server.url}/weights.h5", f"{server.url}/other/weights.h5"]
    digests = [DIGEST, CHANGED_DIGEST] if pinned else [None, None]
    for _ in range(2):
        paths = [fetch(folder, url, sha256=digest) for url, digest in zip(urls, digests, strict=True)]
        assert [path.read_bytes() for path in paths] == [WHOLE, CHANGED]
    assert paths == [folder / "weights.h5", folder / key_of(urls[1]) / "weights.h5"]
    assert len(server.log) == 2
    said = failure(folder, f"{server.url}/third/weights.h5", offline=True)
    assert str(folder / key_of(f"{server.url}/third/weights.h5") / "weights.h5") in said


def test_shared_folder_need_not_be_writable(folder, closed):
    (folder / ".SHA256SUMS.lock").mkdir(parents=True)  # which stops even root from writing the record
    (folder / "weights.h5").write_bytes(WHOLE)
    assert fetch(folder, "http://example.org/weights.h5", sha256=DIGEST) == folder / "weights.h5"
    assert "give the file's sha256" in failure(folder, "http://example.org/weights.h5")
