"""The endpoint does what SPARQL 1.1 Protocol says, and what real clients need."""

import csv
import gzip
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pyoxigraph as ox
import pytest
import rdflib
import yaml
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from SPARQLWrapper import JSON, TURTLE, SPARQLWrapper

from offlabel.stores import disk
from offlabel.stores.memory import MemoryStore
from offlabel.web.failures import Failure
from offlabel.web.using import with_dataset
from webserver import TOKEN, Got, Server, serving

CASES = Path(__file__).parent / "web"
CLIENTS = yaml.safe_load((CASES / "clients.yaml").read_text(encoding="utf-8"))
PROTOCOL = yaml.safe_load((CASES / "protocol.yaml").read_text(encoding="utf-8"))
DRUG = "https://w3id.org/offlabel/drug/examplamine"
DRUGS = "SELECT ?s WHERE { ?s a ol:Drug } ORDER BY ?s"
GRAPHS = {name: f"http://example.org/{name}" for name in ("g1", "g2", "g3")}
# The properties of the vocabulary that a description may use: domain, and range where it is a class
# whose members a description declares itself.
SCHEMA = {
    "endpoint": ("Service", ""),
    "feature": ("Service", ""),
    "supportedLanguage": ("Service", ""),
    "resultFormat": ("Service", ""),
    "defaultDataset": ("Service", "Dataset"),
    "defaultGraph": ("Dataset", "Graph"),
}
SD = "http://www.w3.org/ns/sparql-service-description#"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that only reads."""
    with serving(tmp_path_factory.mktemp("serve")) as running:
        yield running


@pytest.fixture(scope="module")
def writable(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that may be written, with three graphs in it that say what they are."""
    folder = tmp_path_factory.mktemp("writable")
    with serving(folder, "--writable", cache=folder) as running:
        said = " ".join(
            f"GRAPH <{g}> {{ <{g}> a <http://example.org/Graph> }}" for g in GRAPHS.values()
        )
        assert 204 == running.write(f"INSERT DATA {{ {said} }}").status
        yield running


@pytest.mark.parametrize("case", CLIENTS, ids=lambda case: case["client"])
def test_clients(server: Server, case: dict[str, Any]) -> None:
    """Each client gets the form that it asks for in its own way."""
    headers, more = dict(case["headers"]), case.get("parameters", {})
    if case.get("direct"):
        headers["Content-Type"] = "application/sparql-query"
        got = server.send("POST", "/sparql", case["query"].encode(), headers)
    else:
        path = f"/sparql?{urlencode({'query': case['query'], **more})}"
        got = server.send("GET", path, None, headers)

    assert case.get("status", 200) == got.status
    assert case["type"] == got.headers["content-type"]
    if got.status == 200 and "ASK" not in case["query"]:
        assert DRUG in got.text or "drug:examplamine" in got.text


@pytest.mark.parametrize("case", PROTOCOL["cases"], ids=lambda case: case["name"])
def test_protocol(writable: Server, case: dict[str, Any]) -> None:
    """The cases of the W3C suite come out as they should."""
    for wanted in case.get("gives", [None]):
        got = sent(writable, case, wanted)
        if wanted:
            assert (200, wanted) == (got.status, got.headers["content-type"])
        elif "boolean" in case:
            assert (200, case["boolean"]) == (got.status, got.boolean)
        else:
            assert case["status"] == got.status
    if "then" in case:
        assert writable.ask(case["then"].format(**GRAPHS)).boolean


def sent(server: Server, case: dict[str, Any], wanted: str | None) -> Got:
    """Send the request of a case."""
    pairs = [(name, value.format(**GRAPHS)) for name, value in case.get("parameters", [])]
    headers = {"Accept": wanted.partition(";")[0]} if wanted else {}
    if "type" in case:
        headers["Content-Type"] = case["type"]
    if case.get("writable"):
        headers["Authorization"] = f"Bearer {TOKEN}"
    body = (
        case["body"].format(**GRAPHS).encode(case.get("encoding", "utf-8"))
        if "body" in case
        else None
    )
    return server.send(case["method"], f"/sparql?{urlencode(pairs)}", body, headers)


