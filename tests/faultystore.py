"""A graph store in memory that goes wrong for some graphs, in the ways in which servers do."""

import socket
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from urllib.parse import parse_qs, urlsplit

NTRIPLES = "application/n-triples"
STATEMENT = b"<http://example.org/a> <http://example.org/b> <http://example.org/c> .\n"


class FaultyStore(ThreadingHTTPServer):
    """Hold graphs as N-Triples; `faults` says what goes wrong with which request, and how often."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.graphs: dict[str, bytes] = {}
        self.faults: dict[tuple[str, str], list[str]] = {}
        self.is_over = Event()

    @property
    def address(self) -> str:
        """Return the address of the graph store."""
        return f"http://127.0.0.1:{self.server_address[1]}/store"

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    server: FaultyStore

    def log_message(self, format: str, *args: object) -> None:
        pass

    def do_GET(self) -> None:
        self._answer()

    def do_PUT(self) -> None:
        self._answer()

    def do_DELETE(self) -> None:
        self._answer()

    def _answer(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        graph = parse_qs(urlsplit(self.path).query)["graph"][0]
        waiting = self.server.faults.get((self.command, graph), [])
        fault = waiting.pop(0) if waiting else ""
        held = self.server.graphs.get(graph)
        if fault in ("413", "500", "503"):
            self._send(int(fault), "text/plain", b"no")
        elif fault == "slow":
            self.server.is_over.wait(10)
        elif fault == "reset":
            # SO_LINGER with no time: the connection ends by RST instead of FIN.
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            self.connection.close()
        elif fault == "html":
            self._send(200, "text/html; charset=utf-8", b"<!DOCTYPE html><title>Back soon")
        elif fault in ("endless", "drip"):
            self._go_on(fault)
        elif self.command == "PUT":
            self.server.graphs[graph] = body
            self._send(201, "text/plain", b"")
        elif held is None:
            self._send(404, "text/plain", b"")
        elif self.command == "DELETE":
            del self.server.graphs[graph]
            self._send(204, "text/plain", b"")
        elif fault == "cut":
            self._send(200, NTRIPLES, held[: len(held) // 2], length=len(held))
            self.close_connection = True
        else:
            kinds = {"turtle": "text/turtle", "wrong-type": "application/octet-stream"}
            self._send(200, kinds.get(fault, NTRIPLES), held)

    def _go_on(self, fault: str) -> None:
        self.send_response(200)
        self.send_header("Content-Type", NTRIPLES)
        self.end_headers()
        while not self.server.is_over.wait(0.05 if fault == "drip" else 0):
            self.wfile.write(b" " if fault == "drip" else STATEMENT * 1000)

    def _send(self, code: int, kind: str, body: bytes, length: int | None = None) -> None:
        self.send_response(code)
        self.send_header("Content-Type", kind)
        if code != 204:
            self.send_header("Content-Length", str(len(body) if length is None else length))
        self.end_headers()
        self.wfile.write(body)


@contextmanager
def faulty_store() -> Iterator[FaultyStore]:
    """Run the graph store."""
    with FaultyStore() as server:
        Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.is_over.set()
        server.shutdown()
