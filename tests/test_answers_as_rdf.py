"""Answers of queries as RDF, read back by libraries that did not write them."""

import io
import json
from pathlib import Path

import pytest
import rdflib
from pyoxigraph import Literal, NamedNode, RdfFormat, Triple, parse
from rdflib.compare import isomorphic
from rdflib.namespace import RDF

from commands import TINY, Outcome, offlabel
from offlabel.cli.output import RDF as NAMES
from offlabel.exports.answer import FORMS, written
from offlabel.queries.formats import resultset
from offlabel.queries.table import Table
from offlabel.terms import OL

# rdflib 7.6 warns of its own classes when it parses into a Dataset.
pytestmark = pytest.mark.filterwarnings("ignore:.*is deprecated:DeprecationWarning")
RS = rdflib.Namespace(resultset.RS)
RDFLIB = {
    "jsonld": "json-ld",
    "nq": "nquads",
    "nt": "nt",
    "rdf": "xml",
    "trig": "trig",
    "ttl": "turtle",
}
DRUGS = "SELECT ?drug ?label ?none { ?drug a ol:Drug ; rdfs:label ?label } ORDER BY ?drug"
TRIPLES = "CONSTRUCT { ?drug ?p ?o } WHERE { ?drug a ol:Drug ; ?p ?o }"


def query(*arguments: str) -> Outcome:
    """Query the small world."""
    return offlabel("sparql", *arguments, *TINY)


def read(content: bytes, name: str) -> rdflib.Graph:
    """Read a form with rdflib, as one graph."""
    dataset = rdflib.Dataset(default_union=True)
    dataset.parse(io.BytesIO(content), format=RDFLIB[name])
    found = rdflib.Graph()
    for triple in dataset.triples((None, None, None)):
        found.add(triple)
    return found


def test_names_are_those_of_the_writers() -> None:
    """The command line offers each form that there is."""
    assert tuple(FORMS) == NAMES


@pytest.mark.parametrize("name", FORMS)
def test_triples_are_the_same_in_every_form(name: str, tmp_path: Path) -> None:
    """What the ending of a file names is what is in it, whoever reads it."""
    path = tmp_path / f"drugs.{name}"
    outcome = query(TRIPLES, "-o", str(path))
    expected = rdflib.Graph().parse(data=query(TRIPLES, "-f", "nt").text, format="nt")
    again = parse(path.read_bytes(), RdfFormat.from_extension(name))

    assert (0, "") == (outcome.code, outcome.err)
    assert expected
    assert isomorphic(expected, read(path.read_bytes(), name))
    assert len(expected) == len(set(again))


@pytest.mark.parametrize("name", FORMS)
def test_rows_are_a_result_set(name: str) -> None:
    """Rows come as the W3C's result sets, in their order, without what has no value."""
    found = read(query(DRUGS, "-f", name).out, name)
    rows = json.loads(query(DRUGS, "-f", "json").text)
    (whole,) = found.subjects(RDF.type, RS.ResultSet)
    values: dict[int, dict[str, str]] = {}
    for solution in found.objects(whole, RS.solution):
        place = int(str(found.value(solution, RS["index"])))
        values[place] = {
            str(found.value(binding, RS.variable)): str(found.value(binding, RS.value))
            for binding in found.objects(solution, RS.binding)
        }

    assert set(rows["head"]["vars"]) == set(map(str, found.objects(whole, RS.resultVariable)))
    assert [
        {key: term["value"] for key, term in row.items()} for row in rows["results"]["bindings"]
    ] == [values[place] for place in sorted(values)]


def test_saved_query_as_rdf() -> None:
    """`offlabel ask` has the same forms."""
    outcome = offlabel("ask", "claims/all-claims", "-f", "ttl", *TINY)

    assert 0 == outcome.code
    assert (None, RDF.type, RS.ResultSet) in read(outcome.out, "ttl")


def test_yes_or_no() -> None:
    """The answer of an ASK is a result set too."""
    found = read(query("ASK { ?drug a ol:Drug }", "-f", "ttl").out, "ttl")

    assert [rdflib.Literal(True)] == list(found.objects(None, RS.boolean))


@pytest.mark.parametrize("name", FORMS)
def test_same_answer_same_bytes(name: str) -> None:
    """The order in which statements come, and what nodes are called, do not matter."""
    table = Table(("a", "b"), ((Literal(2), None), (Literal(1), NamedNode(f"{OL}Drug"))))
    triples = list(resultset.rows(table))
    other = list(resultset.rows(table))

    assert written(triples, name)[0] == written(reversed(other), name)[0]


def test_xml_that_cannot_be_is_told() -> None:
    """A property that no XML element can be named after is left out of RDF/XML, and counted."""
    good, bad = (
        Triple(NamedNode("http://x/s"), NamedNode(f"http://x/{name}"), Literal("v"))
        for name in ("p", "1")
    )
    content, loss = written([good, bad], "rdf")

    assert 1 == len(rdflib.Graph().parse(data=content, format="xml"))
    assert 1 == loss.count


@pytest.mark.parametrize(
    ("text", "ending"),
    [(TRIPLES, "parquet"), (TRIPLES, "csv"), (DRUGS, "xlsx"), ("ASK { ?s ?p ?o }", "parquet")],
)
def test_ending_that_does_not_fit_is_refused(text: str, ending: str, tmp_path: Path) -> None:
    """No file is written whose name says what it is not; the message lists what fits."""
    path = tmp_path / f"answer.{ending}"
    outcome = query(text, "-o", str(path))

    assert 2 == outcome.code
    assert f"this cannot be written as .{ending}" in " ".join(outcome.err.split())
    assert "ttl" in outcome.err
    assert not path.exists()
