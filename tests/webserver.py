"""Run `offlabel serve` for the tests, each server a process of its own, and talk to it."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from servers import answers, free_port, wait_for

TINY = ("--data", str(Path(__file__).parent / "tiny"), "--only-data")
TOKEN = "an invented token of the tests"


@dataclass(frozen=True)
class Got:
    """What came back."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        """Return the body as text."""
        return self.body.decode()

    @property
    def boolean(self) -> bool:
        """Return the answer to an ASK."""
        return bool(json.loads(self.body)["boolean"])


@dataclass(frozen=True)
class Server:
    """A running server."""

    port: int
    process: "subprocess.Popen[bytes]"
    log: Path

    @property
    def address(self) -> str:
        """Return the address of its endpoint."""
        return f"http://127.0.0.1:{self.port}/sparql"

    def send(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        headers: dict[str, str] | None = None,
    ) -> Got:
        """Send a request and return what comes back."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        try:
            connection.request(method, path, body, headers or {})
            response = connection.getresponse()
            pairs = {name.lower(): value for name, value in response.getheaders()}
            return Got(response.status, pairs, response.read())
        finally:
            connection.close()

    def ask(self, query: str, *more: tuple[str, str], **headers: str) -> Got:
        """Send a query by GET; keyword `if_none_match` is the header If-None-Match."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.send("GET", f"/sparql?{urlencode([('query', query), *more])}", None, named)

    def write(self, update: str, token: str = TOKEN) -> Got:
        """Send an update."""
        headers = {"Content-Type": "application/sparql-update", "Authorization": f"Bearer {token}"}
        return self.send("POST", "/sparql", update.encode(), headers)


@contextmanager
def serving(
    folder: Path, *options: str, data: tuple[str, ...] = TINY, cache: Path | None = None
) -> Iterator[Server]:
    """Run a server with some options until it answers, and end it afterwards."""
    port, log = free_port(), folder / "server.log"
    command = [sys.executable, "-m", "offlabel", "serve", "--port", str(port), *data, *options]
    # One that is killed with all its processes leaves its temporary folder behind.
    environment = {"TMPDIR": str(folder), **os.environ, "OFFLABEL_TOKEN": TOKEN}
    if cache:
        environment["OFFLABEL_CACHE"] = str(cache)
    with log.open("ab") as out:
        process = subprocess.Popen(
            command, env=environment, stderr=out, stdout=out, start_new_session=True
        )
    try:
        wait_for(lambda: answers(f"http://127.0.0.1:{port}/healthz"), process)
        yield Server(port, process, log)
    finally:
        process.terminate()
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
