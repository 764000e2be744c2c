"""What must not happen: a connection, a wrong count, a stale answer, a traceback."""

import os
import socket
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from offlabel.errors import QueryError, SourceError, StoreError
from offlabel.paths import Roots, find_roots
from offlabel.rules import read_rule, run_rule
from offlabel.sources import read_dataset
from offlabel.stores import disk
from offlabel.stores.disk import DiskStore
from offlabel.stores.memory import MemoryStore
from offlabel.stores.remote import RemoteStore
from offlabel.stores.sparqltext import with_values

TABLE = (
    "#curie_map:\n#  d: http://d/\n#  skos: http://www.w3.org/2004/02/skos/core#\n"
    "subject_id\tpredicate_modifier\tpredicate_id\tobject_id\tmapping_justification\n"
)
ONE = "<http://a> <http://b> 1 ."
ESCAPED = "OPTIONAL { ?s <http://a\\u0062#x> ?o } "


def world(folder: Path, **files: str) -> Roots:
    """Write files of data and return the sources with no other data than these."""
    data = folder / "data"
    data.mkdir()
    for name, text in files.items():
        (data / name.replace("__", ".")).write_text(text, encoding="utf-8")
    return find_roots([data], only=True)


@pytest.fixture
def listener() -> Iterator[tuple[int, list[int]]]:
    """Return a port and the list of connections that were made to it."""
    made: list[int] = []
    with socket.create_server(("127.0.0.1", 0)) as server:

        def accept() -> None:
            try:
                while True:
                    connection, _ = server.accept()
                    made.append(1)
                    connection.close()
            except OSError:
                return

        threading.Thread(target=accept, daemon=True).start()
        yield server.getsockname()[1], made


@pytest.mark.parametrize("before", ["", ESCAPED, "# {\n", 'BIND("}" AS ?x) '])
def test_service_opens_no_connection(
    before: str, listener: tuple[int, list[int]], tiny: MemoryStore
) -> None:
    """SERVICE is refused before anything is sent, also behind an escape in an IRI."""
    port, made = listener
    query = f"SELECT * {{ {before}SERVICE SILENT <http://127.0.0.1:{port}/> {{ ?s ?p ?o }} }}"
    with pytest.raises(QueryError, match="SERVICE is refused"):
        tiny.select(query)

    assert [] == made


def test_service_as_a_word_is_no_service(tiny: MemoryStore) -> None:
    """The word in a string, an IRI, a name or a comment is no SERVICE."""
    query = 'PREFIX service: <http://s/service> ASK { BIND("SERVICE" AS ?x) } # SERVICE'

    assert tiny.ask(query)


@pytest.mark.parametrize(
    ("where", "message"),
    [
        ("SERVICE SILENT <http://127.0.0.1:1/> { ?s ?p ?x }", r":4: SERVICE is refused"),
        ("?s ?p ?o BIND(<http://none>(?o) AS ?x)", "cannot be run"),
        ("?s ?p\n", r":5: .*does not parse"),
    ],
)
def test_rule_that_cannot_run(where: str, message: str, tmp_path: Path, tiny: MemoryStore) -> None:
    """A rule that opens a connection, calls an unknown function or is malformed is one error."""
    path = tmp_path / "10-x.rq"
    head = "#+ title: t\n#+ reason: r\n#+ source: s\n"
    path.write_text(f"{head}CONSTRUCT {{ ?s <http://c> ?x }} WHERE {{ {where} }}")
    with pytest.raises(SourceError, match=message):
        run_rule(tiny.store, read_rule(path))


def test_a_statement_of_two_files_counts_once(tmp_path: Path) -> None:
    """The same statement in two files is one statement."""
    store = MemoryStore.from_roots(world(tmp_path, a__ttl=ONE, b__ttl=ONE))

    assert ((Literal(1),),) == store.select(
        "SELECT (COUNT(*) AS ?n) { <http://a> <http://b> ?x }"
    ).rows


def test_blank_nodes_belong_to_their_file(tmp_path: Path) -> None:
    """The same label in two files is two nodes."""
    roots = world(tmp_path, a__ttl="_:x <http://b> 1 .", b__ttl="_:x <http://c> 2 .")

    assert not MemoryStore.from_roots(roots).ask("ASK { ?s <http://b> 1 ; <http://c> 2 }")


def test_all_slips_of_one_file(tmp_path: Path) -> None:
    """Each block of lines and each unknown prefix gives one error, with its line."""
    text = (
        "@prefix ol: <http://x/> .\nol:a zz:b 1 ; zz:c 2 .\n\nol:c ol:d qq:e .\nol:f\n    ol:g .\n"
    )
    problems = read_dataset(world(tmp_path, a__ttl=text)).problems

    assert [2, 4, 6] == [problem.line for problem in problems]


