"""The graph in Python."""

import doctest
import json
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from importlib.metadata import version
from pathlib import Path

import pytest
from pyoxigraph import Triple
from rdflib import URIRef
from rdflib.namespace import RDF

import offlabel
from conftest import TINY
from offlabel.api import graph as module
from offlabel.errors import OfflabelError, UnknownNameError
from offlabel.queries.table import Table
from offlabel.stores.remote import RemoteStore
from offlabel.terms import BASE, OL

DRUG = f"{BASE}drug/examplamine"


@pytest.fixture(params=["disk", "memory"])
def graph(request: pytest.FixtureRequest) -> Iterator[offlabel.Graph]:
    """Return the small world, opened as a user would."""
    with offlabel.open(TINY, store=request.param, only_data=True) as opened:
        yield opened


def test_ask(graph: offlabel.Graph) -> None:
    """A saved query gives rows with Python values."""
    answer = graph.ask("study/response-rates", drug="examplamine")

    assert [
        (3, 4, Decimal("0.75")),
        (1, 4, Decimal("0.25")),
        (3, 10, Decimal("0.3")),
    ] == [(row["k"], row["n"], row["proportion"]) for row in answer]
    assert "doseClass" in answer.columns
    assert (3, 3) == (answer.to_pandas().shape[0], answer.to_polars().height)


def test_ask_takes_python_values(graph: offlabel.Graph) -> None:
    """Parameters may be numbers and things by any name."""
    answer = graph.ask("is-this-dose-low", drug=DRUG, dose=1.5, route="oral")

    assert [(DRUG, Decimal("1.5"))] == [(row["drug"], row["dose"]) for row in answer]


def test_sparql(graph: offlabel.Graph) -> None:
    """A query of one's own gives a table, a bool or triples, by its form."""
    rows = graph.sparql("SELECT ?drug { ?drug a ol:Drug }")
    triples = graph.sparql("CONSTRUCT WHERE { ?drug a ol:Drug }")

    assert isinstance(rows, Table)
    assert [{"drug": DRUG}] == list(rows)
    assert graph.sparql("ASK { ?drug a ol:Drug }") is True
    assert isinstance(triples, list)
    assert [Triple] == [type(triple) for triple in triples]


def test_show(graph: offlabel.Graph) -> None:
    """One thing comes with its label and its place."""
    thing = graph.show("drug:examplamine")

    assert ("examplamine", True) == (thing.label, "world.ttl:" in str(thing.place))


def test_why(graph: offlabel.Graph) -> None:
    """The proof of a derived figure leads to its rule."""
    proof = graph.why("study:sample-better")

    assert "study:sample-better" == proof.curie
    assert any(
        "rule 30-proportion" in step.text for part in proof.rests_on for step in part.rests_on
    )


def test_dossier(graph: offlabel.Graph) -> None:
    """The article is written in the format and for the reader that are asked for."""
    document = json.loads(graph.dossier("examplamine", audience="patient", format="json"))

    assert "patient" == document["audience"]
    assert graph.dossier("examplamine", conditions=["sample-rash"]).startswith("# Examplamine")
    assert "No source from 1999-12-31" in graph.dossier("examplamine", as_of="1999-12-31")
    with pytest.raises(UnknownNameError, match="There is no format of a dossier called 'pdf'"):
        graph.dossier("examplamine", format="pdf")
    with pytest.raises(OfflabelError, match="'yesterday' is no date"):
        graph.dossier("examplamine", as_of="yesterday")


def test_queries(graph: offlabel.Graph) -> None:
    """The saved queries can be listed with their parameters."""
    found = {query.slug: query for query in graph.queries}

    assert "drug" in found["study/response-rates"].parameters


def test_rdflib_graph(graph: offlabel.Graph) -> None:
    """The whole graph, derived triples included, goes to rdflib with its prefixes."""
    copy = graph.rdflib_graph()

    assert (URIRef(DRUG), RDF.type, URIRef(f"{OL}Drug")) in copy
    assert copy.value(URIRef(f"{BASE}study/sample-better"), URIRef(f"{OL}proportion")) is not None
    assert "drug:examplamine" == copy.namespace_manager.normalizeUri(DRUG)


