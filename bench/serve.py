"""Measure the server against others: the same graph, machine, client and queries, in one run.

`python bench/serve.py` prints ratios; nothing is asserted. It needs `wrk`; Virtuoso is left out
where it is not installed.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http.client import HTTPConnection
from itertools import count
from pathlib import Path
from statistics import median, quantiles
from urllib.parse import quote

import pyoxigraph as ox

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from offlabel.paths import find_roots
from offlabel.queries.library import get_query
from offlabel.stores.disk import DiskStore
from offlabel.web.settings import default_workers
from servers import free_port, running
from virtuoso import PROGRAM, virtuoso

SECONDS = 5
SMALL = "evidence/how-strong-a-wording"  # a saved query that needs no parameter: ten rows
OWN, ANOTHER = "127.0.0.1", "127.0.0.2"  # where clients ask from
RUNAWAY = "SELECT (COUNT(*) AS ?n) { ?a ?b ?c . ?d ?e ?f . ?g ?h ?i . ?j ?k ?l }"
# A request is a small saved query; with {n}, each is another text, so that no cache can answer.
LUA = """
local n = tonumber(os.getenv("START"))
request = function()
  n = n + 1
  return wrk.format("GET", "PATH" .. string.gsub("TEXT", "XNX", n),
                    {["Accept"] = "application/sparql-results+json"})
