"""Ask all saved queries of a made-up graph of a million statements, over HTTP, of three servers.

`python bench/large.py [STUDIES]` prints the total of each server, ratios, what failed and where the
rows are others than ours; nothing is asserted. Our server and Virtuoso are asked everything once
before they are timed; rdflib-endpoint is not, since it keeps nothing between queries, and what one
did not wait for would go on beside those that are timed. The other servers are stopped once they
have taken thirty times as long; then the ratio is a lower bound. Virtuoso is left out where it is
not installed.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from hashlib import blake2b
from http.client import HTTPConnection, HTTPException
from pathlib import Path
from typing import Any
from urllib.parse import urlencode, urlsplit

from pyoxigraph import RdfFormat, serialize

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from offlabel.paths import find_roots
from offlabel.queries.library import list_queries
from offlabel.queries.parameters import bind
from offlabel.stores.disk import DiskStore
from offlabel.stores.sparqltext import with_values
from offlabel.terms import XSD
from servers import answers, free_port
from synthetic import World
from virtuoso import PROGRAM, virtuoso

STUDIES = 3_600
MOST = 30  # times as long as our server, after which another is stopped
LONGEST = 20.0  # seconds for one query; after that it counts as failed, with this time
RDFLIB = "rdflib-endpoint"
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

    @property
    def asked(self) -> int:
        """Return how many queries were asked."""
        return len(self.rows) + len(self.failed)


def main(studies: int) -> None:
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
        ours = _timed("offlabel serve", stack.enter_context(_served(made, folder)), texts)
        for label, endpoint in _others(store, folder, stack):
            _timed(label, endpoint, texts, ours)


def _timed(label: str, endpoint: str, texts: dict[str, str], ours: Pass | None = None) -> Pass:
    """Ask a server everything, most of them for the second time, and print how long it took."""
    warm = ask_all(endpoint, texts, WARM) if label != RDFLIB else Pass()
    found = ask_all(endpoint, texts, MOST * ours.seconds if ours else float("inf"))
    stopped = "" if found.asked == len(texts) else f" or more: stopped after {found.asked} queries"
    times = f"{found.seconds / ours.seconds:>8.1f} times as long{stopped}" if ours else ""
    print(f"{label:<18}{found.seconds:>9.2f} s{times}")
    print(
        f"  asked before it was timed: {warm.asked} of {len(texts)} queries in {warm.seconds:.0f} s"
    )
    failed = "; ".join(f"{slug} ({why})" for slug, why in found.failed.items())
    print(f"  failed: {len(found.failed)} {failed}".rstrip())
    if ours:
        both = found.rows.keys() & ours.rows.keys()
        theirs, own = (sum(each.took[slug] for slug in both) for each in (found, ours))
        print(f"  the {len(both)} that it answered: {theirs:.2f} s, by ours {own:.2f} s")
        others = [
            f"{slug} ({found.rows[slug].number:,} rows, ours {ours.rows[slug].number:,})"
            for slug in texts
            if slug in both and found.rows[slug] != ours.rows[slug]
        ]
        print(f"  the same rows as ours: {len(both) - len(others)} of {len(both)} answers")
        if others:
            print(f"  other rows: {'; '.join(others)}")
    return found


def ask_all(endpoint: str, texts: dict[str, str], budget: float) -> Pass:
    """Ask every query until the budget is spent; the time is that of asking, not of comparing."""
    found = Pass()
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
    return found


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
def _served(data: Path, folder: Path) -> Iterator[str]:
    port = free_port()
    command = [sys.executable, "-m", "offlabel", "serve", "--port", str(port), "--data", str(data)]
    address = f"http://127.0.0.1:{port}/healthz"
    with _running([*command, "--timeout", "300"], address, folder / "serve.log"):
        yield f"http://127.0.0.1:{port}/sparql"


def _others(store: DiskStore, folder: Path, stack: ExitStack) -> Iterator[tuple[str, str]]:
    if shutil.which(PROGRAM):
        home = folder / "virtuoso"
        home.mkdir()
        content = store.store.dump(format=RdfFormat.N_QUADS) or b""
        with virtuoso(home, content) as server:
            yield "Virtuoso", server.endpoint
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
    main(int(sys.argv[1]) if sys.argv[1:] else STUDIES)
