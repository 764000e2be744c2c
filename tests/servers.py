"""Real SPARQL servers for the tests, each a process of its own."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from secrets import randbelow
from urllib.error import HTTPError, URLError
from urllib.request import urlopen

import pytest
from pyoxigraph import RdfFormat, Store

from offlabel.stores.memory import OxigraphStore

SERVER = Path(sys.executable).with_name("oxigraph")


@contextmanager
def oxigraph_server(graph: OxigraphStore, folder: Path) -> Iterator[str]:
    """Serve a graph with Oxigraph's own server and yield the address of its endpoint."""
    store = Store(str(folder / "store"))
    store.bulk_load(graph.store.dump(format=RdfFormat.N_QUADS), format=RdfFormat.N_QUADS)
    store.flush()
    del store
    port = free_port()
    command = [str(SERVER), "serve-read-only", "--location", str(folder / "store")]
    command += ["--bind", f"127.0.0.1:{port}", "--union-default-graph"]
    with running(command, f"http://127.0.0.1:{port}/query?query=ASK%7B%7D"):
        yield f"http://127.0.0.1:{port}/query"


def free_port() -> int:
    """Return a port that nothing listens on, below those that the system gives to clients.

    It is drawn by lot, so that no two workers of the tests are likely to get the same.
    """
    while True:
        port = 11_000 + randbelow(21_000)
        with closing(socket.socket()) as probe, suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


@contextmanager
def running(command: list[str], address: str) -> Iterator[None]:
    """Run a server until its address answers, and end it afterwards."""
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        wait_for(lambda: answers(address), process)
        yield
    finally:
        process.terminate()
        process.wait(20)


def answers(address: str) -> bool:
    """Say whether a server answers at an address."""
    try:
        with urlopen(address, timeout=5):
            return True
    except HTTPError as error:
        with error:
            return True
    except (URLError, OSError):
        return False


def wait_for(done: Callable[[], bool], process: "subprocess.Popen[bytes]") -> None:
    """Wait until a server is there; fail where it died or took a minute."""
    end = time.monotonic() + 60
    while not done():
        if process.poll() is not None or time.monotonic() > end:
            pytest.fail(f"{process.args!r} did not start")
        time.sleep(0.05)
