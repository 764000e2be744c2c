"""The RDF syntaxes: the same bytes each time, and the same graph for readers that are not ours."""

import gzip
import io
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import BlankNode, CanonicalizationAlgorithm, Dataset, Literal, NamedNode, Quad
from rdflib.compare import isomorphic

from offlabel.errors import OfflabelError
from offlabel.exports import EXPORTS, write
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


def dump(name: str, quads: list[Quad]) -> bytes:
    """Return an export as bytes."""
    to = io.BytesIO()
    EXPORTS[name].dump(quads, to)
    return to.getvalue()


def union(quads: list[Quad]) -> rdflib.Graph:
    """Return quads as an rdflib graph, without their graph names."""
    lines = "".join(f"{quad.triple} .\n" for quad in quads)
    return rdflib.Graph().parse(data=lines, format="nt")


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_expected_output(name: str) -> None:
    """A few quads give the bytes that stand in the expected file."""
    quads = [
        Quad(S, P, Literal('a "quoted" \n line', language="en"), NamedNode("http://example.org/g")),
        Quad(S, P, BlankNode("any"), NamedNode("http://example.org/g")),
        Quad(
            BlankNode("any"),
            P,
            Literal("4.50", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#decimal")),
            NamedNode("http://example.org/h"),
        ),
    ]
    expected = Path(__file__).parent / "exporters" / name / f"few{EXPORTS[name].suffix}"

    assert expected.read_bytes() == dump(name, quads)


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_rdflib_reads_the_real_graph(name: str, real: MemoryStore) -> None:
    """rdflib reads the export of the real graph to a graph that is isomorphic to it."""
    quads = list(real.store)
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(io.BytesIO(dump(name, quads)), format=RDFLIB[name])
    found = rdflib.Graph()
    for triple in dataset.triples((None, None, None)):
        found.add(triple)

    assert isomorphic(union(quads), found)


@pytest.mark.parametrize("name", ["jsonld", "nquads", "trig"])
def test_named_graphs_survive(name: str, tiny: MemoryStore) -> None:
    """The syntaxes for datasets keep each statement in its named graph."""
    from pyoxigraph import parse

    expected, found = (
        Dataset(tiny.store),
        Dataset(
            parse(dump(name, list(tiny.store)), format=EXPORTS[name].format)  # type: ignore[attr-defined]
        ),
    )
    expected.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)

    assert set(expected) == set(found)


@pytest.mark.parametrize("name", sorted(EXPORTS))
def test_same_graph_same_bytes(name: str, tiny_roots: Roots) -> None:
    """Two builds of the same sources give the same bytes, whatever blank nodes were called."""
    one, two = (dump(name, list(MemoryStore.from_roots(tiny_roots).store)) for _ in range(2))

    assert one == two


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
        write(EXPORTS["ntriples"], quads, tmp_path / name)
    one, two = ((tmp_path / name).read_bytes() for name in ("a.nt.gz", "b.nt.gz"))

    assert one == two
    assert dump("ntriples", quads) == gzip.decompress(one)


class Failing:
    """An export that breaks off half-way."""

    name, suffix, media_type = "failing", ".x", "text/plain"

    def dump(self, quads: object, to: object) -> None:
        """Write something, then fail."""
        to.write(b"half")  # type: ignore[attr-defined]
        raise OSError(28, "No space left on device")


def test_failed_export_leaves_the_old_file(tmp_path: Path) -> None:
    """An export that fails leaves what was there, and nothing beside it."""
    target = tmp_path / "graph.x"
    target.write_text("old")
    with pytest.raises(OfflabelError, match="No space left"):
        write(Failing(), [], target)

    assert "old" == target.read_text()
    assert [target] == list(tmp_path.iterdir())


def test_missing_folder_is_told(tmp_path: Path) -> None:
    """A target in a folder that is not there is one clear error."""
    with pytest.raises(OfflabelError, match="Check that the folder exists"):
        write(EXPORTS["turtle"], [], tmp_path / "none" / "x.ttl")