def test_a_negated_mapping_is_no_mapping(tmp_path: Path) -> None:
    """SSSOM's predicate_modifier Not says that two things do not match."""
    row = "d:a\tNot\tskos:exactMatch\td:b\tj\n"
    quads = read_dataset(world(tmp_path, a__ttl="", m__sssom__tsv=TABLE + row)).quads

    assert [] == [quad for quad in quads if "http://d/" in str(quad)]


def test_a_malformed_row_has_its_line(tmp_path: Path) -> None:
    """A quotation mark that is not closed is told with its line."""
    row = 'd:a\t\tskos:exactMatch\t"d:b" x\tj\n'
    problems = read_dataset(world(tmp_path, a__ttl="", m__sssom__tsv=TABLE + row)).problems

    assert [5] == [problem.line for problem in problems]


def test_an_edit_that_keeps_size_and_date_is_seen(tmp_path: Path) -> None:
    """The store follows the file even where its date was set back."""
    roots = world(tmp_path, a__ttl=ONE)
    DiskStore.from_roots(roots)
    path = roots.data[0] / "a.ttl"
    status = path.stat()
    path.write_text(ONE.replace("1", "2"))
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))

    assert DiskStore.from_roots(roots).ask("ASK { <http://a> <http://b> 2 }")


@pytest.mark.parametrize("pattern", ["CURRENT", "*.sst", "MANIFEST*"])
def test_a_corrupt_store_is_built_anew(pattern: str, tmp_path: Path) -> None:
    """Files of the store that were cut or overwritten do no harm."""
    roots = world(tmp_path, a__ttl=ONE)
    store = DiskStore.from_roots(roots).snapshot.path / "store"
    for path in store.glob(pattern):
        path.write_bytes(b"damaged")

    assert DiskStore.from_roots(roots).ask("ASK { <http://a> <http://b> 1 }")


def test_what_a_killed_build_left_goes_with_the_next(tmp_path: Path) -> None:
    """However young it is: a living build would hold the lock."""
    roots = world(tmp_path, a__ttl=ONE)
    dead = disk.folder(roots) / "unfinished-dead"
    dead.mkdir(parents=True)
    disk.build(roots)

    assert not dead.exists()


@pytest.mark.parametrize(
    ("query", "rows"),
    [
        ("{ SELECT ?m (COUNT(*) AS ?n) { ?s <http://b> ?z FILTER (?z < ?m) } GROUP BY ?m }", 1),
        ("{ ?s <http://b> ?z FILTER (?z < ?m) } UNION { ?s <http://c> ?z FILTER (?z < ?m) }", 1),
        ("?s <http://b> ?z FILTER NOT EXISTS { ?s <http://b> ?y FILTER (?y < ?m) }", 0),
        ("{ BIND(5 AS ?m) } UNION { ?s <http://b> ?z FILTER (?z < ?m) }", 1),
        ("?s <http://b> ?z VALUES ?z { 1 7 } FILTER (?z < ?m)", 1),
        ("{ SELECT ?s { ?s <http://b> ?m } } ?s <http://b> ?z", 1),
    ],
)
def test_a_value_reaches_inner_groups(query: str, rows: int, tmp_path: Path) -> None:
    """A parameter has its value in sub-SELECTs that project it, in UNION and in FILTER."""
    store = MemoryStore.from_roots(world(tmp_path, a__ttl=ONE))

    assert rows == len(store.select(f"SELECT ?m ?n ?z {{ {query} }}", {"m": Literal(2)}).rows)


def test_a_brace_in_the_projection_is_no_where() -> None:
    """The values go into the WHERE clause, not into an EXISTS of the projection."""
    query = "SELECT ?m (EXISTS { ?a ?b ?m } AS ?e) { ?s ?p ?m }"

    assert query.replace("?e) {", "?e) { VALUES (?m) { (<http://x>) }") == with_values(
        query, {"m": NamedNode("http://x")}
    )


class Careless(BaseHTTPRequestHandler):
    """An endpoint that answers in the ways that its paths name."""

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        """Answer with one row: cut, short of what was promised, or marked as partial."""
        body = b'{"head":{"vars":["s"]},"results":{"bindings":[{"s":{"type":"uri","value":"a:a"}}'
        if "partial" in self.path:
            body += b"]}}"
        self.send_response(200)
        self.send_header("Content-Type", "application/sparql-results+json")
        if "partial" in self.path:
            self.send_header("X-SQL-State", "S1TAT")
        self.send_header("Content-Length", str(len(body) + 50 * ("short" in self.path)))
        self.end_headers()
        self.wfile.write(body)


@pytest.mark.parametrize("path", ["cut", "short", "partial"])
def test_part_of_an_answer_is_no_answer(path: str) -> None:
    """A server that stops half way, with status 200, is one clear error."""
    with HTTPServer(("127.0.0.1", 0), Careless) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            with pytest.raises(StoreError, match=r"whole|early|part"):
                RemoteStore(f"http://127.0.0.1:{server.server_port}/{path}").select("SELECT * {}")
        finally:
            server.shutdown()
            thread.join()
