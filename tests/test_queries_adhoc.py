"""Queries of one's own: prefixes are known, nothing but reading is possible, limits hold."""

import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from offlabel.errors import OfflabelError, QueryError, StoreError
from offlabel.queries.adhoc import answer_text, answer_text_apart
from offlabel.queries.syntax import prepare
from offlabel.queries.table import Table
from offlabel.queries.worker import Limits, Place
from offlabel.sparql.traps import KINDS
from offlabel.stores.base import Store
from offlabel.stores.disk import DiskStore
from offlabel.stores.remote import RemoteStore
from offlabel.terms import OL, prefixes

DRUGS = "SELECT ?drug { ?drug a ol:Drug } ORDER BY ?drug"
ENDLESS = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"


@pytest.fixture
def place(tiny_disk: DiskStore) -> Place:
    """Return where another process finds the small world."""
    return Place(snapshot=str(tiny_disk.snapshot.path))


def refusal(text: str) -> QueryError:
    """Return the error with which a query is refused."""
    with pytest.raises(QueryError) as caught:
        prepare(text, prefixes())
    return caught.value


@pytest.mark.parametrize(
    ("form", "text"),
    [
        ("SELECT", "select * {}"),
        ("ASK", "# DELETE\nBASE <http://example.org/>\nASK {}"),
        ("CONSTRUCT", "PREFIX insert: <http://example.org/#> CONSTRUCT WHERE { ?s ?p insert:x }"),
        ("DESCRIBE", "DESCRIBE <http://example.org/SERVICE>"),
        ("SELECT", "SELECT * { ?s schema:service <http://example.org/service#it's> }"),
        ("SELECT", "SELECT ?service { ?service rdfs:label 'SERVICE <x>' } # SERVICE"),
        ("SELECT", 'SELECT * { ?s ?p """a " SERVICE\n"""@en-service }'),
    ],
)
def test_form_is_found(form: str, text: str) -> None:
    """Words in names, strings, IRIs and comments are no keywords."""
    assert form == prepare(text, prefixes()).form


@pytest.mark.parametrize("word", ["INSERT", "delete", "LOAD", "CLEAR", "drop", "WITH", "COPY"])
def test_updates_are_refused(word: str) -> None:
    """Nothing that writes is run, and the message says how the graph is changed."""
    error = refusal(f"PREFIX x: <http://example.org/>\n  {word} ALL")

    assert (2, 3) == (error.line, error.column)
    assert "queries only read" in str(error)
    assert "edit the files in data/" in str(error)


def test_service_is_refused() -> None:
    """A part of a query is never sent elsewhere."""
    error = refusal("SELECT * {\n  SERVICE <http://example.org/> { ?s ?p ?o } }")

    assert (2, 3) == (error.line, error.column)
    assert "SERVICE is refused" in str(error)


@pytest.mark.parametrize(
    "text",
    [
        "SELECT * { ?s ?p trueSERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 1e5SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'x'service silent<http://example.org/> { ?s ?p ?o } }",
        "SELECT * { SERVICESILENT<http://example.org/>{ ?s ?p ?o } }",
        "PREFIX ex: <http://example.org/> SELECT * { SERVICEex:a { ?s ?p ?o } }",
        "PREFIX : <http://example.org/> SELECT * { SERVICE:a { ?s ?p ?o } }",
        "PREFIX:<http://example.org/> SELECT * { service:a { ?s ?p ?o } }",
        "SELECT * { ?s ?p ?o FILTER (?o<3#>'''\n) SERVICE <http://example.org/> {} #'''\n }",
        "PREFIX ex: <http://example.org/> SELECT * { FILTER (1<ex:a#>'\n) SERVICE ex:b {} #'\n }",
        "SELECT * { ?s ?p <urn:x#y> SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { <http://a\\u0062#x> ?p ?o SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { ?s ?p 'a\\u0027 SERVICE <http://example.org/> { ?s ?p ?o } }",
        "SELECT * { SERV\\u0049CE <http://example.org/> { ?s ?p ?o } }",
    ],
)
def test_service_cannot_be_hidden(text: str) -> None:
    """However it is written, the engine never gets to see SERVICE."""
    assert "SERVICE is refused" in str(refusal(text))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "there is no query"),
        ("  # only a comment\n", "there is no query"),
        ("FIND ?x", "a query begins with SELECT, ASK, CONSTRUCT or DESCRIBE, not with 'FIND'"),
        ("{", "not with '{'"),
    ],
)
def test_no_query(text: str, message: str) -> None:
    """What is no query at all is said to be none."""
    assert message in str(refusal(text))