end
"""


@dataclass(frozen=True)
class Side:
    """A server that is measured."""

    name: str
    address: str  # of its endpoint
    cold: float = 0.0


@dataclass(frozen=True)
class Load:
    """What `wrk` saw: requests a second, latencies in ms, and answers that were not 200."""

    rate: float
    middle: float
    late: float
    errors: int


def wrk(side: Side, text: str, folder: Path, connections: int = 8, seconds: int = SECONDS) -> Load:
    """Put a load on a server; `XNX` in the text becomes a number that is never used again."""
    base, _, path = side.address.partition("://")[2].partition("/")
    script = folder / "load.lua"
    target = quote(text, safe="")
    script.write_text(LUA.replace("PATH", f"/{path}?query=").replace("TEXT", target))
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s", "--latency", "--timeout", "30s"]
    command += ["-s", str(script), f"http://{base}/"]
    environment = {**os.environ, "START": str(next(STARTS) * 10_000_000)}
    out = subprocess.run(
        command, env=environment, capture_output=True, text=True, check=True
    ).stdout
    wrong = sum(int(n) for n in re.findall(r"Non-2xx or 3xx responses: (\d+)", out))
    wrong += sum(
        int(n) for line in re.findall(r"Socket errors: (.*)", out) for n in re.findall(r"\d+", line)
    )
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", out)[1])  # type: ignore[index]
    return Load(rate, _ms(out, "50%"), _ms(out, "99%"), wrong)


STARTS = count(1)


def _ms(out: str, share: str) -> float:
    found = re.search(rf"{share}\s+([\d.]+)(us|ms|s)\b", out)
    assert found
    return float(found[1]) * {"us": 0.001, "ms": 1, "s": 1_000}[found[2]]


@contextmanager
def offlabel(*options: str) -> Iterator[Side]:
    """Run our server."""
    port = free_port()
    command = [sys.executable, "-m", "offlabel", "serve", "--port", str(port), *options]
    with running(command, f"http://127.0.0.1:{port}/healthz"):
        yield Side("offlabel serve", f"http://127.0.0.1:{port}/sparql")


@contextmanager
def others(folder: Path, graph: ox.Store) -> Iterator[list[Side]]:
    """Run the servers that ours is measured against, each with the same graph."""
    turtle, quads = folder / "graph.ttl", graph.dump(format=ox.RdfFormat.N_QUADS)
    assert quads is not None
    triples = {quad.triple for quad in graph}
    ox.serialize(triples, str(turtle), ox.RdfFormat.TURTLE)
    place = folder / "oxigraph"
    store = ox.Store(str(place))
    store.bulk_load(quads, format=ox.RdfFormat.N_QUADS)
    store.flush()
    del store
    script = Path(__file__).parents[1] / "tests" / "rdflib_server.py"
    with ExitStack() as stack:
        port = free_port()
        command = [sys.executable, str(script), str(turtle), str(port)]
        stack.enter_context(running(command, f"http://127.0.0.1:{port}/?query=ASK%7B%7D"))
        sides = [Side("rdflib-endpoint", f"http://127.0.0.1:{port}/")]
        port = free_port()
        command = [str(Path(sys.executable).with_name("oxigraph")), "serve-read-only"]
        command += [
            "--location",
            str(place),
            "--bind",
            f"127.0.0.1:{port}",
            "--union-default-graph",
        ]
        stack.enter_context(running(command, f"http://127.0.0.1:{port}/query?query=ASK%7B%7D"))
        sides.append(Side("oxigraph", f"http://127.0.0.1:{port}/query"))
        if shutil.which(PROGRAM):
            home = folder / "virtuoso"
            home.mkdir()
            server = stack.enter_context(virtuoso(home))
            server.load(quads)
            sides.append(Side("Virtuoso", server.endpoint))
        yield sides


def throughput(ours: Side, rest: list[Side], small: str, folder: Path) -> None:
    """Print the throughput of a small query, cold and repeated."""
    print(row("\na small saved query, 8 connections", "req/s", "p50 ms", "p99 ms", "errors"))
    rates: dict[str, float] = {}
    for side in (ours, *rest):
        for label, text in (("cold", small + "\n# XNX"), ("repeated", small)):
            wrk(side, text, folder, seconds=1)
            load = wrk(side, text, folder)
            rates[f"{side.name} {label}"] = load.rate
            figures = (f"{load.rate:,.0f}", f"{load.middle:.2f}", f"{load.late:.2f}")
            print(row(f"{side.name}, {label}", *figures, str(load.errors)))
            if side is ours:
                print(row("  p99 / p50", f"{load.late / load.middle:.1f}", "at most 5"))
    for label, own, other, least in (
        ("cold", "offlabel serve cold", "rdflib-endpoint cold", "3"),
        ("cold", "offlabel serve cold", "Virtuoso cold", "1.5"),
        ("repeated", "offlabel serve repeated", "oxigraph repeated", "0.5"),
    ):
        if other in rates:
            ratio = f"{rates[own] / rates[other]:.2f}"
            print(row(f"{label} / {other.split()[0]}", ratio, f"at least {least}"))


def row(label: str, *figures: str) -> str:
    """Return a line of the table."""
    return f"{label:<36}" + "".join(f"{figure:>14}" for figure in figures)


def runaways(small: str) -> None:
    """Print what runaway queries do to others, one and many at once, and what 500 do to memory."""
    limit, workers = 2.0, default_workers()
    print(row("\n20 clients beside runaways", "p50 ms", "p99 ms", "to alone", "gone after s"))
    with offlabel("--timeout", str(limit)) as side:
        good_clients(side, small, 1.0)
        for number in (1, workers, 4 * workers):
            for address in (OWN, ANOTHER):
                alone = good_clients(side, small, 2 * limit)
                texts = [f"{RUNAWAY} # {number} {address} {one}" for one in range(number)]
                with ThreadPoolExecutor(number) as threads:
                    bad = [threads.submit(timed, partial(get, side, t, address)) for t in texts]
                    beside = good_clients(side, small, limit)
                print(row("alone", f"{median(alone):.2f}", f"{p99(alone):.2f}"))
                ratio, gone = (
                    f"{p99(beside) / p99(alone):.2f}",
                    f"{max(one.result() for one in bad):.2f}",
                )
                whose = "of the same client" if address == OWN else "of another"
                figures = (f"{median(beside):.2f}", f"{p99(beside):.2f}", ratio, gone)
                print(row(f"beside {number} {whose}", *figures))
        print(row("", "", "", "at most 2", f"at most {limit + 1:g}"))
    with offlabel("--timeout", "0.3", "--workers", "8") as side:
        port = int(side.address.split(":")[2].split("/")[0])
        with ThreadPoolExecutor(8) as threads:
            list(threads.map(lambda _: get(side, RUNAWAY), range(20)))
            before = memory(port)
            list(threads.map(lambda _: get(side, RUNAWAY), range(500)))
        after = memory(port)
        print(row("memory before 500 runaways, MB", f"{before / 1024:.0f}"))
        print(row("memory after them, MB", f"{after / 1024:.0f}", f"{after / before:.2f}"))


def connections(small: str, folder: Path) -> None:
    """Print how more and more connections at once fare."""
    print(row("\nconnections, cold", "req/s", "p50 ms", "p99 ms", "p99 / p50", "not 200"))
    with offlabel("--per-client", "1000", "--concurrency", "1000") as side:
        for number in (8, 32, 128, 1_000):
            load = wrk(side, small + "\n# XNX", folder, number, 10)
            figures = (f"{load.rate:,.0f}", f"{load.middle:.2f}", f"{load.late:.2f}")
            ratio = f"{load.late / load.middle:.1f}"
            print(row(f"{number:,}", *figures, ratio, str(load.errors)))
    print(row("", "", "", "", "at most 5", "none"))


def good_clients(side: Side, small: str, seconds: float) -> list[float]:
    """Let 20 clients ask for a while, each another query every time; return their times in ms."""
    end = time.monotonic() + seconds
    numbers = count(1)

    def client(_: int) -> list[float]:
        times = []
        while time.monotonic() < end:
            text = f"{small}\n# {next(numbers)} {end}"
            times.append(timed(lambda text=text: get(side, text)) * 1_000)  # type: ignore[misc]
            time.sleep(0.05)
        return times

    with ThreadPoolExecutor(20) as threads:
        return [one for times in threads.map(client, range(20)) for one in times]


def get(side: Side, text: str, address: str = OWN) -> int:
    """Ask a query from one of this machine's addresses and return the status."""
    host, _, path = side.address.partition("://")[2].partition("/")
    connection = HTTPConnection(host, timeout=60, source_address=(address, 0))
    try:
        connection.request("GET", f"/{path}?query={quote(text, safe='')}")
        response = connection.getresponse()
        response.read()
        return response.status
    finally:
        connection.close()


def timed(work: Callable[[], object]) -> float:
    """Return how long something takes, in seconds."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def p99(times: list[float]) -> float:
    """Return what 99 in 100 stay below."""
    return quantiles(times, n=100)[98]


def memory(port: int) -> int:
    """Return the memory of all processes of the server at a port, in kB, each page once."""
    owner = subprocess.run(
        ["pgrep", "-f", f"serve --port {port}"], capture_output=True, text=True, check=True
    )
    total, waiting = 0, [int(owner.stdout.split()[0])]
    while waiting:
        pid = waiting.pop()
        with suppress(OSError):  # a worker that was just replaced
            rollup = Path(f"/proc/{pid}/smaps_rollup").read_text()
            total += int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1])  # type: ignore[index]
            waiting += map(int, Path(f"/proc/{pid}/task/{pid}/children").read_text().split())
    return total


def main() -> None:
    """Run everything on the project's own graph."""
    roots = find_roots()
    store = DiskStore.from_roots(roots)
    small = get_query(roots, SMALL).text
    print(f"{len(store.store):,} statements, {os.cpu_count()} processors")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with others(folder, store.store) as rest, offlabel() as ours:
            throughput(ours, rest, small, folder)
        runaways(small)
        connections(small, folder)


if __name__ == "__main__":
    main()