def test_every_case_of_the_suite_is_run() -> None:
    """All names of the manifest stand among the cases, each once."""
    names = [case["name"] for case in PROTOCOL["cases"]]

    assert set(PROTOCOL["suite"].split()) <= set(names)
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("INSERT {a} WHERE {b}", "INSERT {a}  USING <x:g> USING NAMED <x:n> WHERE {b}"),
        ("DELETE WHERE {a {b} }", "DELETE {a {b} } USING <x:g> USING NAMED <x:n> WHERE {a {b} }"),
        ("DELETE {where} INSERT {'WHERE'}WHERE{b}",
         "DELETE {where} INSERT {'WHERE'} USING <x:g> USING NAMED <x:n> WHERE{b}"),
        ("DELETE DATA {a} # WHERE", "DELETE DATA {a} # WHERE"),
        ("INSERT {a} WHERE {b}; CLEAR ALL; DELETE\nwhere {c}",
         "INSERT {a}  USING <x:g> USING NAMED <x:n> WHERE {b}; CLEAR ALL; DELETE\n{c} "
         "USING <x:g> USING NAMED <x:n> where {c}"),
    ],
)  # fmt: skip
def test_graphs_of_a_request_are_written_into_an_update(text: str, expected: str) -> None:
    """Each operation with a pattern gets the clauses, and nothing else changes."""
    assert expected == with_dataset(text, ["x:g"], ["x:n"])


def test_an_update_with_two_readings_is_refused() -> None:
    """Where words cannot be told for certain, nothing is written into a text."""
    with pytest.raises(Failure):
        with_dataset("DELETE WHERE { ?s ?p '\\u0022' }", ["x:g"], [])


def test_every_form_holds_the_same_rows(server: Server, tiny: MemoryStore) -> None:
    """JSON, XML, CSV and TSV of one query are the same rows, and the engine's own."""
    query = "SELECT ?s ?l WHERE { ?s rdfs:label ?l } ORDER BY ?s ?l"
    rdfs = "PREFIX rdfs: <http://www.w3.org/2000/01/rdf-schema#> "
    expected = [
        tuple(getattr(term, "value", None) for term in row)
        for row in tiny.select(rdfs + query).rows
    ]
    for media_type in ("application/sparql-results+json", "application/sparql-results+xml",
                       "text/tab-separated-values"):  # fmt: skip
        body = server.ask(query, Accept=media_type).body
        rows: Any = ox.parse_query_results(body, ox.QueryResultsFormat.from_media_type(media_type))
        assert expected == [(row["s"].value, row["l"].value) for row in rows]
    table = list(csv.reader(server.ask(query, Accept="text/csv").text.splitlines()))

    assert ["s", "l"] == table[0]
    assert expected == [tuple(row) for row in table[1:]]


def test_columns_stand_in_the_order_of_the_query(server: Server) -> None:
    """`SELECT *` gives its columns as the text names them."""
    assert (
        b"s,p,o"
        == server.ask("SELECT * { ?s ?p ?o } LIMIT 1", Accept="text/csv").body.split(b"\r")[0]
    )


def test_graphs_are_the_same_in_every_form(server: Server) -> None:
    """A CONSTRUCT gives isomorphic graphs in all six forms."""
    query = f"CONSTRUCT WHERE {{ <{DRUG}> ?p ?o }}"
    graphs = []
    for form in ("TURTLE", "N_TRIPLES", "RDF_XML", "JSON_LD", "TRIG", "N_QUADS"):
        named = getattr(ox.RdfFormat, form)
        got = server.ask(query, Accept=named.media_type)
        graphs.append({str(quad.triple) for quad in ox.parse(got.body, format=named)})

    assert graphs[0]
    assert all(graph == graphs[0] for graph in graphs)


@pytest.mark.parametrize("accept", ["application/n-triples", "text/turtle", "application/rdf+xml"])
def test_service_description(server: Server, accept: str) -> None:
    """The W3C cases returns-rdf, has-endpoint-triple and conforms-to-schema."""
    got = server.send("GET", "/sparql", headers={"Accept": accept})
    form: Any = ox.RdfFormat.from_media_type(accept)
    quads = list(ox.parse(got.body, format=form))
    said = {(quad.predicate.value, getattr(quad.object, "value", "")) for quad in quads}
    kinds = {
        q.subject: q.object.value for q in quads if q.predicate.value == rdflib.RDF.type.toPython()
    }

    assert (200, accept) == (got.status, got.headers["content-type"].partition(";")[0])
    assert [server.address] == [
        q.object.value for q in quads if q.predicate.value == SD + "endpoint"
    ]
    for quad in quads:
        name = quad.predicate.value.removeprefix(SD)
        if name in SCHEMA:
            domain, kind = SCHEMA[name]
            assert SD + domain == kinds[quad.subject]
            assert not kind or SD + kind == kinds[quad.object]
        else:
            assert not quad.predicate.value.startswith(SD)
    assert (SD + "supportedLanguage", SD + "SPARQL11Query") in said
    assert (SD + "resultFormat", ox.QueryResultsFormat.CSV.iri) in said
    assert (SD + "supportedLanguage", SD + "SPARQL11Update") not in said


