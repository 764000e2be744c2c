"""The real graph in every form of RDF, and in other forms, read by libraries that are not ours."""

from __future__ import annotations

import io
import json
from collections import Counter
from collections.abc import Iterable
from functools import cache
from typing import Any

import networkx
import pytest
import rdflib
from pyoxigraph import CanonicalizationAlgorithm, Dataset, Quad, RdfFormat, parse

from exporting import written
from offlabel.exports import FILES
from offlabel.stores.memory import MemoryStore

RDFLIB = {
    "jsonld": "json-ld",
    "nquads": "nquads",
    "ntriples": "nt",
    "rdfxml": "xml",
    "trig": "trig",
    "turtle": "turtle",
}
WITH_GRAPHS = ("jsonld", "nquads", "trig")
# rdflib 7.6 warns of its own classes when it parses into a Dataset.
pytestmark = [
    pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning"),
    pytest.mark.large,
]


@pytest.fixture(scope="module")
def outputs(real: MemoryStore) -> dict[str, bytes]:
    """Return the real graph in some forms, each written once."""
    names = (*RDFLIB, "csl-json", "cx2", "graphml", "sof-html", "sof-md")
    return {name: written(name, real) for name in names}


def canonical(quads: Iterable[Quad]) -> set[Quad]:
    """Return statements with names of blank nodes by RDFC-1.0: equal where they are isomorphic."""
    dataset = Dataset(quads)
    dataset.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(dataset)


def by_pyoxigraph(content: bytes, name: str) -> set[Quad]:
    """Read a form with pyoxigraph."""
    return canonical(parse(content, RdfFormat.from_extension(FILES[name].suffix[1:])))


def by_rdflib(content: bytes, form: str) -> set[Quad]:
    """Read a form with rdflib, and write each term as rdflib does."""
    dataset = rdflib.Dataset()
    dataset.parse(io.BytesIO(content), format=form)
    n3 = cache(lambda term: term.n3())
    lines = (
        " ".join(
            n3(term) for term in quad if term is not None and str(term) != "urn:x-rdflib:default"
        )
        for quad in dataset.quads()
    )
    return canonical(parse("".join(f"{line} .\n" for line in lines), RdfFormat.N_QUADS))


@pytest.fixture(scope="module")
def expected(real: MemoryStore) -> dict[bool, set[Quad]]:
    """Return the real graph with its named graphs, and without."""
    triples = (Quad(q.subject, q.predicate, q.object) for q in real.store)
    return {True: canonical(real.store), False: canonical(triples)}


@pytest.fixture(scope="module")
def expected_of_rdflib(expected: dict[bool, set[Quad]]) -> dict[bool, set[Quad]]:
    """Return the same as rdflib has it, which writes some numbers in its own way."""
    return {
        whole: by_rdflib("".join(f"{quad} .\n" for quad in quads).encode(), "nquads")
        for whole, quads in expected.items()
    }


@pytest.mark.parametrize("name", RDFLIB)
def test_pyoxigraph_reads_the_real_graph(
    name: str, outputs: dict[str, bytes], expected: dict[bool, set[Quad]]
) -> None:
    """pyoxigraph reads a graph or dataset that is isomorphic to ours."""
    assert expected[name in WITH_GRAPHS] == by_pyoxigraph(outputs[name], name)


@pytest.mark.parametrize("name", RDFLIB)
def test_rdflib_reads_the_real_graph(
    name: str, outputs: dict[str, bytes], expected_of_rdflib: dict[bool, set[Quad]]
) -> None:
    """rdflib reads a graph or dataset that is isomorphic to ours."""
    assert expected_of_rdflib[name in WITH_GRAPHS] == by_rdflib(outputs[name], RDFLIB[name])


def test_citeproc_prints_every_reference(outputs: dict[str, bytes]) -> None:
    """A citation processor makes of each reference one entry that has its title."""
    import citeproc
    from citeproc.source.json import CiteProcJSON

    references = json.loads(outputs["csl-json"])
    style = citeproc.CitationStylesStyle("harvard-cite-them-right", validate=False)
    page = citeproc.CitationStylesBibliography(
        style, CiteProcJSON(references), citeproc.formatter.plain
    )
    for one in references:
        page.register(citeproc.Citation([citeproc.CitationItem(one["id"])]))
    entries = dict(zip(page.keys, map(str, page.bibliography()), strict=True))

    assert {one["id"] for one in references} == set(entries)
    for one in references:
        assert plain(one["title"]) in plain(entries[one["id"]])


def plain(text: str) -> str:
    """Return a text without what a style changes: case, quotation marks and spaces."""
    return "".join(c for c in text.casefold() if c.isalnum())


def test_ndex2_reads_the_network(outputs: dict[str, bytes]) -> None:
    """NDEx's reader has the same nodes and edges as networkx, and the looks of both."""
    from ndex2.cx2 import RawCX2NetworkFactory

    network = RawCX2NetworkFactory().get_cx2network(json.loads(outputs["cx2"]))
    graph = networkx.read_graphml(io.BytesIO(outputs["graphml"]))
    nodes: dict[int, Any] = {number: node["v"] for number, node in network.get_nodes().items()}
    edges: list[Any] = list(network.get_edges().values())
    names = {number: node["name"] for number, node in nodes.items()}
    width = network.get_visual_properties()["edgeMapping"]["EDGE_WIDTH"]
    ranges = width["definition"]["map"]

    assert {(n, d["label"], d["kind"]) for n, d in graph.nodes(data=True)} == {
        (node["name"], node["label"], node["kind"]) for node in nodes.values()
    }
    assert Counter((s, t, d["kind"], d["weight"]) for s, t, d in graph.edges(data=True)) == Counter(
        (names[e["s"]], names[e["t"]], e["v"]["interaction"], e["v"]["weight"]) for e in edges
    )
    assert ("CONTINUOUS", "weight") == (width["type"], width["definition"]["attribute"])
    assert max(edge["v"]["weight"] for edge in edges) == max(r.get("max", 0) for r in ranges)


def test_markdown_it_reads_the_summaries(outputs: dict[str, bytes]) -> None:
    """A Markdown parser finds the same tables as a parser of HTML in the page."""
    from lxml import html
    from markdown_it import MarkdownIt

    def rows(text: str) -> list[list[str]]:
        found = html.document_fromstring(text).iter("tr")
        return [[" ".join(cell.text_content().split()) for cell in row] for row in found]

    rendered = MarkdownIt("commonmark").enable("table").render(outputs["sof-md"].decode())
    of_page = rows(outputs["sof-html"].decode())

    assert len(of_page) > 100
    assert of_page == rows(rendered)
