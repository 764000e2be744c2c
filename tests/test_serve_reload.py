"""A new graph takes the place of the old one, and no client notices more than new answers."""

import os
import signal
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

from watching import calm, children, until
from webserver import serving

GRAPH = "http://example.org/g"
GOOD = "SELECT ?s WHERE { ?s a ol:Drug }"


def test_no_request_fails_while_graphs_change(tmp_path: Path) -> None:
    """Twenty clients ask without a pause while the graph changes six times; each gets 200."""
    with serving(tmp_path, "--writable", "--workers", "2", cache=tmp_path) as server:
        done = Event()

        def client(number: int) -> Counter[int]:
            statuses = Counter[int]()
            while not done.is_set():
                statuses[server.ask(f"{GOOD} # {number} {statuses.total()}").status] += 1
            return statuses

        with ThreadPoolExecutor(20) as threads:
            clients = [threads.submit(client, number) for number in range(20)]
            try:
                said = "INSERT DATA {{ GRAPH <{}> {{ <http://a/s> <http://a/p> {} }} }}"
                for number in range(6):
                    assert 204 == server.write(said.format(GRAPH, number)).status
            finally:
                done.set()
            statuses = sum((each.result() for each in clients), Counter[int]())

        assert {200} == set(statuses)
        calm(server)


def test_health_is_honest_while_there_is_nobody_to_answer(tmp_path: Path) -> None:
    """Without a process that answers, /healthz says 503; a load that fails is tried again."""
    with serving(tmp_path, "--workers", "2", cache=tmp_path) as server:
        store = next(tmp_path.rglob("CURRENT")).parent
        hidden = store.with_name("hidden")
        store.rename(hidden)
        holder = children(server.process.pid)[0]
        for pid in [holder, *children(holder)]:
            os.kill(pid, signal.SIGKILL)

        until(lambda: 503 == server.send("GET", "/healthz").status)
        until(lambda: "once more" in server.log.read_text())
        hidden.rename(store)
        until(lambda: 200 == server.send("GET", "/healthz").status)
        assert 200 == server.ask(GOOD).status
