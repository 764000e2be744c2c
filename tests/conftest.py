"""What several tests share: graphs in every kind of store, and real SPARQL servers to ask."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from offlabel.exports import FILES, Selection, write
from offlabel.exports.selection import PARTS
from offlabel.links.library import Library
from offlabel.links.linked import linked_memory, open_linked
from offlabel.paths import Roots, find_roots
from offlabel.stores.disk import DiskStore
from offlabel.stores.memory import MemoryStore, OxigraphStore
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


@pytest.fixture(scope="session", autouse=True)
def no_width() -> Iterator[None]:
    """Let commands write as in a pipe: a worker of pytest-xdist finds a width set."""
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("COLUMNS", raising=False)
        yield


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
def real_linked(real: MemoryStore, real_roots: Roots, no_library: Library) -> OxigraphStore:
    """Return the real graph in memory with the slices that ship with it."""
    return linked_memory(real.store, real_roots, no_library)


@pytest.fixture(scope="session")
def tiny_linked(tiny: MemoryStore, tiny_roots: Roots, no_library: Library) -> OxigraphStore:
    """Return the small world in memory with its slice."""
    return linked_memory(tiny.store, tiny_roots, no_library)


@pytest.fixture(scope="session")
def real_disk_linked(real_disk: DiskStore, real_roots: Roots, no_library: Library) -> OxigraphStore:
    """Return the real graph on disk with the slices that ship with it."""
    return open_linked(real_roots, no_library)


@pytest.fixture(scope="session")
def tiny_disk_linked(tiny_disk: DiskStore, tiny_roots: Roots, no_library: Library) -> OxigraphStore:
    """Return the small world on disk with its slice."""
    return open_linked(tiny_roots, no_library)


@pytest.fixture(scope="session")
def no_library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """Return a library into which nothing was imported."""
    return Library(tmp_path_factory.mktemp("no-library"))


@pytest.fixture(scope="session")
def real_remote(
    real_linked: OxigraphStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteStore]:
    """Return what a push of the real graph sends, behind a SPARQL server of another process."""
    with oxigraph_server(real_linked, tmp_path_factory.mktemp("real")) as address:
        yield RemoteStore(address)


@pytest.fixture(scope="session")
def tiny_remote(
    tiny_linked: OxigraphStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteStore]:
    """Return the same of the small world."""
    with oxigraph_server(tiny_linked, tmp_path_factory.mktemp("tiny")) as address:
        yield RemoteStore(address)


@pytest.fixture(scope="session")
def tiny_rdflib(
    tiny_linked: OxigraphStore, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[RemoteStore]:
    """Return the same behind a SPARQL server with an engine that is not ours: rdflib."""
    file = tmp_path_factory.mktemp("rdflib") / "graph.ttl"
    write(FILES["turtle"], Selection(tiny_linked.store, PARTS), file)
    port = free_port()
    command = [sys.executable, str(Path(__file__).with_name("rdflib_server.py")), str(file)]
    with running([*command, str(port)], f"http://127.0.0.1:{port}/?query=ASK%7B%7D"):
        yield RemoteStore(f"http://127.0.0.1:{port}/")
