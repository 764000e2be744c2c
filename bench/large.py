"""Ask all saved queries of a made-up graph of a million statements, over HTTP, of several servers.

`python bench/large.py [STUDIES]` prints the total of each server, ratios, what failed, what took
long, and where the rows are others than ours; nothing is asserted. Our server and Virtuoso are
asked everything once before they are timed, and each query counts with the median of three times
after that. Our server keeps no answers for this: it is started with `--cache 0`, and only answers
to GET are kept at all, while all is asked by POST. Seconds are those that a client waits; beside
them stands what the processes of the server took of the processors, for machines that are busy.

Virtuoso is left out where it is not installed. rdflib-endpoint is asked with `--rdflib`, once and
without a first round, since it keeps nothing between queries, and what one did not wait for would
go on beside those that are timed. A server is stopped once it has taken thirty times as long as
ours; then the ratio is a lower bound. `--store disk` serves our graph from disk.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from hashlib import blake2b
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from statistics import median
from typing import Any
from urllib.parse import urlencode, urlsplit
from urllib.request import urlopen

from pyoxigraph import RdfFormat, serialize

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from offlabel.paths import find_roots
from offlabel.queries.library import list_queries
from offlabel.queries.parameters import bind
from offlabel.stores.disk import DiskStore
from offlabel.stores.sparqltext import with_values
from offlabel.terms import XSD
from serve import memory
from servers import answers, free_port
from synthetic import World
from virtuoso import PROGRAM, virtuoso

STUDIES = 3_600
MOST = 30  # times as long as our server, after which another is stopped
LONGEST = 20.0  # seconds for one query; after that it counts as failed, with this time
RDFLIB = "rdflib-endpoint"
TIMES = 3  # that each query is asked for its median
LONG = 0.3  # seconds, after which a query is named
WARM = 300.0  # seconds that a server may take to answer everything before it is timed
PATIENCE = 900.0  # seconds that a server may take to load the graph
FORM = "application/x-www-form-urlencoded"
NUMBERS = {XSD + name for name in ("integer", "decimal", "double", "float", "int", "long")}


@dataclass(frozen=True)
class Rows:
    """How many rows an answer has, and what they are, whatever their order."""

    number: int
    content: str


@dataclass
class Pass:
    """What came of asking a server one query after the other."""

    seconds: float = 0.0
    took: dict[str, float] = field(default_factory=dict)  # each, also those that failed
    rows: dict[str, Rows] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)  # with the reason
    processor: float = 0.0  # seconds that the server took

    @property
    def asked(self) -> int:
        """Return how many queries were asked."""
        return len(self.rows) + len(self.failed)


def main(studies: int, place: str, *, rdflib: bool) -> None:
    """Make the graph, ask everybody, and print."""
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        folder = Path(name)
        os.environ["OFFLABEL_CACHE"] = str(folder / "cache")
        made = folder / "made"
        made.mkdir()
        triples = (quad.triple for quad in World(studies))
        (made / "made.ttl").write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
        roots = find_roots([made])
        store = DiskStore.from_roots(roots)
        queries = list_queries(roots)
        texts = {
            query.slug: with_values(query.text, bind(query, _values(query.parameters), store))
            for query in queries
            if not query.is_linked
        }
        print(f"{len(store.store):,} statements, {len(texts)} of {len(queries)} saved queries")
        left = ", ".join(query.slug for query in queries if query.is_linked)
        print(f"left out, because they ask of outside ontologies, which this graph has not: {left}")
        with _served(made, folder, place) as endpoint:
            port = urlsplit(endpoint).port or 0
            with urlopen(endpoint.replace("/sparql", "/healthz")) as health:
                print(f"our server answers from {json.load(health)['store']}")
            before = memory(port) >> 10
            ours = _timed("offlabel serve", endpoint, texts)
            print(f"  memory of all its processes: {before:,} MB, then {memory(port) >> 10:,} MB")
        for label, endpoint in _others(store, folder, stack, rdflib=rdflib):
            _timed(label, endpoint, texts, ours)


def _timed(label: str, endpoint: str, texts: dict[str, str], ours: Pass | None = None) -> Pass:
    """Ask a server everything, most of them several times, and print how long it took."""
    budget = MOST * ours.seconds if ours else float("inf")
    warm = ask_all(endpoint, texts, WARM) if label != RDFLIB else Pass()
    found = _asked_again(endpoint, texts, warm, budget)
    stopped = "" if found.asked == len(texts) else f" or more: stopped after {found.asked} queries"
    times = f"{found.seconds / ours.seconds:>8.1f} times as long{stopped}" if ours else ""
    print(f"{label:<18}{found.seconds:>9.2f} s{times}")
    print(f"  seconds of the processors: {found.processor:.2f}")
    print(
        f"  asked before it was timed: {warm.asked} of {len(texts)} queries in {warm.seconds:.0f} s"
    )
    long = [f"{slug} ({took * 1000:.0f})" for slug, took in found.took.items() if took > LONG]
    print(f"  over {LONG * 1000:.0f} ms: {len(long)} {', '.join(long)}".rstrip())
    failed = "; ".join(f"{slug} ({why})" for slug, why in found.failed.items())
    print(f"  failed: {len(found.failed)} {failed}".rstrip())
    if ours:
        both = found.rows.keys() & ours.rows.keys()
        theirs, own = (sum(each.took[slug] for slug in both) for each in (found, ours))
        print(f"  the {len(both)} that it answered: {theirs:.2f} s, by ours {own:.2f} s")
        print(f"  ours / {label}: {own / theirs:.2f}" + (" (at most 1)" if warm.asked else ""))
        others = [
            f"{slug} ({found.rows[slug].number:,} rows, ours {ours.rows[slug].number:,})"
            for slug in texts
            if slug in both and found.rows[slug] != ours.rows[slug]
        ]
        print(f"  the same rows as ours: {len(both) - len(others)} of {len(both)} answers")
        if others:
            print(f"  other rows: {'; '.join(others)}")
    return found


def _asked_again(endpoint: str, texts: dict[str, str], warm: Pass, budget: float) -> Pass:
    """Ask what a server answered before again; each query has the median of its times."""
    if not warm.asked:
        return ask_all(endpoint, texts, budget)
    answered = {slug: texts[slug] for slug in warm.rows}
    passes = [ask_all(endpoint, answered, budget) for _ in range(TIMES)]
    last = passes[-1]
    took = {slug: median(each.took[slug] for each in passes if slug in each.took)
            for slug in answered if slug in passes[0].took}  # fmt: skip
    took |= {slug: warm.took[slug] for slug in warm.failed}
    processor = median(each.processor for each in passes)
    return Pass(sum(took.values()), took, last.rows, {**warm.failed, **last.failed}, processor)


def ask_all(endpoint: str, texts: dict[str, str], budget: float) -> Pass:
    """Ask every query until the budget is spent; the time is that of asking, not of comparing."""
    found, before = Pass(), processor(os.getpid())
    for slug, text in texts.items():
        left = budget - found.seconds
        if left <= 0:
            break
        start = time.perf_counter()
        body, why = _ask(endpoint, text, min(left, LONGEST))
        found.took[slug] = time.perf_counter() - start
        found.seconds += found.took[slug]
        if why:
            found.failed[slug] = why
        else:
            found.rows[slug] = rows_of(json.loads(body))
    found.processor = processor(os.getpid()) - before
    return found


def processor(pid: int) -> float:
    """Return the seconds of processor time of all that a process has started, ended or not."""
    total = 0.0
    for child in Path(f"/proc/{pid}/task/{pid}/children").read_text().split():
        with suppress(OSError):  # it ended just now
            stat = Path(f"/proc/{child}/stat").read_text().rpartition(")")[2].split()
            total += sum(map(int, stat[11:15])) / os.sysconf("SC_CLK_TCK")
            total += processor(int(child))
    return total


def rows_of(answer: Any) -> Rows:
    """Return the rows of an answer in JSON, as far as servers agree on how to write them.

    Blank nodes are alike, numbers go by their value, and a text by its letters, not its language.
    """
    names = answer["head"]["vars"]
    rows = sorted(
        json.dumps([_plain(row.get(name)) for name in names])
        for row in answer["results"]["bindings"]
    )
    return Rows(len(rows), blake2b("\n".join(rows).encode(), digest_size=16).hexdigest())


def _plain(term: dict[str, str] | None) -> list[str] | None:
    if term is None:
        return None
    value, kind = term["value"], term["type"].removeprefix("typed-")
    if kind == "bnode":
        value = ""
    elif term.get("datatype") in NUMBERS:
        value = f"{float(value):.9g}"
    elif term.get("datatype") == XSD + "boolean":
        value = {"true": "1", "false": "0"}.get(value, value)  # as some servers have them
    return [kind, value]


def _ask(endpoint: str, text: str, timeout: float) -> tuple[bytes, str]:
    """Return the answer to a query, or why there is none."""
    parts = urlsplit(endpoint)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=max(timeout, 0.01))
    try:
        headers = {"Content-Type": FORM, "Accept": "application/sparql-results+json"}
        connection.request("POST", parts.path, urlencode({"query": text}), headers)
        answer = connection.getresponse()
        body = answer.read()
        # Virtuoso says in these headers that an answer is cut, with status 200.
        cut = answer.headers.get("X-SPARQL-MaxRows") or answer.headers.get("X-SQL-State")
        why = f"status {answer.status}" if answer.status != 200 else cut and f"cut: {cut}"
        return body, why or ""
    except (OSError, HTTPException) as error:
        return b"", f"{type(error).__name__}: {error}"
    finally:
        connection.close()


def _values(parameters: object) -> dict[str, object]:
    assert isinstance(parameters, dict)
    return {name: parameter.example for name, parameter in parameters.items()}


@contextmanager
def _served(data: Path, folder: Path, place: str = "auto") -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "offlabel", "serve", "--port", str(port), "--data", str(data)]
    command += ["--timeout", "300", "--cache", "0", "--store", place]
    address = f"http://127.0.0.1:{port}/healthz"
    with _running(command, address, folder / "serve.log"):
        yield f"http://127.0.0.1:{port}/sparql"


def _others(
    store: DiskStore, folder: Path, stack: ExitStack, *, rdflib: bool
) -> Iterator[tuple[str, str]]:
    if shutil.which(PROGRAM):
        home = folder / "virtuoso"
        home.mkdir()
        content = store.store.dump(format=RdfFormat.N_QUADS) or b""
        with virtuoso(home, content) as server:
            yield "Virtuoso", server.endpoint
    if not rdflib:
        return
    file = folder / "graph.nt"
    triples = (quad.triple for quad in store.store)
    file.write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
    port = free_port()
    program = Path(__file__).parents[1] / "tests" / "rdflib_server.py"
    command = [sys.executable, str(program), str(file), str(port)]
    address = f"http://127.0.0.1:{port}/?query=ASK%7B%7D"
    stack.enter_context(_running(command, address, folder / "rdflib.log"))
    yield RDFLIB, f"http://127.0.0.1:{port}/"


@contextmanager
def _running(command: list[str], address: str, log: Path) -> Iterator[None]:
    with log.open("wb") as out:
        process = subprocess.Popen(command, stdout=out, stderr=out)
    try:
        end = time.monotonic() + PATIENCE
        while not answers(address):
            if process.poll() is not None or time.monotonic() > end:
                sys.exit(f"{command} did not start: {log.read_text()[-500:]}")
            time.sleep(0.5)
        yield
    finally:
        process.kill()
        process.wait()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("studies", type=int, nargs="?", default=STUDIES)
    parser.add_argument("--rdflib", action="store_true", help="ask rdflib-endpoint, too")
    parser.add_argument("--store", choices=("auto", "memory", "disk"), default="auto")
    asked = parser.parse_args()
    main(asked.studies, asked.store, rdflib=asked.rdflib)