def test_head_and_options(server: Server) -> None:
    """HEAD has the headers of GET and no body; OPTIONS says what a page may send."""
    path = f"/sparql?query={quote(DRUGS)}"
    head, get = server.send("HEAD", path), server.send("GET", path)
    options = server.send("OPTIONS", "/sparql")

    assert (200, b"") == (head.status, head.body)
    assert get.headers["content-type"] == head.headers["content-type"]
    assert 204 == options.status
    assert "Accept, Content-Type" in options.headers["access-control-allow-headers"]
    assert "*" == get.headers["access-control-allow-origin"]


def test_options_tell_the_methods_of_an_address(server: Server, writable: Server) -> None:
    """Allow has what the address takes, on this server."""
    allowed = {
        path: tuple(one.send("OPTIONS", path).headers["allow"] for one in (server, writable))
        for path in ("/sparql", "/graph", "/api/check-claims", "/void.ttl")
    }
    reading, both = "GET, HEAD, OPTIONS", "GET, HEAD, POST, OPTIONS"

    assert allowed == {
        "/sparql": (both, both),
        "/graph": (reading, "DELETE, GET, HEAD, POST, PUT, OPTIONS"),
        "/api/check-claims": (both, both),
        "/void.ttl": (reading, reading),
    }


def test_a_form_that_is_not_there_is_told_with_those_that_are(server: Server) -> None:
    """The names are those of the kind of answer."""
    assert "json, xml, csv, tsv" in server.ask(DRUGS, ("format", "nonsense")).text
    assert "json, xml." in server.ask("ASK {}", ("format", "nonsense")).text


def test_an_answer_that_is_known_is_not_sent_again(server: Server) -> None:
    """The ETag of an answer gives 304, another one 200; forms have different ones."""
    first = server.ask(DRUGS)
    etag = first.headers["etag"]

    assert "Accept" in first.headers["vary"]
    assert (304, b"") == ((again := server.ask(DRUGS, if_none_match=etag)).status, again.body)
    assert 200 == server.ask(DRUGS, if_none_match='"other"').status
    assert etag != server.ask(DRUGS, Accept="text/csv").headers["etag"]


def test_what_changes_is_not_kept(server: Server) -> None:
    """A query whose answer is not the same each time has no ETag and is run each time."""
    for call in ("RAND()", "STRUUID #\n ()"):
        answers = [server.ask(f"SELECT ({call} AS ?x) {{}}") for _ in range(3)]
        assert 3 == len({answer.body for answer in answers})
        assert all("etag" not in answer.headers for answer in answers)
    assert "etag" in server.ask("SELECT ?known ?random {}").headers


def test_gzip(server: Server) -> None:
    """A large answer comes compressed where the client takes it, from the cache as well."""
    query = "SELECT ?s ?p ?o WHERE { ?s ?p ?o } ORDER BY ?s ?p ?o LIMIT 500"
    plain = server.ask(query)
    for _ in range(2):
        packed = server.ask(query, Accept_Encoding="gzip")
        assert "gzip" == packed.headers["content-encoding"]
        assert plain.body == gzip.decompress(packed.body)
    assert "content-encoding" not in plain.headers


def test_syntax_errors_have_a_place(server: Server) -> None:
    """A mistake is told with line and column, as text and as a problem document."""
    text = server.ask("SELECT ?s\nWHERE { ?s ?p ?o ")
    problem = server.ask("SELECT ?s\nWHERE { ?s ?p ?o ", Accept="application/problem+json")

    assert (400, "text/plain; charset=utf-8") == (text.status, text.headers["content-type"])
    assert text.text.startswith("line 2, column 18: ")
    assert "application/problem+json" == problem.headers["content-type"]
    assert (2, 18, 400) == tuple(
        json.loads(problem.body)[name] for name in ("line", "column", "status")
    )


