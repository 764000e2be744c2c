"""Watch a server of the tests from outside: its processes, its memory, its figures, its log."""

import re
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path
from socket import create_connection

import pytest

from webserver import Server


def until(done: Callable[[], object]) -> None:
    """Wait until something is so; fail where it is not within a minute."""
    end = time.monotonic() + 60
    while not done():
        if time.monotonic() > end:
            pytest.fail("it did not come about")
        time.sleep(0.02)


def request(path: str) -> bytes:
    """Return a plain request."""
    return f"GET {path} HTTP/1.1\r\nHost: x\r\n\r\n".encode()


def raw(server: Server, data: bytes) -> bytes:
    """Send bytes and return what comes until the server closes, or has answered."""
    with closing(create_connection(("127.0.0.1", server.port), timeout=30)) as connection:
        with suppress(BrokenPipeError, ConnectionResetError):
            connection.sendall(data)
        got = b""
        try:
            while part := connection.recv(65_536):
                got += part
                head, _, body = got.partition(b"\r\n\r\n")
                if b"content-length: %d\r\n" % len(body) in head.lower() + b"\r\n":
                    break
                if body.endswith(b"0\r\n\r\n"):
                    break
        except ConnectionResetError:
            pass
    return got


def children(pid: int) -> list[int]:
    """Return the processes that a process has started."""
    try:
        return [int(pid) for pid in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    except OSError:
        return []


def family(pid: int) -> list[int]:
    """Return a process and all that come from it."""
    return [pid, *(each for child in children(pid) for each in family(child))]


def memory(server: Server) -> int:
    """Return the memory of all processes of a server, in kB, what they share counted once."""
    total = 0
    for pid in family(server.process.pid):
        with suppress(OSError):  # a worker that was just replaced
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(re.findall(r"^Pss:\s+(\d+)", rollup, re.M)[0])
    return total


def figure(server: Server, name: str) -> int:
    """Return one of the server's figures."""
    lines = server.send("GET", "/metrics").text.splitlines()
    return int(
        float(next(line.split()[1] for line in lines if line.startswith(f"offlabel_{name} ")))
    )


def idle(server: Server) -> int:
    """Return how many workers wait."""
    return figure(server, "workers_idle")


def workers(server: Server) -> int:
    """Return how many workers there are."""
    return len(children(children(server.process.pid)[0]))


def calm(server: Server) -> None:
    """Fail where the log of a server has a traceback."""
    assert "Traceback" not in server.log.read_text(errors="replace")
