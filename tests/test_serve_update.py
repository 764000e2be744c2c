"""Who has the token may write; what was acknowledged is there after the worst of ends."""

import os
import signal
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from pyoxigraph import RdfFormat, parse

from webserver import TOKEN, Got, Server, serving

GRAPH = "http://example.org/g"
COUNT = (
    f"ASK {{ {{ SELECT (COUNT(*) AS ?n) {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }} }} FILTER(?n = %d) }}"
)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that may be written."""
    folder = tmp_path_factory.mktemp("update")
    with serving(folder, "--writable", "--timeout", "5", cache=folder) as running:
        yield running


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server that only reads, with a token in its environment."""
    with serving(tmp_path_factory.mktemp("reader")) as running:
        yield running


def insert(number: int) -> str:
    """Return an update that adds a triple."""
    return f"INSERT DATA {{ GRAPH <{GRAPH}> {{ <http://a/s> <http://a/p> {number} }} }}"


def test_only_the_token_may_write(server: Server, reader: Server) -> None:
    """No token and a wrong one are 401 with a challenge; without --writable all is 403."""
    plain = server.send(
        "POST", "/sparql", insert(1).encode(), {"Content-Type": "application/sparql-update"}
    )
    wrong = server.write(insert(1), token=TOKEN[:-1] + "?")
    graph = server.send("PUT", f"/graph?graph={GRAPH}", b"")

    assert [401, 401, 401] == [got.status for got in (plain, wrong, graph)]
    assert plain.headers["www-authenticate"].startswith("Bearer")
    assert 403 == reader.write(insert(1)).status
    assert not server.ask(f"ASK {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}").boolean
    assert TOKEN not in server.log.read_text() + reader.log.read_text()
    assert TOKEN.encode() not in Path(f"/proc/{server.process.pid}/cmdline").read_bytes()


def test_a_change_is_seen_as_soon_as_it_is_acknowledged(server: Server) -> None:
    """After 204 the next query sees it, and the ETag is another one."""
    query = f"ASK {{ GRAPH <{GRAPH}> {{ ?s ?p 2 }} }}"
    before = server.ask(query)

    assert 204 == server.write(insert(2)).status
    assert (False, True) == (before.boolean, (after := server.ask(query)).boolean)
    assert before.headers["etag"] != after.headers["etag"]
    assert 204 == server.write(f"DROP GRAPH <{GRAPH}>").status


def test_a_change_is_whole_or_not_at_all(server: Server) -> None:
    """Where one operation of an update fails, none is carried out; one without end is stopped."""
    broken = server.write(insert(3) + " ; CREATE GRAPH <http://example.org/x> ; "
                          "CREATE GRAPH <http://example.org/x>")  # fmt: skip
    product = " ".join(f"GRAPH ?g{n} {{ ?a{n} ?b{n} ?c{n} }}" for n in range(4))
    endless = server.write(insert(3) + f" ; INSERT {{ <a:s> <a:p> ?a0 }} WHERE {{ {product} }}")

    assert 400 == broken.status
    assert endless.status in (504, 507)
    assert not server.ask(f"ASK {{ GRAPH <{GRAPH}> {{ ?s ?p 3 }} }}").boolean


@pytest.mark.parametrize(
    "text",
    ["LOAD <http://127.0.0.1:1/>", "LOAD <file:///etc/passwd>", "ASK {}loadx", "\\u004COAD <http://a/>",
     "INSERT { ?s ?p ?o } WHERE { SERVICE <http://127.0.0.1:1/> { ?s ?p ?o } }", "DELETE", ""],
)  # fmt: skip
def test_updates_open_no_connection(server: Server, text: str) -> None:
    """LOAD and SERVICE are refused, and a mistake is told."""
    assert 400 == server.write(text or "x").status


def test_graphs_can_be_written(server: Server) -> None:
    """The Graph Store Protocol: PUT replaces, POST adds, DELETE removes."""
    one, two = (b"<http://a/s> <http://a/p> %d ." % number for number in (1, 2))

    assert 201 == store(server, "PUT", one).status
    assert 204 == store(server, "PUT", two).status
    assert server.ask(COUNT % 1).boolean
    assert 204 == store(server, "POST", one).status
    assert server.ask(COUNT % 2).boolean
    got = store(server, "GET")
    assert 2 == len(list(parse(got.body, format=RdfFormat.TURTLE)))
    assert 400 == store(server, "PUT", b"<http://a/s> <http://a/p>").status
    assert 415 == store(server, "PUT", one, "image/png").status
    assert 204 == store(server, "DELETE").status
    assert 404 == store(server, "DELETE").status
    assert 404 == store(server, "GET").status


def store(server: Server, method: str, body: bytes | None = None, kind: str = "text/turtle") -> Got:
    """Send a request to the graph store."""
    headers = {"Content-Type": kind, "Authorization": f"Bearer {TOKEN}"}
    return server.send(method, f"/graph?graph={GRAPH}", body, headers)


def test_changes_come_one_after_the_other(server: Server) -> None:
    """Writers at the same time all succeed, and nothing of theirs is lost."""
    with ThreadPoolExecutor(5) as threads:
        got = list(threads.map(server.write, [insert(number) for number in range(5)]))

    assert [204] * 5 == [answer.status for answer in got]
    assert server.ask(COUNT % 5).boolean
    assert 204 == server.write(f"DROP GRAPH <{GRAPH}>").status


def test_what_was_acknowledged_survives_kill_9(tmp_path: Path) -> None:
    """Killed with all its processes after each acknowledgement, the server has everything."""
    for number in range(1, 4):
        with serving(tmp_path, "--writable", cache=tmp_path) as server:
            assert 1 == number or server.ask(COUNT % (number - 1)).boolean
            assert 204 == server.write(insert(number)).status
            os.killpg(server.process.pid, signal.SIGKILL)
            server.process.wait()
    with serving(tmp_path, "--writable", cache=tmp_path) as server:
        assert server.ask(COUNT % 3).boolean


def test_the_snapshot_of_the_sources_is_not_written(tmp_path: Path) -> None:
    """A server that only reads has nothing of what was written to another."""
    with serving(tmp_path, "--writable", cache=tmp_path) as server:
        assert 204 == server.write(insert(1)).status
    with serving(tmp_path, cache=tmp_path) as server:
        assert not server.ask(f"ASK {{ GRAPH <{GRAPH}> {{ ?s ?p ?o }} }}").boolean


def test_a_short_token_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The command says so and exits with 2."""
    from commands import TINY, offlabel

    monkeypatch.setenv("OFFLABEL_TOKEN", "short")
    short = offlabel("serve", "--writable", *TINY)
    monkeypatch.delenv("OFFLABEL_TOKEN")
    none = offlabel("serve", "--writable", *TINY)

    assert (2, 2) == (short.code, none.code)
    assert "too short" in short.err
    assert "OFFLABEL_TOKEN" in none.err
