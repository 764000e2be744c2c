"""`offlabel push` to a server that goes wrong: what failed is named, the rest arrives."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad, Store

from commands import TINY, offlabel
from faultystore import FaultyStore, faulty_store
from offlabel.errors import EndpointError, StoreError
from offlabel.links.journal import Journal
from offlabel.links.push import Pushed, push
from offlabel.stores.graphstore import GraphStore

NAMES = [f"http://example.org/graph/{number}" for number in range(6)]
AT = NAMES[2]
# Each fault, for which requests, and what is said of a graph for which it does not pass.
PASSING = {
    ("PUT", "slow"): "did not answer in time",
    ("PUT", "500"): f"answered 500 Internal Server Error for {AT}",
    ("PUT", "reset"): "the connection broke",
    ("GET", "slow"): "did not answer in time",
    ("GET", "503"): f"answered 503 Service Unavailable for {AT}",
    ("GET", "reset"): "the connection broke",
    ("GET", "cut"): "the connection broke",
    ("GET", "html"): f"{AT} came back as text/html; charset=utf-8, which is not RDF",
    ("GET", "drip"): f"{AT} comes back too slowly",
}
LASTING = {
    ("PUT", "413"): f"answered 413 Request Entity Too Large for {AT}",
    ("GET", "endless"): f"{AT} comes back with more than",
}
REASONS = {**PASSING, **LASTING}


@pytest.fixture
def server() -> Iterator[FaultyStore]:
    """Run an empty store."""
    with faulty_store() as running:
        yield running


@pytest.fixture
def graphs() -> Store:
    """Return a store of some graphs."""
    store = Store()
    for name in NAMES:
        node = NamedNode(name)
        store.extend(Quad(node, node, Literal(f"{n}"), node) for n in range(50))
    return store


def pushed(graphs: Store, server: FaultyStore, home: Path, tries: int = 2) -> Pushed:
    """Push without long pauses."""
    with GraphStore(server.address, timeout=0.4) as target:
        journal = Journal(server.address, home)
        return push(graphs, target, journal, lambda done, total: None, tries, pause=0.01)


@pytest.mark.parametrize(("method", "fault"), list(PASSING))
def test_a_fault_that_passes(
    method: str, fault: str, graphs: Store, server: FaultyStore, tmp_path: Path
) -> None:
    """A request that went wrong once is made again, and everything arrives."""
    server.faults[method, AT] = [fault]
    done = pushed(graphs, server, tmp_path)

    assert (6, (), ()) == (done.equal, done.different, done.failed)
    assert not server.faults[method, AT]


@pytest.mark.parametrize(("method", "fault"), list(REASONS))
def test_a_fault_that_lasts(
    method: str, fault: str, graphs: Store, server: FaultyStore, tmp_path: Path
) -> None:
    """The graph is named with the reason, the others arrive, and the next push does the rest."""
    server.faults[method, AT] = [fault] * 2
    done = pushed(graphs, server, tmp_path)
    ((graph, reason),) = done.failed
    server.faults.clear()
    again = pushed(graphs, server, tmp_path)

    assert AT == graph
    assert REASONS[method, fault] in reason
    assert (5, ()) == (done.equal, done.different)
    assert (6, (), ()) == (again.equal, again.different, again.failed)
    assert again.sent == (1 if method == "PUT" else 0)


@pytest.mark.parametrize("fault", ["turtle", "wrong-type"])
def test_a_graph_in_another_form(
    fault: str, graphs: Store, server: FaultyStore, tmp_path: Path
) -> None:
    """What comes back is read as what it is said to be, or else as what was asked for."""
    server.faults["GET", AT] = [fault]

    assert 6 == pushed(graphs, server, tmp_path).equal


def test_a_graph_that_cannot_be_removed(graphs: Store, server: FaultyStore, tmp_path: Path) -> None:
    """A graph that is gone here and not there is named, and removed by the next push."""
    pushed(graphs, server, tmp_path)
    graphs.remove_graph(NamedNode(AT))
    server.faults["DELETE", AT] = ["500"] * 2
    done = pushed(graphs, server, tmp_path)
    again = pushed(graphs, server, tmp_path)

    assert [AT] == [graph for graph, _ in done.failed]
    assert (0, 1) == (done.removed, again.removed)
    assert set(NAMES) - {AT} == set(server.graphs)


def test_a_server_that_fails_for_all(graphs: Store, server: FaultyStore, tmp_path: Path) -> None:
    """After some failures in a row the push ends; the next one goes on from there."""
    server.faults = {("PUT", name): ["500"] * 2 for name in NAMES[1:]}
    with pytest.raises(StoreError, match="3 graphs failed one after the other"):
        pushed(graphs, server, tmp_path)

    assert {NAMES[0]} == set(server.graphs)
    server.faults.clear()

    assert 5 == pushed(graphs, server, tmp_path).sent


def test_the_command_names_what_failed(
    server: FaultyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The command prints each graph that failed, with the reason, and ends with code 1."""
    monkeypatch.setenv("OFFLABEL_CACHE", str(tmp_path))
    graph = "https://w3id.org/offlabel/graph/ontology/drug"
    server.faults["PUT", graph] = ["413"]
    done = offlabel("push", server.address, *TINY)

    assert 1 == done.code
    assert done.err.startswith(f"{graph} failed: {server.address} answered 413")
    assert 1 == len(done.err.splitlines())


def test_no_more_is_read_than_asked_for(server: FaultyStore) -> None:
    """An answer without an end is given up at the bytes that are allowed."""
    server.faults["GET", AT] = ["endless"]
    with (
        GraphStore(server.address) as target,
        pytest.raises(StoreError, match="more than 5,000 bytes") as caught,
    ):
        target.get(NamedNode(AT), 5000)

    assert not isinstance(caught.value, EndpointError)