def test_a_graph_can_be_read(server: Server, tiny: MemoryStore) -> None:
    """The graph store gives the union, and each named graph; one that is not there is 404."""
    accept = {"Accept": "application/n-quads"}
    name = next(iter(tiny.store.named_graphs()))
    whole = server.send("GET", "/graph?default", headers=accept)
    one = server.send("GET", f"/graph?graph={quote(name.value, safe='')}", headers=accept)

    assert len(tiny.store) == len(list(ox.parse(whole.body, format=ox.RdfFormat.N_QUADS)))
    expected = len(list(tiny.store.quads_for_pattern(None, None, None, name)))
    assert expected == len(list(ox.parse(one.body, format=ox.RdfFormat.N_QUADS)))
    assert 404 == server.send("GET", "/graph?graph=http%3A%2F%2Fx%2F").status
    assert 400 == server.send("GET", "/graph").status


def test_sparqlwrapper(server: Server) -> None:
    """SPARQLWrapper reads rows and graphs, by GET and by POST."""
    client = SPARQLWrapper(server.address)
    for method in ("GET", "POST"):
        client.setMethod(method)
        client.setReturnFormat(JSON)
        client.setQuery("PREFIX ol: <https://w3id.org/offlabel/ontology#> " + DRUGS)
        found: Any = client.queryAndConvert()
        assert [DRUG] == [row["s"]["value"] for row in found["results"]["bindings"]]
    client.setReturnFormat(TURTLE)
    client.setQuery(f"CONSTRUCT WHERE {{ <{DRUG}> a ?c }}")
    found = client.queryAndConvert()

    assert DRUG in {str(s) for s in rdflib.Graph().parse(data=found).subjects()}


def test_rdflib_store(server: Server) -> None:
    """rdflib reads the endpoint as a graph."""
    graph = rdflib.Graph(SPARQLStore(server.address))
    kind = rdflib.URIRef("https://w3id.org/offlabel/ontology#Drug")

    assert [rdflib.URIRef(DRUG)] == list(graph.subjects(rdflib.RDF.type, kind))


def test_service_of_another_engine(server: Server) -> None:
    """Other engines reach the endpoint by SERVICE."""
    kind = "<https://w3id.org/offlabel/ontology#Drug>"
    query = f"SELECT ?s {{ SERVICE <{server.address}> {{ ?s a {kind} }} }}"
    oxigraph: Any = ox.Store().query(query)

    assert [DRUG] == [row["s"].value for row in oxigraph]
    assert [DRUG] == [str(row[0]) for row in rdflib.Graph().query(query)]  # type: ignore[index]


def test_curl(server: Server) -> None:
    """curl gets JSON without asking for anything."""
    done = subprocess.run(
        ["curl", "-sS", "--fail", "-G", server.address, "--data-urlencode", f"query={DRUGS}"],
        capture_output=True, check=True,
    )  # fmt: skip

    assert DRUG == json.loads(done.stdout)["results"]["bindings"][0]["s"]["value"]


def test_a_rebuilt_store_is_taken_up(tmp_path: Path) -> None:
    """While clients ask, a new store takes the place of the old one and no request fails."""
    from offlabel.paths import find_roots

    data = tmp_path / "data"
    data.mkdir()
    thing = "<https://w3id.org/offlabel/drug/one> a <https://w3id.org/offlabel/ontology#Drug> ."
    (data / "one.ttl").write_text(thing)
    options = ("--data", str(data), "--only-data")
    with serving(tmp_path, data=options) as server:
        before = server.ask(DRUGS)
        (data / "two.ttl").write_text(thing.replace("/one>", "/two>"))
        disk.build(find_roots([data], only=True))
        while (got := server.ask(DRUGS)).body == before.body:
            assert 200 == got.status

    assert 200 == got.status
    assert got.headers["etag"] != before.headers["etag"]
    assert "drug/two" in got.text


def test_workers_without_fork(tmp_path: Path) -> None:
    """Where workers cannot be forked, they read the store on disk and answer the same."""
    with serving(tmp_path, "--isolation", "spawn", "--workers", "2", "--timeout", "2") as server:
        assert ["s", DRUG] == server.ask(DRUGS, ("format", "csv")).text.split()
        slow = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
        assert 504 == server.ask(slow).status
        assert 200 == server.ask(DRUGS, Accept="text/csv").status
