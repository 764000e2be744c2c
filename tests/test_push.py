"""`offlabel push`: the graph at a server by the Graph Store Protocol, resumable and compared."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pyoxigraph import NamedNode, Quad, Store

from commands import TINY, offlabel
from offlabel.errors import StoreError
from offlabel.links.journal import Journal
from offlabel.links.library import Library
from offlabel.links.push import push
from offlabel.stores.disk import DiskStore
from offlabel.stores.graphstore import GraphStore, canonical
from offlabel.stores.memory import MemoryStore, OxigraphStore
from offlabel.stores.remote import RemoteStore
from servers import SERVER, free_port, running
from virtuoso import Virtuoso, virtuoso

GRAPH = "https://w3id.org/offlabel/graph/"
HERE = Path(__file__).parent


@pytest.fixture
def cache_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, tiny_disk: DiskStore) -> Path:
    """Keep the journal apart for each test."""
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("OFFLABEL_PASSWORD", "dba")
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Virtuoso]:
    """Run an empty Virtuoso."""
    with virtuoso(tmp_path_factory.mktemp("pushed")) as running_server:
        yield running_server


@pytest.fixture
def oxigraph(tmp_path: Path) -> Iterator[str]:
    """Run an empty Oxigraph server that can be written, and yield its graph store."""
    port = free_port()
    command = [str(SERVER), "serve", "--location", str(tmp_path / "ox"), "--union-default-graph"]
    with running([*command, "--bind", f"127.0.0.1:{port}"], f"http://127.0.0.1:{port}/"):
        yield f"http://127.0.0.1:{port}/store"


def test_virtuoso_holds_the_graph(
    server: Virtuoso, cache_here: Path, tiny_linked: OxigraphStore
) -> None:
    """All graphs arrive, with digest authentication; pushed again, nothing is sent."""
    done = offlabel("push", server.graph_store, "--user", "dba", *TINY)
    again = offlabel("push", server.graph_store, "--user", "dba", *TINY)
    graphs = len(list(tiny_linked.store.named_graphs()))

    assert (0, "") == (done.code, done.err)
    assert f"{graphs} graphs" in done.text
    assert f"{graphs} sent, 0 removed, {graphs} compared equal" in done.text
    assert f"0 sent, 0 removed, {graphs} compared equal" in again.text
    question = "SELECT ?s WHERE { ?s a <https://w3id.org/offlabel/ontology#Study> } ORDER BY ?s"

    assert tiny_linked.select(question).rows == RemoteStore(server.endpoint).select(question).rows


def test_oxigraph_holds_the_graph(oxigraph: str, cache_here: Path, tiny: MemoryStore) -> None:
    """Another server, without a password; what is no longer there is removed, the rest stays."""
    with GraphStore(oxigraph) as target:
        target.put(NamedNode("http://example.org/mine"), b"<urn:a> <urn:b> <urn:c> .\n")
        journal = Journal(oxigraph, cache_here)
        done = push(tiny.store, target, journal, lambda done, total: None)
        smaller = Store()
        smaller.bulk_extend(tiny.store)
        gone = sorted(map(str, smaller.named_graphs()))[0].strip("<>")
        smaller.remove_graph(NamedNode(gone))
        after = push(smaller, target, Journal(oxigraph, cache_here), lambda done, total: None)

        assert () == done.different == after.different
        assert (0, 1) == (after.sent, after.removed)
        assert target.get(NamedNode(gone)) is None
        assert target.get(NamedNode("http://example.org/mine"))


UNDER = ("ask", "link/things-under-a-term", "-p", "term=MONDO:9999996", "-f", "csv")


def test_hierarchies_are_pushed_too(oxigraph: str, cache_here: Path) -> None:
    """What is above our terms goes along, also of a past day, and the server answers as we do."""
    endpoint = oxigraph.replace("/store", "/query")
    offlabel("push", oxigraph, *TINY)
    found = offlabel(*UNDER, "--endpoint", endpoint)

    assert "MONDO:0000000 < MONDO:9999998 < MONDO:9999996" in found.text
    assert offlabel(*UNDER, *TINY).text == found.text
    offlabel("push", oxigraph, "--as-of", "2002-12-31", *TINY)

    assert found.text == offlabel(*UNDER, "--endpoint", endpoint).text


def test_imported_ontologies_go_along_cut_or_whole(oxigraph: str, cache_here: Path) -> None:
    """Of an imported ontology the needed terms are sent, or all of it; as of a day never all."""
    unneeded = "<http://purl.obolibrary.org/obo/MONDO_1111111>"
    path = cache_here.with_name("mondo.ttl")
    text = (HERE / "tiny" / "vocabularies" / "mondo.ttl").read_text(encoding="utf-8")
    path.write_text(f'{text}\n{unneeded} a owl:Class ; rdfs:label "another" .\n')
    Library().add(path)
    store = RemoteStore(oxigraph.replace("/store", "/query"))
    offlabel("push", oxigraph, *TINY)
    assert not store.ask(f"ASK {{ {unneeded} ?p ?o }}")
    assert offlabel(*UNDER, *TINY).text == offlabel(*UNDER, "--endpoint", store.endpoint).text
    offlabel("push", oxigraph, "--ontologies", *TINY)
    assert store.ask(f"ASK {{ {unneeded} ?p ?o }}")
    assert offlabel(*UNDER, *TINY).text == offlabel(*UNDER, "--endpoint", store.endpoint).text
    done = offlabel("push", oxigraph, "--ontologies", "--as-of", "2002-12-31", *TINY)

    assert 2 == done.code
    assert "have no past" in done.err


def test_what_differs_is_named_and_mended(oxigraph: str, cache_here: Path) -> None:
    """A graph that somebody changed at the server is named; the next push puts it right."""
    offlabel("push", oxigraph, *TINY)
    name = NamedNode(f"{GRAPH}ontology/drug")
    with GraphStore(oxigraph) as target:
        assert target.get(name)
        target.put(name, b"<urn:a> <urn:b> <urn:c> .\n")
    found = offlabel("push", oxigraph, *TINY)
    mended = offlabel("push", oxigraph, *TINY)

    assert 1 == found.code
    assert f"{name.value} is not there as it is here.\n" == found.err
    assert 0 == mended.code
    assert " 1 sent" in mended.text


class Counting(GraphStore):
    """A graph store whose connection breaks after some graphs."""

    left = 10

    def put(self, graph: NamedNode, content: bytes) -> None:
        """Put a graph, or break."""
        if self.left == 0:
            raise StoreError("the connection broke")
        self.left -= 1
        super().put(graph, content)


def test_goes_on_after_a_break(oxigraph: str, cache_here: Path, tiny: MemoryStore) -> None:
    """What the server took before a break is not sent again."""
    with Counting(oxigraph) as target, pytest.raises(StoreError, match="broke"):
        push(tiny.store, target, Journal(oxigraph, cache_here), lambda done, total: None)
    with GraphStore(oxigraph) as target:
        done = push(tiny.store, target, Journal(oxigraph, cache_here), lambda done, total: None)

    assert () == done.different
    assert done.graphs - 10 == done.sent


def test_kill_leaves_each_graph_whole(
    oxigraph: str, cache_here: Path, tiny_linked: OxigraphStore
) -> None:
    """kill -9 in the middle: each graph is there whole or not at all; again, and all is there."""
    code = "from offlabel.cli import main; main()"
    command = [sys.executable, "-c", code, "push", oxigraph, *TINY]
    environment = {**os.environ, "OFFLABEL_CACHE": str(cache_here)}
    process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
    journals = cache_here / "pushed"
    wait(lambda: any(p.stat().st_size > 2000 for p in journals.glob("*.jsonl")))
    process.send_signal(signal.SIGKILL)
    process.wait(10)
    expected = {
        graph: canonical(tiny_linked.store.quads_for_pattern(None, None, None, graph))
        for graph in tiny_linked.store.named_graphs()
        if isinstance(graph, NamedNode)
    }
    with GraphStore(oxigraph) as target:
        found = {graph: target.get(graph) for graph in expected}
        whole = {graph for graph, quads in found.items() if quads is not None}

        assert 0 < len(whole) < len(expected)
        assert all(canonical(found[graph] or []) == expected[graph] for graph in whole)
        done = offlabel("push", oxigraph, *TINY)

        assert 0 == done.code
        assert f"{len(expected)} compared equal" in done.text
        assert f" {len(expected)} sent" not in done.text


def wait(done: Callable[[], bool]) -> None:
    """Wait until something is so; fail after a minute."""
    end = time.monotonic() + 60
    while not done():
        assert time.monotonic() < end
        time.sleep(0.001)


def test_half_a_line_in_the_journal_counts_for_nothing(tmp_path: Path) -> None:
    """A journal whose last line a killed process left broken is read up to there, and goes on."""
    journal = Journal("http://x/", tmp_path)
    journal.note("urn:a", "1")
    journal.path.write_text(journal.path.read_text() + '["urn:b", "2')
    journal = Journal("http://x/", tmp_path)
    journal.note("urn:c", "3")

    assert {"urn:a": "1", "urn:c": "3"} == Journal("http://x/", tmp_path).taken
    assert json.loads(journal.path.read_text().splitlines()[-1]) == ["urn:c", "3"]


@pytest.mark.parametrize(
    ("address", "message"),
    [
        ("ftp://example.org/", "not the address of a graph store"),
        ("http://me:secret@example.org/", "Leave the password out"),
        ("http://127.0.0.1:{free}/", "cannot be reached"),
    ],
)
def test_wrong_addresses(address: str, message: str, cache_here: Path) -> None:
    """An address that is none gives one clear message."""
    done = offlabel("push", address.format(free=free_port()), *TINY)

    assert 2 == done.code
    assert message in done.err


def test_wrong_password(
    server: Virtuoso, cache_here: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A password that is wrong is told, and is nowhere in the message."""
    monkeypatch.setenv("OFFLABEL_PASSWORD", "geheim")
    done = offlabel("push", server.graph_store, "--user", "dba", *TINY)

    assert 2 == done.code
    assert "refuses (401)" in done.err
    assert "geheim" not in done.err + done.text
    assert 2 == offlabel("push", server.graph_store, *TINY).code


def test_numbers_compare_by_value() -> None:
    """A number is the same in whatever form a server writes it."""
    node, kind = NamedNode("urn:a"), "http://www.w3.org/2001/XMLSchema#double"
    from pyoxigraph import Literal

    one, two = (
        canonical([Quad(node, node, Literal(text, datatype=NamedNode(kind)))])
        for text in ("1.5E-7", "1.5e-07")
    )

    assert one == two
