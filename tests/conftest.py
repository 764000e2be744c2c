"""What several tests share: graphs in every kind of store, and real SPARQL servers to ask."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from offlabel.exports import FILES, Selection, write
from offlabel.paths import Roots, find_roots
from offlabel.stores.disk import DiskStore
from offlabel.stores.memory import MemoryStore
from offlabel.stores.remote import RemoteStore
from servers import free_port, oxigraph_server, running

TINY = Path(__file__).parent / "tiny"


@pytest.fixture(scope="session", autouse=True)
def cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Keep built stores apart from those of the person who runs the tests."""
    folder = tmp_path_factory.mktemp("cache")
    before = os.environ.get("OFFLABEL_CACHE")
    os.environ["OFFLABEL_CACHE"] = str(folder)
    yield folder
    if before is None:
        del os.environ["OFFLABEL_CACHE"]
    else:
        os.environ["OFFLABEL_CACHE"] = before


@pytest.fixture(scope="session")
def real_roots() -> Roots:
    """Return the project's own sources."""
    return find_roots()


@pytest.fixture(scope="session")
def tiny_roots() -> Roots:
    """Return the small world."""
    return find_roots([TINY], only=True)


@pytest.fixture(scope="session")
def real(real_roots: Roots) -> MemoryStore:
    """Return the real graph in memory."""
    return MemoryStore.from_roots(real_roots)


@pytest.fixture(scope="session")
def tiny(tiny_roots: Roots) -> MemoryStore:
    """Return the small world in memory."""
    return MemoryStore.from_roots(tiny_roots)


@pytest.fixture(scope="session")
def real_disk(real_roots: Roots, cache: Path) -> DiskStore:
    """Return the real graph on disk."""
    return DiskStore.from_roots(real_roots)


@pytest.fixture(scope="session")
def tiny_disk(tiny_roots: Roots, cache: Path) -> DiskStore:
    """Return the small world on disk."""
    return DiskStore.from_roots(tiny_roots)


@pytest.fixture(scope="session")
def real_remote(
    real: MemoryStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteStore]:
    """Return the real graph behind a SPARQL server of another process."""
    with oxigraph_server(real, tmp_path_factory.mktemp("real")) as address:
        yield RemoteStore(address)


@pytest.fixture(scope="session")
def tiny_remote(
    tiny: MemoryStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteStore]:
    """Return the small world behind a SPARQL server of another process."""
    with oxigraph_server(tiny, tmp_path_factory.mktemp("tiny")) as address:
        yield RemoteStore(address)


@pytest.fixture(scope="session")
def tiny_rdflib(
    tiny: MemoryStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteStore]:
    """Return the small world behind a SPARQL server with an engine that is not ours: rdflib."""
    file = tmp_path_factory.mktemp("rdflib") / "graph.ttl"
    write(FILES["turtle"], Selection(tiny.store), file)
    port = free_port()
    command = [sys.executable, str(Path(__file__).with_name("rdflib_server.py")), str(file)]
    with running([*command, str(port)], f"http://127.0.0.1:{port}/?query=ASK%7B%7D"):
        yield RemoteStore(f"http://127.0.0.1:{port}/")
