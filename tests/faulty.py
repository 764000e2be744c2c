"""A proxy before a SPARQL endpoint that goes wrong in the ways in which public endpoints do."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from socket import SO_LINGER, SOL_SOCKET
from struct import pack
from threading import Thread
from urllib.request import Request, urlopen

SECONDS = 2  # how much longer than its client waits a slow answer takes


class Faulty(ThreadingHTTPServer):
    """Forward to `behind`; the next requests meet the faults of `faults`, one each."""

    daemon_threads = True

    def __init__(self, behind: str) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.behind = behind
        self.faults: list[str] = []
        self.requests: list[dict[str, str]] = []
        self.forged = ""

    @property
    def endpoint(self) -> str:
        """Return the address of the proxy."""
        return f"http://127.0.0.1:{self.server_address[1]}/sparql"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    server: Faulty

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer(None)

    def do_POST(self) -> None:
        self._answer(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, body: bytes | None) -> None:
        self.server.requests.append(dict(self.headers))
        fault = self.server.faults.pop(0) if self.server.faults else "none"
        if fault in ("500", "503"):
            self._send(int(fault), "text/plain", b"Virtuoso 42000 Error: out of threads")
        elif fault == "429":
            self._send(429, "text/plain", b"slow down", {"Retry-After": "0"})
        elif fault == "404":
            self._send(404, "text/plain", b"nothing here")
        elif fault == "html":
            self._send(200, "text/html", b"<!DOCTYPE html><title>Maintenance</title><p>Back soon")
        elif fault in ("endless", "flood"):
            self._endless(0 if fault == "flood" else 0.01)
        elif fault == "400":
            self._send(400, "text/plain", b"Virtuoso 37000 Error: syntax error")
        elif fault == "empty":
            self._send(200, "text/turtle", b"")
        elif fault == "nothing":
            self._send(200, "text/turtle", b"# Empty TURTLE\n")
        elif fault == "forged":
            self._send(200, "text/turtle", self.server.forged.encode())
        elif fault == "elsewhere":
            self._send(302, "text/plain", b"", {"Location": "http://localhost:9/sparql"})
        elif fault == "moved":
            self._send(302, "text/plain", b"", {"Location": self.path + "&moved"})
        elif fault in ("reset", "headers-cut", "slow-headers"):
            self._headers(fault)
        else:
            self._forward(fault, body)

    def _forward(self, fault: str, body: bytes | None) -> None:
        kept = {k: v for k, v in self.headers.items() if k.lower() in ("accept", "content-type")}
        query = self.path.partition("?")[2]
        address = f"{self.server.behind}?{query}" if query else self.server.behind
        with urlopen(Request(address, body, kept), timeout=30) as answer:
            content, kind = answer.read(), answer.headers["Content-Type"]
        if fault == "slow":
            time.sleep(SECONDS)
        if fault == "wrong-type":
            kind = "application/octet-stream"
        cut = content[: len(content) // 2] if fault == "cut" else content
        self._send(200, kind, cut, {"Content-Length": str(len(content))})
        if fault == "cut":
            self.close_connection = True

    def _headers(self, fault: str) -> None:
        """Send a part of the head, then reset, close, or go on letter by letter."""
        self.close_connection = True
        if fault == "reset":  # a linger of no seconds resets the connection
            self.connection.setsockopt(SOL_SOCKET, SO_LINGER, pack("ii", 1, 0))
            self.connection.close()
            return
        self.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Type: text/tur")
        if fault == "slow-headers":
            for letter in b"tle; " + b"x" * 1000:
                self.wfile.write(bytes([letter]))
                time.sleep(0.1)

    def _endless(self, pause: float) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "text/turtle")
        self.end_headers()
        while True:
            self.wfile.write(b"<http://example.org/a> <http://example.org/b> 1 .\n" * 1000)
            time.sleep(pause)

    def _send(self, code: int, kind: str, body: bytes, more: dict[str, str] | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        for name, value in (more or {}).items():
            self.send_header(name, value)
        if "Content-Length" not in (more or {}):
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def faulty(behind: str) -> Iterator[Faulty]:
    """Run the proxy."""
    with Faulty(behind) as proxy:
        Thread(target=proxy.serve_forever, daemon=True).start()
        yield proxy
        proxy.shutdown()