def test_ontology(graph: offlabel.Graph) -> None:
    """The graph becomes Python classes and individuals."""
    assert "Drug" == graph.ontology()[f"{OL}Drug"].name


def test_endpoint(tiny_remote: RemoteStore) -> None:
    """An endpoint answers as the own graph does."""
    graph = offlabel.open(endpoint=tiny_remote.endpoint)

    assert [{"drug": DRUG}] == list(graph.sparql("SELECT ?drug { ?drug a ol:Drug }"))  # type: ignore[arg-type]
    assert 3 == len(graph.ask("response-rates", drug="examplamine"))


def test_extra_data_stands_beside_the_projects_own() -> None:
    """Without only_data both are in the graph."""
    graph = offlabel.open([TINY], store="memory")

    assert graph.sparql("ASK { drug:examplamine a ol:Drug . drug:naltrexone a ol:Drug }") is True


def test_opening_does_no_work(tmp_path: Path) -> None:
    """The store is opened at the first question, and again after it was closed."""
    graph = offlabel.open(TINY, only_data=True)
    assert "store" not in vars(graph)
    with graph:
        assert graph.sparql("ASK {}") is True
    assert "store" not in vars(graph)

    assert graph.sparql("ASK {}") is True


def test_what_cannot_be_opened() -> None:
    """A wrong store, a missing folder and what excludes each other are errors."""
    with pytest.raises(UnknownNameError, match="There is no kind of store called 'disc'"):
        offlabel.open(store="disc")
    with pytest.raises(OfflabelError, match="there is no such folder"):
        offlabel.open("/nowhere/at/all")
    with pytest.raises(OfflabelError, match="leave out data and store"):
        offlabel.open(TINY, endpoint="http://127.0.0.1:9/")


def test_version_is_the_packages() -> None:
    """The version is that of the installed package."""
    assert version("offlabel") == offlabel.__version__


def test_public_names_are_sorted_and_exist() -> None:
    """`__all__` is the list of what may be used."""
    assert sorted(offlabel.__all__) == offlabel.__all__
    assert [] == [name for name in offlabel.__all__ if not hasattr(offlabel, name)]


@pytest.mark.large
def test_example_in_the_docs() -> None:
    """The example of the module's docstring runs."""
    outcome = doctest.testmod(module)

    assert (0, 4) == (outcome.failed, outcome.attempted)


def test_one_question_needs_few_modules() -> None:
    """Asking a saved query loads no library that takes longer than the answer."""
    script = (
        "import sys, offlabel; offlabel.open().ask('study/response-rates', drug='naltrexone')\n"
        "heavy = {'curies', 'jinja2', 'owlready2', 'pandas', 'polars', 'pydantic', 'pyshacl',"
        " 'rapidfuzz', 'rdflib', 'rich', 'SPARQLWrapper'}\n"
        "print(*sorted(heavy & set(sys.modules)))"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=True
    )

    assert [] == loaded.stdout.split()


def test_evidence_from_python() -> None:
    """The map and the evidence on one condition are what the commands of these names show."""
    with offlabel.open(store="memory") as graph:
        cells = graph.evidence_map("naltrexone", conditions=["vitiligo"], as_of="2019-12-31").cells
        found = graph.evidence("naltrexone", "psoriasis", regimen="low-dose-oral-naltrexone")

    assert {"searched, none found"} == {cell.state for cell in cells.values()}
    assert [("supported", 6)] == [
        (each.overview["state"], len(each.weighed)) for each in found.appraisals
    ]


@pytest.mark.large
def test_what_differs_and_what_would_change() -> None:
    """Graphs compare with each other, and with what is supposed."""
    with (
        offlabel.open(store="memory") as graph,
        offlabel.open(Path(__file__).parent / "second-drug", store="memory") as more,
    ):
        added = graph.diff(more, drug="inventofen")
        supposed = graph.what_if(retract=["smith-2011"])
        with pytest.raises(OfflabelError, match="Suppose one thing"):
            graph.what_if()

        assert graph.diff(graph).is_empty
    assert {"added"} == {item.fate for item in added.studies}
    assert 4 == len(added.studies)
    assert "low-dose oral naltrexone for Crohn disease" in {
        item.label for item in supposed.difference.assessments
    }
