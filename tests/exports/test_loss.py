"""What the loss report says against what a reader gets back from the output, both ways."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from pathlib import Path

import networkx
import pytest
from pyoxigraph import BlankNode, Literal, NamedNode, RdfFormat, Triple, parse

from exporting import LABEL, TYPE, exported, missing, statements, told
from offlabel.exports import EXPORTS, FILES, Selection
from offlabel.exports.selection import part_of
from offlabel.stores.memory import MemoryStore
from offlabel.terms import OL

SYNTAXES = ("jsonld", "nquads", "ntriples", "rdfxml", "trig", "turtle")
WITHOUT_GRAPHS = ("ntriples", "rdfxml", "turtle")
NETWORKS = ("cx2", "graphml")
# What the kinds of nodes and edges of a network say.
CLASSES = {
    "drug": "Drug",
    "regimen class": "RegimenClass",
    "condition": "Condition",
    "study": "Study",
    "mechanism": "Mechanism",
    "primary source": "PrimarySource",
    "secondary source": "SecondarySource",
    "tertiary source": "TertiarySource",
}
RELATIONS = {
    "of drug": "ofDrug",
    "investigates": "investigates",
    "studied in": "inCondition",
    "reported in": "reportedIn",
    "mechanism of": "forRegimenClass",
    "kind of": "subtypeOf",
}
WORLDS = pytest.mark.parametrize("world", ["tiny", "real"])
Attributes = dict[str, object]


def plain(term: object) -> str:
    """Return a term as a network has it, without language or datatype."""
    return term.value if isinstance(term, Literal | NamedNode) else "_:"


def unnamed(triple: Triple) -> Triple:
    """Return a statement with blank nodes all alike, as their names are chance."""
    any_node = BlankNode("any")
    subject = any_node if isinstance(triple.subject, BlankNode) else triple.subject
    value = any_node if isinstance(triple.object, BlankNode) else triple.object
    return Triple(subject, triple.predicate, value)


def of_networkx(content: bytes) -> tuple[list[Attributes], list[Attributes]]:
    """Return nodes and edges with their attributes, edges with the IRIs of their ends."""
    graph = networkx.read_graphml(io.BytesIO(content))
    if not graph.is_multigraph():
        graph = networkx.MultiDiGraph(graph)
    nodes = {name: {"name": name, **data} for name, data in graph.nodes(data=True)}
    edges = [
        {"source": nodes[s]["iri"], "target": nodes[t]["iri"], **data}
        for s, t, data in graph.edges(data=True)
    ]
    return list(nodes.values()), edges


def of_ndex2(content: bytes) -> tuple[list[Attributes], list[Attributes]]:
    """Return the same of CX2."""
    from ndex2.cx2 import RawCX2NetworkFactory

    network = RawCX2NetworkFactory().get_cx2network(json.loads(content))
    nodes = {number: node["v"] for number, node in network.get_nodes().items()}
    edges = [
        {"source": nodes[edge["s"]]["iri"], "target": nodes[edge["t"]]["iri"],
         "kind": edge["v"]["interaction"], **edge["v"]}
        for edge in network.get_edges().values()
    ]  # fmt: skip
    return list(nodes.values()), edges


def recovered(name: str, content: bytes, store: MemoryStore) -> Iterator[tuple[str, str, str]]:
    """Yield the statements that a network says, given the labels of states."""
    nodes, edges = of_networkx(content) if name == "graphml" else of_ndex2(content)
    states = {
        plain(row[1]): plain(row[0])
        for row in store.select(
            f"SELECT DISTINCT ?s ?l {{ ?a <{OL}state> ?s . ?s {LABEL} ?l }}"
        ).rows
    }
    for node in nodes:
        yield str(node["iri"]), TYPE.value, OL + CLASSES[str(node["kind"])]
        if node["label"] != node["name"]:
            yield str(node["iri"]), LABEL.value, str(node["label"])
    for edge in edges:
        if edge["kind"] in RELATIONS:
            yield str(edge["source"]), OL + RELATIONS[str(edge["kind"])], str(edge["target"])
            continue
        iri, state = str(edge["iri"]), str(edge["state"])
        yield iri, TYPE.value, f"{OL}Assessment"
        yield iri, f"{OL}state", states[state]
        yield states[state], LABEL.value, state
        for number in ("supporting", "disputing", "people"):
            if number in edge:
                yield iri, OL + number, str(edge[number])


@WORLDS
@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.large
def test_networks(name: str, world: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A reader of networks gets back all statements but those that the report lists."""
    store = request.getfixturevalue(world)
    selection = Selection(store.store)
    files, loss = exported(name, selection, tmp_path)
    found = set(recovered(name, files[""], store))
    everything = statements(selection)
    said = {t: (plain(t.subject), t.predicate.value, plain(t.object)) for t in everything}
    held = {triple for triple, text in said.items() if text in found}

    assert set() == found - set(said.values())
    assert missing(everything, held) == told(loss)
    assert 0 < loss.count < loss.statements


@pytest.mark.parametrize("name", SYNTAXES)
def test_syntaxes(name: str, tiny: MemoryStore, tmp_path: Path) -> None:
    """Nothing is lost but the places of statements, of which the report counts each."""
    selection = Selection(tiny.store)
    files, loss = exported(name, selection, tmp_path)
    quads = list(selection.quads())
    found = {
        unnamed(quad.triple)
        for quad in parse(files[""], RdfFormat.from_extension(FILES[name].suffix[1:]))
    }
    parts = [part_of(q.graph_name) for q in quads if isinstance(q.graph_name, NamedNode)]
    places = {part: parts.count(part) for part in parts} if name in WITHOUT_GRAPHS else {}
    examples = {example for place in loss.places for example in place.examples}

    assert found == {unnamed(quad.triple) for quad in quads}
    assert ((), len(quads)) == (loss.lost, loss.statements)
    assert places == {place.part: place.count for place in loss.places}
    assert bool(places) == bool(examples)
    assert {without_labels(example) for example in examples} <= {
        without_labels(f"{quad} .") for quad in quads
    }


def without_labels(line: str) -> str:
    """Return a line of N-Quads whose blank nodes are all alike."""
    return " ".join("_:any" if part.startswith("_:") else part for part in line.split(" "))


@pytest.mark.parametrize("name", ["context", "queries"])
def test_what_holds_no_statement(name: str, tiny: MemoryStore, tmp_path: Path) -> None:
    """Forms that hold no statement say so, and count none."""
    _, loss = exported(name, Selection(tiny.store), tmp_path)

    assert (0, ()) == (loss.statements, loss.lost)
    assert loss.notes


@pytest.mark.large
def test_report_counts_what_the_graph_has(tiny: MemoryStore, tmp_path: Path) -> None:
    """Each report counts the same statements, with or without their graphs, or none."""
    selection = Selection(tiny.store)
    counts = {len(statements(selection)), len(list(selection.quads())), 0}
    reports = {name: exported(name, Selection(tiny.store), tmp_path / name)[1] for name in EXPORTS}

    assert dict.fromkeys(EXPORTS, True) == {
        name: loss.statements in counts for name, loss in reports.items()
    }
