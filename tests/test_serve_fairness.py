"""Short queries never wait for long ones, and no client takes the places of the others."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from urllib.parse import quote

import pytest

from offlabel.web.turns import Turns
from watching import calm, family, figure, idle, until, workers
from webserver import Server, serving

GOOD = "SELECT ?s WHERE {{ ?s a ol:Drug }} # {}"
RUNAWAY = "SELECT (COUNT(*) AS ?n) {{ ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }} # {}"
LONG = "SELECT ?a ?b ?c {{ ?a ?p ?b . ?c ?q ?d }} LIMIT 1000000 # {}"
LIMIT = 8.0  # seconds that a query may take here
OTHER = "127.0.0.2"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """Run a server with four workers and four places for long queries."""
    folder = tmp_path_factory.mktemp("fairness")
    with serving(folder, "--workers", "4", "--timeout", str(LIMIT)) as running:
        yield running


def status_from(server: Server, address: str, text: str) -> int:
    """Ask a query from an address of this machine and return the status."""
    connection = HTTPConnection("127.0.0.1", server.port, timeout=60, source_address=(address, 0))
    try:
        connection.request("GET", f"/sparql?query={quote(text)}&format=tsv")
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


@pytest.mark.parametrize("address", ["127.0.0.1", OTHER])
def test_more_runaways_than_workers_keep_nobody_waiting(server: Server, address: str) -> None:
    """Beside 16 runaways of one client, each good query ends before any of those does."""
    with ThreadPoolExecutor(20) as threads:
        bad = [threads.submit(status_from, server, OTHER, RUNAWAY.format(n)) for n in range(16)]
        until(lambda: figure(server, "jobs_long") > 0)
        good = [
            threads.submit(status_from, server, address, GOOD.format(f"{n} {address}"))
            for n in range(40)
        ]
        assert [200] * 40 == [each.result() for each in good]
        assert not any(each.done() for each in bad)
        assert {503, 504} >= {each.result() for each in bad}
    calm(server)


def test_the_processes_are_as_few_as_promised(server: Server) -> None:
    """While runaways come without end there are at most workers plus long queries; then fewer."""
    with ThreadPoolExecutor(16) as threads:
        bad = [threads.submit(status_from, server, OTHER, RUNAWAY.format(n)) for n in range(16)]
        most = 0
        while not all(each.done() for each in bad):
            most = max(most, workers(server))
            assert figure(server, "jobs_long") <= 2  # a client has half of the places
    until(lambda: 4 == workers(server) == idle(server))

    assert 4 <= most <= 8


def test_long_queries_beyond_the_share_wait_for_their_place(server: Server) -> None:
    """A client that asks more long queries at once than it has places gets all answers."""
    with ThreadPoolExecutor(3) as threads:
        got = threads.map(
            lambda n: status_from(server, OTHER, LONG.replace("1000000", "100000").format(n)),
            range(6),
        )

        assert [200] * 6 == list(got)


def test_a_large_answer_begins_once(server: Server) -> None:
    """Nothing of a long answer goes out before it has its place, so it never begins twice."""
    with ThreadPoolExecutor(4) as threads:
        got = list(
            threads.map(lambda n: server.ask(LONG.replace("1000000", "50000").format(n)), range(4))
        )

    assert [200] * 4 == [each.status for each in got]
    assert all(1 == each.text.count('"head"') for each in got)


def test_a_large_answer_that_is_quick_keeps_its_worker(server: Server) -> None:
    """An answer that the server has to read in several parts is no long job for that alone."""
    kept = []
    for n in range(3):  # a machine that is very busy may take long for it once
        until(lambda: 4 == workers(server) == idle(server))
        before = family(server.process.pid)
        got = server.ask(LONG.replace("1000000", "1500").format(f"quick {n}"))
        until(lambda: 4 == workers(server) == idle(server))
        kept.append(before == family(server.process.pid))
        assert 200 == got.status
        assert 1 << 18 < len(got.body) < 1 << 19

    assert any(kept)


def test_clients_take_turns() -> None:
    """One job of each client in turn, its own in their order; who has least goes first."""

    async def order() -> list[str]:
        turns, found = Turns[None](), []
        names = {turns.join(name[0]): name for name in ("a1", "a2", "a3", "b1", "c1", "d1", "b2")}
        while one := turns.find_next(lambda client: client != "c", {"a": 1, "b": 1}):
            found.append(names[one[1]])
        return [*found, f"{len(turns)} left", "c" if "c" in turns else ""]

    assert ["d1", "a1", "b1", "a2", "b2", "a3", "1 left", "c"] == asyncio.run(order())
