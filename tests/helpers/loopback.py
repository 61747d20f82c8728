"""A small web server on 127.0.0.1: files with ranges and validators as a good server has them, and all misbehaviour."""

import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What the server answers to a path; change it between requests to change the server."""

    body: bytes = b""
    status: int = 200
    type: str = "application/octet-stream"
    etag: str = '"1"'  # "" for a server without validators
    ranges: bool = True  # whether it knows them
    astray: int = 0  # bytes by which a range that it sends misses the one asked for
    chunked: bool = False  # whether it says no length
    cuts: list[int] = field(default_factory=list)  # for each of the first answers, after how many bytes it breaks off
    location: str = ""  # of a redirect
    pause: float = 0  # seconds before each answer
    rate: float = 0  # bytes a second; 0 for as fast as it goes


@dataclass
class Request:
    """What the server was asked, and how much of the body it sent."""

    path: str
    headers: Mapping[str, str]
    status: int = 0
    sent: int = 0


@dataclass
class Server:
    """The pages by path, the requests in their order, and the address."""

    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    log: list[Request] = field(default_factory=list)


@contextmanager
def serving(pages: Mapping[str, Page]) -> Iterator[Server]:
    """A server of these pages, by path with its slash, while the context lasts."""
    http = _Http(("127.0.0.1", 0), _Handler)
    http.server = server = Server(f"http://127.0.0.1:{http.server_port}", dict(pages))
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield server
    finally:
        http.shutdown()
        http.server_close()
        thread.join()


class _Http(ThreadingHTTPServer):
    request_queue_size = 64  # the 5 of http.server makes connections wait that come at once


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def log_message(self, *_args: object) -> None:
        """Requests are kept in the server's log, and not told."""

    def do_GET(self) -> None:  # noqa: N802, the name that http.server looks for
        server: Server = self.server.server
        request = Request(self.path, dict(self.headers))
        server.log.append(request)
        page = server.pages.get(self.path.partition("?")[0], Page(b"<html>not here</html>", 404, "text/html"))
        time.sleep(page.pause)
        start, request.status = self._range(page)
        body = page.body[start:] if request.status != 416 else b""
        self.send_response(request.status)
        self._send_headers(page, request.status, start, len(body))
        self._send_body(page, body, request)

    def _range(self, page: Page) -> tuple[int, int]:
        """The first byte to send, and the status (RFC 9110, 14): the whole if the If-Range fails."""
        asked = self.headers.get("Range")
        if page.status != 200 or not page.ranges or not asked or self.headers.get("If-Range", page.etag) != page.etag:
            return 0, page.status
        start = int(asked.removeprefix("bytes=").partition("-")[0]) + page.astray
        return (start, 206) if start < len(page.body) else (0, 416)

    def _send_headers(self, page: Page, status: int, start: int, length: int) -> None:
        self.send_header("Content-Type", page.type)
        if page.etag:
            self.send_header("ETag", page.etag)
        if page.location:
            self.send_header("Location", page.location)
        if status == 206:
            self.send_header("Content-Range", f"bytes {start}-{len(page.body) - 1}/{len(page.body)}")
        if status == 416:
            self.send_header("Content-Range", f"bytes */{len(page.body)}")
        if page.chunked:
            self.send_header("Transfer-Encoding", "chunked")
        else:
            self.send_header("Content-Length", str(length))
        self.end_headers()

    def _send_body(self, page: Page, body: bytes, request: Request) -> None:
        cut = page.cuts.pop(0) if page.cuts else len(body)
        step = max(1, int(page.rate / 100)) if page.rate else 2**16
        try:
            for first in range(0, min(cut, len(body)), step):
                piece = body[first : min(first + step, cut)]
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if page.chunked else piece)
                request.sent += len(piece)
                time.sleep(len(piece) / page.rate if page.rate else 0)
            if page.chunked and cut >= len(body):
                self.wfile.write(b"0\r\n\r\n")
        except (BrokenPipeError, ConnectionResetError):
            cut = 0  # whoever asked has gone
        self.close_connection = self.close_connection or cut < len(body)
