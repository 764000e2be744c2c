"""No request takes more than its share, and none does harm."""

import json
import os
import signal
import socket
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import yaml
from pyoxigraph import RdfFormat, parse

from offlabel.sparql.traps import KINDS
from watching import calm, children, idle, memory, raw, request, until, workers
from webserver import Got, Server, serving

HOSTILE = yaml.safe_load(
    (Path(__file__).parent / "web" / "hostile.yaml").read_text(encoding="utf-8")
)
GOOD = "SELECT ?s WHERE { ?s a ol:Drug }"
TRIPLES = "?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l"
RUNAWAYS = {
    "a cartesian product": f"SELECT (COUNT(*) AS ?n) {{ {TRIPLES} }}",
    "a sorted one": f"SELECT * {{ {TRIPLES} }} ORDER BY RAND()",
    "exploding paths": "SELECT (COUNT(*) AS ?n) { ?a (!<x:p>|^(!<x:p>))* ?b . ?b (!<x:q>)* ?c }",
}
MILLION = "SELECT ?a ?b ?c { ?a ?p ?b . ?c ?q ?d } LIMIT 1000000"
LOCK = 4.0  # seconds that a query may take on the server of these tests


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server with narrow limits."""
    options = ("--timeout", str(LOCK), "--max-memory", "128", "--patience", "1.5", "--workers", "4",
               "--max-query", "100000", "--max-body", "1")  # fmt: skip
    with serving(tmp_path_factory.mktemp("limits"), *options) as running:
        yield running


@pytest.mark.parametrize("name", RUNAWAYS)
def test_runaways_are_stopped_and_others_notice_nothing(server: Server, name: str) -> None:
    """A query without end gets 504 or, out of memory, 507; meanwhile others get their answers."""
    with ThreadPoolExecutor(8) as threads:
        runaway = threads.submit(server.ask, RUNAWAYS[name])
        others = [threads.submit(server.ask, f"{GOOD} LIMIT {n}") for n in range(1, 40)]

        assert {200} == {other.result().status for other in others}
        assert runaway.result().status in (504, 507)
        assert "Narrow the query" in runaway.result().text
    assert 200 == server.ask(GOOD).status


def test_runaways_are_told_what_makes_them_slow(server: Server) -> None:
    """The message about a limit ends with the line and the remedy of what is slow."""
    slow = f"{TRIPLES}\n" + "FILTER NOT EXISTS { ?a ol:cites ?m . ?m ol:year ?o }"
    got = server.ask(f"SELECT (COUNT(*) AS ?n) {{ {slow} }}")

    assert 504 == got.status
    assert f"Line 2: {KINDS['exists-of-all'].cause}" in got.text


def test_memory_is_bounded(server: Server) -> None:
    """A query that gathers more than it may is ended by the system and told so."""
    got = server.ask(
        "SELECT (GROUP_CONCAT(?x) AS ?y) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i "
        "BIND(CONCAT(STR(?a), STR(?b), STR(?c), STR(?d), STR(?e)) AS ?x) }"
    )

    assert got.status == 507
    assert "128 MB" in got.text


def test_a_large_answer_comes_early_and_is_not_held(server: Server) -> None:
    """The first bytes of a million rows come before the last; no process of the server grows."""
    before = memory(server)
    peak, size = before, 0
    with closing(socket.create_connection(("127.0.0.1", server.port))) as connection:
        connection.sendall(request(f"/sparql?query={quote(MILLION)}&format=tsv"))
        first = connection.recv(65_536)
        while part := connection.recv(1 << 20):
            size += len(part)
            peak = max(peak, memory(server)) if size % 16 == 0 else peak
            if part.endswith(b"0\r\n\r\n"):
                break

    assert b"200 OK" in first
    assert size > 50_000_000
    assert max(peak, memory(server)) - before < 60_000  # kB


def test_a_large_answer_is_refused_or_cut(tmp_path: Path) -> None:
    """Past the limit an answer is 413, or where it has begun, cut without its last chunk."""
    path = f"/sparql?query={quote('CONSTRUCT WHERE { ?s ?p ?o . ?a ?b ?c }')}&format=nt"
    with serving(tmp_path, "--max-result", "1") as server:
        assert 413 == server.send("GET", path).status
        assert 200 == server.ask(GOOD).status
    with serving(tmp_path, "--max-result", "4") as server:
        got = raw(server, request(path))
        assert b" 200 OK" in got.partition(b"\r\n")[0]
        body = b"".join(chunks(got))
        last = body.rstrip().splitlines()[-1]
        assert last.startswith(b"# incomplete: the answer has more than 4,194,304 bytes")
        assert list(parse(body, format=RdfFormat.N_TRIPLES))  # cut at the end of a line
        assert not got.endswith(b"0\r\n\r\n")
        assert 200 == server.ask(GOOD).status


def test_too_much_is_refused(server: Server) -> None:
    """Queries, bodies, addresses and headers have a size that they may have."""
    long = GOOD + " #" + "x" * 100_000
    form = {"Content-Type": "application/sparql-query"}

    assert 413 == server.send("POST", "/sparql", long.encode(), form).status
    assert 413 == server.send("POST", "/sparql", b"#" * 2_000_000, form).status
    assert 414 == server.ask(GOOD + " #" + "x" * 60_000).status
    assert (
        431
        == server.send("GET", "/healthz", headers={f"x{n}": "y" * 8_000 for n in range(9)}).status
    )


def test_too_many_at_once_get_429(tmp_path: Path) -> None:
    """A client past its share is told to wait; when its answers are there, it may go on."""
    options = ("--per-client", "2", "--workers", "2", "--timeout", "3")
    with serving(tmp_path, *options) as server, ThreadPoolExecutor(12) as threads:
        running = [threads.submit(server.ask, RUNAWAYS["a cartesian product"]) for _ in range(12)]
        got = [future.result() for future in running]
        refused = [answer for answer in got if answer.status == 429]

        assert 10 == len(refused)
        assert {"1"} == {answer.headers["retry-after"] for answer in refused}
        assert [504, 504] == [answer.status for answer in got if answer.status != 429]
        assert 200 == server.ask(GOOD).status


BODIES = {
    "/sparql": "application/sparql-query",
    "/graph?default": "text/turtle",
    "/api/check-claims": "text/csv",
    "/mcp": "application/json",
}


def post(path: str, length: int, body: bytes = b"x") -> bytes:
    """Return the start of a request whose body is said to have some length."""
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: {BODIES[path]}\r\n"
    return f"{head}Content-Length: {length}\r\n\r\n".encode() + body


@pytest.mark.parametrize("path", BODIES)
def test_bodies_have_bounds_at_each_address(server: Server, path: str) -> None:
    """One that comes too slowly is 408, one too large 413; a client may leave in the middle."""
    slow = raw(server, post(path, 500))
    large = raw(server, post(path, 2_000_000))
    chunked = post(path, 0, b"").replace(b"Content-Length: 0", b"Transfer-Encoding: chunked")
    parts = b"".join(b"%x\r\n%b\r\n" % (100_000, b"x" * 100_000) for _ in range(11))
    flood = raw(server, chunked + parts + b"0\r\n\r\n")
    with closing(socket.create_connection(("127.0.0.1", server.port))) as connection:
        connection.sendall(post(path, 500))

    assert b" 408 " in slow.partition(b"\r\n")[0]
    assert b" 413 " in large.partition(b"\r\n")[0]
    assert b" 413 " in flood.partition(b"\r\n")[0]
    until(lambda: f"POST {path} 499" in server.log.read_text())
    calm(server)


def test_slow_clients_are_cut_off(server: Server) -> None:
    """One who sends half a request, or does not read, loses the connection."""
    head = raw(server, b"GET /sparql?que")

    assert head.startswith(b"HTTP/1.1 408")
    with closing(socket.socket()) as connection:
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        connection.connect(("127.0.0.1", server.port))
        connection.sendall(request(f"/sparql?query={quote(MILLION)}&format=tsv"))
        connection.recv(100)
        until(lambda: b"the client stopped reading" in server.log.read_bytes())
    until(lambda: idle(server) == 4)


def test_a_client_that_leaves_frees_its_worker(server: Server) -> None:
    """A query whose client is gone is stopped at once, not at its time limit."""
    with closing(socket.create_connection(("127.0.0.1", server.port))) as connection:
        connection.sendall(request(f"/sparql?query={quote(RUNAWAYS['a cartesian product'])}"))
        until(lambda: idle(server) == 3)
    until(lambda: idle(server) == 4)

    assert b"the client left" in server.log.read_bytes()


def test_the_server_outlives_its_parts(tmp_path: Path) -> None:
    """Workers, and the process that holds the graph, are replaced when something kills them."""
    with serving(tmp_path, "--workers", "2") as server:
        holder = children(server.process.pid)[0]
        threads = list(Path(f"/proc/{holder}/task").iterdir())
        assert 1 == len(threads)  # so that a fork is a whole process
        for worker in children(holder):
            os.kill(worker, signal.SIGKILL)
        until(lambda: server.ask(GOOD + " LIMIT 7").status == 200)
        os.kill(holder, signal.SIGKILL)
        until(lambda: children(server.process.pid) not in ([], [holder]))
        until(lambda: server.ask(GOOD + " LIMIT 8").status == 200)
        holder = children(server.process.pid)[0]
        left = children(holder)
    until(lambda: not any(Path(f"/proc/{pid}").exists() for pid in [holder, *left]))


def test_shutdown_finishes_what_is_being_answered(tmp_path: Path) -> None:
    """SIGTERM lets a running query end, and nothing stays behind."""
    with serving(tmp_path, "--timeout", "2") as server, ThreadPoolExecutor(1) as threads:
        running = threads.submit(server.ask, RUNAWAYS["a cartesian product"])
        until(
            lambda: (
                b'"ok"' in server.send("GET", "/healthz").body
                and idle(server) == workers(server) - 1
            )
        )
        server.process.send_signal(signal.SIGTERM)

        assert 504 == running.result().status
        assert server.process.wait(20) in (0, -signal.SIGTERM)


class Trap:
    """A server that counts who calls it."""

    def __init__(self) -> None:
        self.calls = 0
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.address = f"http://127.0.0.1:{self._socket.getsockname()[1]}/"
        threading.Thread(target=self._count, daemon=True).start()

    def _count(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            self.calls += 1
            connection.close()


@pytest.fixture(scope="module")
def trap() -> Trap:
    """Set the trap."""
    return Trap()


@pytest.mark.parametrize("case", HOSTILE["queries"], ids=lambda case: case["name"])
def test_hostile_queries(server: Server, trap: Trap, case: dict[str, Any]) -> None:
    """A hostile query is an error or an empty answer, by each way in."""
    deep = case.get("deep", 0)
    text = case["text"].format(trap=trap.address, open="(" * deep, close=")" * deep)
    form = {"Content-Type": "application/sparql-query"}
    ways = [server.send("POST", "/sparql", text.encode(), form)]
    if not deep:
        ways.append(server.ask(text))
    for got in ways:
        assert case.get("status", 400) == got.status, got.text
        harmless(got.body)
    assert 0 == trap.calls
    assert 200 == server.ask(GOOD).status
    calm(server)


@pytest.mark.parametrize("case", HOSTILE["raw"], ids=lambda case: case["name"])
def test_hostile_requests(server: Server, case: dict[str, Any]) -> None:
    """What is no proper request gets an error, and the server goes on."""
    repeated = case.get("repeat", "") * case.get("times", 0)
    got = raw(server, case["send"].replace("{repeated}", repeated).encode("latin-1"))

    assert f" {case['status']} ".encode() in got.partition(b"\r\n")[0]
    harmless(got)
    assert 200 == server.ask(GOOD).status
    calm(server)
    assert "unlogged" not in case or case["unlogged"] not in server.log.read_text()


def test_allowed_services_are_the_only_ones(server: Server, trap: Trap, tmp_path: Path) -> None:
    """A query may call what the operator named, and nothing beside or behind it."""
    with serving(tmp_path, "--allow-service", server.address) as own:
        allowed = f"SELECT ?s {{ SERVICE <{server.address}> {{ ?s a ol:Drug }} }}"
        assert "drug/examplamine" in own.ask(allowed).text
        inner = f"SERVICE <{trap.address}> {{ ?s ?p ?o }}"
        both = f"SELECT * {{ SERVICE <{server.address}> {{ {inner} }} }}"
        prefixed = f"PREFIX s: <{server.address}> SELECT * {{ SERVICE s: {{ ?s ?p ?o }} }}"
        variable = f"SELECT * {{ VALUES ?e {{ <{trap.address}> }} SERVICE ?e {{ ?s ?p ?o }} }}"
        for text in (both, prefixed, variable):
            assert 400 == own.ask(text).status
        for case in HOSTILE["queries"]:
            if "SERVICE" in case["name"]:
                assert 400 == own.ask(case["text"].format(trap=trap.address)).status
    assert 0 == trap.calls


def test_logs_can_keep_values_to_themselves(tmp_path: Path) -> None:
    """The log has who, what and how long; with --private-logs no values, and never a token."""
    for options, shown in (((), True), (("--private-logs",), False)):
        folder = tmp_path / str(shown)
        folder.mkdir()
        with serving(folder, *options) as server:
            server.ask("ASK { ?s ?p 'Secret1' }")
            server.send("POST", "/sparql", b"ASK { ?s ?p 'Secret2' }",
                        {"Content-Type": "application/sparql-query"})  # fmt: skip
            server.write("DROP ALL", token="Secret3")
        log = server.log.read_text()
        assert "127.0.0.1 GET /sparql?query=" in log
        assert shown == ("Secret1" in log) == ("Secret2" in log)
        assert "Secret3" not in log


def chunks(got: bytes) -> Iterator[bytes]:
    """Give the parts of an answer that came in chunks."""
    left = got.partition(b"\r\n\r\n")[2]
    while left:
        size, _, left = left.partition(b"\r\n")
        yield left[: int(size, 16)]
        left = left[int(size, 16) + 2 :]


def harmless(body: bytes) -> None:
    """Fail where an answer holds what nobody outside should see."""
    for sign in (b"Traceback", b"root:", b".py", b"panicked", b"/site-packages/"):
        assert sign not in body


def test_figures_and_health(server: Server) -> None:
    """Both have what whoever watches the server needs."""
    got: Got = server.send("GET", "/healthz")

    assert "ok" == json.loads(got.body)["status"]
    assert 4 == workers(server)
    assert (
        b'offlabel_requests_total{method="GET",status="200"}' in server.send("GET", "/metrics").body
    )