def test_missing_prefixes_are_added_on_the_first_line() -> None:
    """Known prefixes that are used and not declared are added; no line moves."""
    text = "PREFIX ol: <http://example.org/>\nSELECT * { ?s a ol:X ; rdfs:label ?l }"
    prepared = prepare(text, prefixes())

    assert f"PREFIX rdfs: <{prefixes().namespaces['rdfs']}> {text}" == prepared.text
    assert len(prepared.text) - len(text) == prepared.shift


def test_own_prefix_is_kept(tiny: Store) -> None:
    """What a query declares is not overridden by the project's prefixes."""
    assert answer_text("PREFIX ol: <http://example.org/> ASK { ?s a ol:Drug }", tiny) is False


def test_unknown_prefix() -> None:
    """A prefix that nobody declared is named with the closest one and its place."""
    error = refusal("SELECT *\n{ ?s a drgu:x }")

    assert (2, 8) == (error.line, error.column)
    assert "the prefix drgu: is not declared. Did you mean drug:?" in str(error)


@pytest.mark.parametrize(
    ("text", "line", "column"),
    [
        ("SELECT ?s { ?s a ol:Drug ", 1, 26),
        ("SELECT ?s\n{ ?s a ol:Drug } ORDER ?s", 2, 26),
        ("SELECT ?s {\n  ?s ?p }", 2, 10),
    ],
)
def test_syntax_error_shows_its_place(tiny: Store, text: str, line: int, column: int) -> None:
    """Line and column are those of the text as it was written, and the line is shown."""
    with pytest.raises(QueryError) as caught:
        answer_text(text, tiny)

    assert (line, column) == (caught.value.line, caught.value.column)
    assert f"\n    {text.splitlines()[line - 1]}\n    {' ' * (column - 1)}^" in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        DRUGS,
        "ASK { drug:examplamine a ol:Drug }",
        "ASK { drug:examplamine a ol:Study }",
        "CONSTRUCT { ?drug a ol:Treatment } WHERE { ?drug a ol:Drug }",
        "DESCRIBE drug:examplamine",
        "SELECT ?s ?n { ?s ol:participants ?n OPTIONAL { ?s ol:none ?x } } ORDER BY ?s",
    ],
)
def test_other_process_gives_the_same_answer(tiny: Store, place: Place, text: str) -> None:
    """An answer does not change on its way from the process that found it."""
    assert answer_text(text, tiny) == answer_text_apart(text, place, Limits())


def test_endpoint_is_asked_from_another_process(tiny: Store, tiny_remote: RemoteStore) -> None:
    """A query for an endpoint keeps the same limits."""
    place = Place(endpoint=tiny_remote.endpoint)

    assert answer_text(DRUGS, tiny) == answer_text_apart(DRUGS, place, Limits())


def test_slow_query_is_stopped(place: Place) -> None:
    """A query that takes too long is ended at once, whatever the engine is doing."""
    start = time.monotonic()
    with pytest.raises(QueryError, match=r"stopped after 0\.5 seconds.*--timeout"):
        answer_text_apart(ENDLESS, place, Limits(seconds=0.5))

    assert time.monotonic() - start < 10


def test_stopped_query_gets_advice(place: Place) -> None:
    """What a query that went past a limit may be changed to is told, with the line as written."""
    text = "SELECT (COUNT(*) AS ?n) {\n" + "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l\n"
    text += "FILTER NOT EXISTS {\n?a ol:cites ?m .\n?m ol:year ?o } }"
    with pytest.raises(QueryError) as caught:
        answer_text_apart(text, place, Limits(seconds=0.5))

    assert f"--timeout. Line 5: {KINDS['exists-of-all'].cause}" in str(caught.value)


