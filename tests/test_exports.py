"""The RDF syntaxes: the same bytes each time, and the same graph for readers that are not ours."""

import gzip
import io
import json
from collections.abc import Iterable
from pathlib import Path
from typing import IO

import pytest
import rdflib
from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    Literal,
    NamedNode,
    Quad,
    RdfFormat,
)
from rdflib.compare import isomorphic

from offlabel.errors import OfflabelError
from offlabel.exports import FILES, PARTS, Selection, write, write_folder
from offlabel.exports.loss import Loss
from offlabel.paths import Roots
from offlabel.stores.memory import MemoryStore

RDFLIB = {
    "jsonld": "json-ld",
    "nquads": "nquads",
    "ntriples": "nt",
    "rdfxml": "xml",
    "trig": "trig",
    "turtle": "turtle",
}
# rdflib 7.6 warns of its own classes when it parses into a Dataset.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")
S, P = NamedNode("http://example.org/s"), NamedNode("http://example.org/p")


def selection(quads: Iterable[Quad]) -> Selection:
    """Select all of some quads."""
    return Selection(MemoryStore.from_quads(quads).store, tuple(PARTS))


def dump(name: str, quads: Iterable[Quad]) -> bytes:
    """Return an export as bytes."""
    to = io.BytesIO()
    FILES[name].dump(selection(quads), to)
    return to.getvalue()


def union(quads: list[Quad]) -> rdflib.Graph:
    """Return quads as an rdflib graph, without their graph names."""
    lines = "".join(f"{quad.triple} .\n" for quad in quads)
    return rdflib.Graph().parse(data=lines, format="nt")


@pytest.mark.parametrize("name", sorted(RDFLIB))
def test_expected_output(name: str) -> None:
    """A few quads give the bytes that stand in the expected file."""
    quads = [
        Quad(S, P, Literal('a "quoted" \n line', language="en"), NamedNode("http://example.org/g")),
        Quad(S, P, BlankNode("any"), NamedNode("http://example.org/g")),
        Quad(
            BlankNode("any"),
            P,
            Literal("4.5", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
            NamedNode("http://example.org/h"),
        ),
    ]
    expected = Path(__file__).parent / "exporters" / name / f"few{FILES[name].suffix}"

    assert expected.read_bytes() == dump(name, quads)


@pytest.mark.parametrize("name", ["jsonld", "nquads", "trig"])
def test_named_graphs_survive(name: str, tiny: MemoryStore) -> None:
    """The syntaxes for datasets keep each statement in its named graph."""
    from pyoxigraph import parse

    expected, found = (
        Dataset(tiny.store),
        Dataset(
            parse(
                dump(name, list(tiny.store)),
                format=RdfFormat.from_extension(FILES[name].suffix[1:]),
            )
        ),
    )
    expected.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)

    assert set(expected) == set(found)


@pytest.mark.parametrize("name", sorted(RDFLIB))
def test_same_graph_same_bytes(name: str, tiny_roots: Roots) -> None:
    """Two builds of the same sources give the same bytes, whatever blank nodes were called."""
    one, two = (dump(name, list(MemoryStore.from_roots(tiny_roots).store)) for _ in range(2))

    assert one == two


@pytest.mark.parametrize(
    ("predicate", "text", "fits"),
    [
        ("http://example.org/p", "any text", True),
        ("http://example.org/a,b1", "a name behind a comma", True),
        ("http://example.org/1", "no name", False),
        ("http://example.org/", "no name", False),
        ("http://www.w3.org/1999/02/22-rdf-syntax-ns#li", "a name of the syntax", False),
        ("http://example.org/p", "control \x01", False),
        ("http://example.org/p", "no character \ufffe", False),
        ("http://example.org/p", "tab\t, line\n, \U0001f600", True),
    ],
)
def test_rdfxml_tells_what_xml_cannot_hold(predicate: str, text: str, fits: bool) -> None:
    """What an XML parser could not read is left out and told; the rest is read by rdflib."""
    kept = Quad(S, P, Literal("kept"), S)
    other = Quad(S, NamedNode(predicate), Literal(text), S)
    out = io.BytesIO()
    loss = FILES["rdfxml"].dump(selection([kept, other]), out)
    found = rdflib.Graph().parse(data=out.getvalue(), format="xml")
    held = [quad for quad in (kept, other) if fits or quad == kept]

    assert (2, 0 if fits else 1) == (loss.statements, loss.count)
    assert isomorphic(union(held), found)


def test_hostile_literals_do_not_move(tmp_path: Path) -> None:
    """Text that looks like a declaration stays where it is."""
    quads = [
        Quad(S, P, Literal('\n@prefix zz: <http://z> .\nxmlns:b="1" xmlns:a="2" '), S),
        Quad(S, P, Literal('xmlns:z="9" xmlns:a="0"'), S),
    ]
    for name in ("turtle", "rdfxml", "trig"):
        dataset = rdflib.Dataset(default_union=True)
        dataset.parse(io.BytesIO(dump(name, quads)), format=RDFLIB[name])

        assert {str(quad.object.value) for quad in quads} == {  # type: ignore[union-attr]
            str(text) for text in dataset.objects()
        }


def test_gzip_repeats(tmp_path: Path) -> None:
    """A name that ends in .gz gives a gzip file, byte for byte the same each time."""
    quads = [Quad(S, P, S, S)]
    for name in ("a.nt.gz", "b.nt.gz"):
        write(FILES["ntriples"], selection(quads), tmp_path / name)
    one, two = ((tmp_path / name).read_bytes() for name in ("a.nt.gz", "b.nt.gz"))

    assert one == two
    assert dump("ntriples", quads) == gzip.decompress(one)


