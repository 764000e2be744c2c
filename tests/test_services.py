"""SERVICE in a query calls an endpoint that was allowed by name, and no other."""

import pytest

from commands import TINY, offlabel
from offlabel.errors import QueryError
from offlabel.sources.services import check_services
from offlabel.stores.remote import RemoteStore

HERE = "http://127.0.0.1:9/sparql"
ALLOWED = frozenset({HERE})


def test_an_allowed_endpoint_is_called(tiny_remote: RemoteStore) -> None:
    """A join of the own graph with an endpoint gives the rows that both have."""
    query = f"""SELECT ?drug ?label WHERE {{
        ?drug a ol:Drug .
        SERVICE <{tiny_remote.endpoint}> {{ ?drug rdfs:label ?label }}
    }} ORDER BY ?drug"""
    refused = offlabel("sparql", query, *TINY)
    found = offlabel("sparql", query, "--allow-service", tiny_remote.endpoint, "-f", "csv", *TINY)

    assert 2 == refused.code
    assert "--allow-service" in refused.err
    assert (0, "") == (found.code, found.err)
    assert "https://w3id.org/offlabel/drug/examplamine,examplamine" in found.text.splitlines()


def test_an_endpoint_that_is_gone_is_told() -> None:
    """A call that fails is one message, and SILENT gives no rows."""
    allowed = ("--allow-service", HERE)
    done = offlabel("sparql", f"ASK {{ SERVICE <{HERE}> {{ ?a ?b ?c }} }}", *allowed, *TINY)

    assert 2 == done.code
    assert "Traceback" not in done.err
    assert 2 == offlabel("sparql", "ASK {}", *allowed, "--endpoint", HERE).code


@pytest.mark.parametrize(
    "text",
    [
        f"ASK {{ SERVICE <{HERE}> {{ ?a ?b ?c }} }}",
        f"ASK {{ service silent <{HERE}> {{ ?a ?b ?c }} }}",
        f"ASK {{ SERVICE # <http://other.example/>\n <{HERE}> {{ ?a ?b ?c }} }}",
        'ASK { ?a ?b "SERVICE <http://other.example/>" }',
    ],
)
def test_allowed(text: str) -> None:
    """The keyword before an allowed IRI, in any case, and the word in a string."""
    check_services(text, ALLOWED)


@pytest.mark.parametrize(
    "text",
    [
        "ASK { SERVICE <http://other.example/> { ?a ?b ?c } }",
        f"ASK {{ SERVICE <{HERE}> {{ ?a ?b ?c }} SERVICE ?a {{ ?a ?b ?c }} }}",
        f"ASK {{ VALUES ?x {{ <{HERE}> }} SERVICE ?x {{ ?a ?b ?c }} }}",
        f"PREFIX x: <{HERE}> ASK {{ SERVICE x: {{ ?a ?b ?c }} }}",
        f"PREFIX x: <http://other.example/> ASK {{ SERVICE x:y {{ SERVICE <{HERE}> {{}} }} }}",
        f"ASK {{ SERVICE <{HERE}/more> {{ ?a ?b ?c }} }}",
        "ASK { SERVICE <sparql> { ?a ?b ?c } }",
        f"ASK {{ SERVICE <{HERE}> {{ ?a ?b ?c }} FILTER(trueSERVICE<http://other.example/>{{}}) }}",
        f"ASK {{ SERVICE <{HERE}> {{ ?a ?b '\\u0041' }} }}",
        f"ASK {{ SERVICE SILENT SILENT ?x {{ SERVICE <{HERE}> {{}} }} }}",
    ],
)
def test_refused(text: str) -> None:
    """Anything but an allowed IRI in full, and any text that has two readings."""
    with pytest.raises(QueryError, match="SERVICE is refused"):
        check_services(text, ALLOWED)