def test_no_advice_for_another_engine() -> None:
    """How an endpoint evaluates a query we do not know."""
    text = "SELECT * { ?a ol:cites ?b FILTER EXISTS { ?a ol:cites ?c . ?c ol:year ?d } }"
    with socket.create_server(("127.0.0.1", 0)) as silent:
        endpoint = f"http://127.0.0.1:{silent.getsockname()[1]}/"
        with pytest.raises(QueryError) as caught:
            answer_text_apart(text, Place(endpoint=endpoint), Limits(seconds=0.5))

    assert "stopped after 0.5 seconds" in str(caught.value)
    assert "Line" not in str(caught.value)


def test_greedy_query_is_stopped(place: Place) -> None:
    """A query that takes too much memory is ended, and this process is not."""
    text = "SELECT * { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i } ORDER BY ?c ?f ?i"
    with pytest.raises(QueryError, match=r"more than 300 MB of memory.*--max-memory"):
        answer_text_apart(text, place, Limits(megabytes=300))


@pytest.mark.parametrize("text", ["SELECT * { ?s ?p ?o }", "CONSTRUCT WHERE { ?s ?p ?o }"])
def test_large_answer_is_refused(place: Place, text: str) -> None:
    """An answer past the limit is an error; it is never cut silently."""
    with pytest.raises(QueryError, match=r"more than 10\. Add a LIMIT.*--max-rows"):
        answer_text_apart(text, place, Limits(rows=10))


def test_errors_come_through(place: Place, tmp_path: Path) -> None:
    """What goes wrong in the other process is told as if it happened here."""
    with pytest.raises(QueryError) as caught:
        answer_text_apart("SELECT ?s {\n  ?s ?p }", place, Limits())
    with pytest.raises(StoreError, match="the store cannot be read"):
        answer_text_apart(DRUGS, Place(snapshot=str(tmp_path)), Limits())
    with pytest.raises(OfflabelError, match="cannot be reached"):
        answer_text_apart(DRUGS, Place(endpoint="http://127.0.0.1:9/sparql"), Limits())

    assert 2 == caught.value.line


def test_star_keeps_the_order_of_the_text(tiny: Store) -> None:
    """The columns of a SELECT * come in the order in which the query names them."""
    columns = []
    for text in (
        "SELECT * { ?s ?p ?o BIND (1 AS ?a) }",
        "PREFIX x: <http://x/> SELECT DISTINCT * { ?s ?p ?o }",
        "SELECT ?o ?s { ?s ?p ?o }",
        "SELECT * { ?s ?p ?o FILTER NOT EXISTS { ?o ?p ?never } }",
    ):
        table = answer_text(text, tiny)
        assert isinstance(table, Table)
        columns.append("".join(table.columns))

    assert ["spoa", "spo", "os", "spo"] == columns


def test_worker_ends_by_itself(place: Place) -> None:
    """A process that runs a query keeps its limit of time without the one that started it."""
    script = (
        "from offlabel.queries.adhoc import answer_text_apart as run\n"
        "from offlabel.queries.worker import Limits, Place\n"
        f"run({ENDLESS!r}, Place(snapshot={place.snapshot!r}), Limits(seconds=1))\n"
    )
    parent = subprocess.Popen([sys.executable, "-c", script])
    children = Path(f"/proc/{parent.pid}/task/{parent.pid}/children")
    wait_until(lambda: children.read_text(encoding="utf-8").strip() != "")
    child = Path(f"/proc/{children.read_text(encoding='utf-8').split()[0]}")
    parent.kill()
    parent.wait()

    wait_until(lambda: not child.exists() or " Z " in (child / "stat").read_text(encoding="utf-8"))


def wait_until(done: Callable[[], bool]) -> None:
    """Wait until something is so; fail after half a minute."""
    end = time.monotonic() + 30
    while not done():
        assert time.monotonic() < end
        time.sleep(0.05)


def test_answer_is_a_table(tiny: Store) -> None:
    """A SELECT gives a table of its variables."""
    table = answer_text(f"SELECT ?drug {{ ?drug a <{OL}Drug> }}", tiny)

    assert isinstance(table, Table)
    assert ({"drug": "https://w3id.org/offlabel/drug/examplamine"},) == table.rows