class Failing:
    """An export that breaks off half-way."""

    name, title, suffix, media_type = "failing", "Failing", ".x", "text/plain"

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write something, then fail."""
        to.write(b"half")
        raise OSError(28, "No space left on device")

    def fill(self, selection: Selection, folder: Path) -> Loss:
        """Write a file, then fail."""
        (folder / "half").write_text("half")
        raise OSError(28, "No space left on device")


class Folder:
    """A folder of one file, which says how many statements there are."""

    name, title = "folder", "Folder"

    def fill(self, selection: Selection, folder: Path) -> Loss:
        """Write the file."""
        count = len(list(selection.quads()))
        (folder / "count.txt").write_text(str(count))
        return Loss("folder", count)


def test_failed_export_leaves_the_old_file(tmp_path: Path) -> None:
    """An export that fails leaves what was there, and nothing beside it."""
    target = tmp_path / "graph.x"
    target.write_text("old")
    with pytest.raises(OfflabelError, match="No space left"):
        write(Failing(), selection([]), target)

    assert "old" == target.read_text()
    assert [target] == list(tmp_path.iterdir())


def test_missing_folder_is_told(tmp_path: Path) -> None:
    """A target in a folder that is not there is one clear error."""
    with pytest.raises(OfflabelError, match="Check that the folder exists"):
        write(FILES["turtle"], selection([]), tmp_path / "none" / "x.ttl")


def test_folder_appears_whole_and_is_replaced_whole(tmp_path: Path) -> None:
    """A folder is swapped in; a failure leaves the old one, and what others wrote is safe."""
    target = tmp_path / "out"
    write_folder(Folder(), selection([Quad(S, P, S, S)]), target)
    with pytest.raises(OfflabelError, match="No space left"):
        write_folder(Failing(), selection([]), target)

    assert {"count.txt": "1"} == {p.name: p.read_text() for p in target.glob("*.txt")}
    write_folder(Folder(), selection([]), target)

    assert "0" == (target / "count.txt").read_text()
    assert [target] == list(tmp_path.iterdir())
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "thesis.txt").write_text("years of work")
    with pytest.raises(OfflabelError, match="no export wrote"):
        write_folder(Folder(), selection([]), tmp_path / "mine")


def test_ledger_marks_what_is_read(tmp_path: Path) -> None:
    """What a format reads is held; the rest is lost, by kind of subject and property."""
    kind, label, note = (NamedNode(f"http://example.org/{name}") for name in ("K", "label", "note"))
    a_type = NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
    quads = [
        Quad(S, a_type, kind, S),
        Quad(S, label, Literal("one"), S),
        Quad(S, note, Literal("first"), S),
        Quad(S, note, Literal("second"), P),
        Quad(S, note, Literal("second"), S),
    ]
    ledger = selection(quads).ledger

    assert [S] == ledger.of_kind(kind)
    assert "one" == ledger.text(S, label)
    assert "first" == ledger.text(S, note)
    report = json.loads(ledger.loss("any").json())

    assert {
        "format": "any",
        "statements": 4,
        "held": 3,
        "lost": [
            {
                "about": "http://example.org/K",
                "property": "http://example.org/note",
                "count": 1,
                "examples": [f'{S} {note} "second" .'],
            }
        ],
        "notes": [],
    } == report


def test_parts_and_things(tiny: MemoryStore) -> None:
    """The parts of the graph are told apart by the names of their graphs."""
    every = {str(quad) for quad in Selection(tiny.store, tuple(PARTS)).quads()}
    parts = {name: {str(q) for q in Selection(tiny.store, (name,)).quads()} for name in PARTS}

    assert every == {str(quad) for quad in tiny.store}
    assert len(every) == sum(map(len, parts.values()))
    assert all(parts[name] for name in ("asserted", "derived"))
    assert all("/graph/rule/" in quad for quad in parts["derived"])
    assert not parts["ontologies"]
    thing = NamedNode("https://w3id.org/offlabel/drug/examplamine")
    about = list(Selection(tiny.store, things=frozenset({thing})).quads())

    assert about
    assert {thing} == {quad.subject for quad in about}


def test_json_ld_without_its_context_file(tiny: MemoryStore) -> None:
    """The context stands in the document, so that nothing is fetched, and names are short."""
    document = json.loads(dump("jsonld", list(tiny.store)))
    nodes = {node["id"]: node for graph in document["@graph"] for node in graph["@graph"]}

    assert "ol:Drug" == nodes["drug:examplamine"]["type"]
    assert "examplamine" == nodes["drug:examplamine"]["label"]
    assert json.loads(dump("context", list(tiny.store)))["@context"] == document["@context"]


@pytest.mark.large
def test_jelly_is_read_back(real: MemoryStore) -> None:
    """pyjelly reads the same quads."""
    pytest.importorskip("pyjelly")
    from pyjelly.integrations.rdflib.parse import parse_jelly_flat

    content = dump("jelly", list(real.store))
    found = rdflib.Graph()
    graphs = set()
    for subject, predicate, value, graph in parse_jelly_flat(io.BytesIO(content)):
        found.add((subject, predicate, value))
        graphs.add(str(graph))

    assert isomorphic(union(list(real.store)), found)
    assert {g.value for g in real.store.named_graphs() if isinstance(g, NamedNode)} == graphs
    assert content == dump("jelly", list(real.store))
