"""Ask all saved queries of a made-up graph of a million statements, over HTTP, of three servers.

`python bench/large.py [STUDIES]` prints the total of each server and ratios; nothing is asserted.
The other servers are stopped once they have taken thirty times as long; then the ratio is a lower
bound. Virtuoso is left out where it is not installed.
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
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode, urlsplit

from pyoxigraph import RdfFormat, serialize

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))

from offlabel.paths import find_roots
from offlabel.queries.library import list_queries
from offlabel.queries.parameters import bind
from offlabel.stores.disk import DiskStore
from offlabel.stores.sparqltext import with_values
from servers import answers, free_port
from synthetic import World
from virtuoso import PROGRAM, virtuoso

STUDIES = 3_600
MOST = 30  # times as long as our server, after which another is stopped
PATIENCE = 900.0  # seconds that a server may take to load the graph
FORM = "application/x-www-form-urlencoded"


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
        texts = {
            query.slug: with_values(query.text, bind(query, _values(query.parameters), store))
            for query in list_queries(roots)
            if not query.is_linked
        }
        print(f"{len(store.store):,} statements, {len(texts)} saved queries")
        ours = stack.enter_context(_served(made, folder))
        _, rows = ask_all(ours, texts, float("inf"))  # warm, as the others are after loading
        total, rows = ask_all(ours, texts, float("inf"))
        print(f"{'offlabel serve':<18}{total:>9.2f} s")
        for text, endpoint in _others(store, folder, stack):
            seconds, found = ask_all(endpoint, texts, MOST * total)
            bound = "" if len(found) == len(texts) else f" or more: stopped after {len(found)}"
            print(f"{text:<18}{seconds:>9.2f} s{seconds / total:>8.1f} times as long{bound}")
            different = [slug for slug in found if found[slug] not in (rows[slug], None)]
            if different:
                print(f"  other numbers of rows: {', '.join(different)}")


def ask_all(
    endpoint: str, texts: dict[str, str], budget: float
) -> tuple[float, dict[str, int | None]]:
    """Ask every query; return the seconds, and of each the rows, or None where it failed."""
    rows: dict[str, int | None] = {}
    start = time.perf_counter()
    for slug, text in texts.items():
        left = budget - (time.perf_counter() - start)
        if left <= 0:
            break
        rows[slug] = _ask(endpoint, text, min(left, 3_600))
    return time.perf_counter() - start, rows


def _ask(endpoint: str, text: str, timeout: float) -> int | None:
    parts = urlsplit(endpoint)
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=max(timeout, 0.01))
    try:
        headers = {"Content-Type": FORM, "Accept": "application/sparql-results+json"}
        connection.request("POST", parts.path, urlencode({"query": text}), headers)
        answer = connection.getresponse()
        body = answer.read()
        return len(json.loads(body)["results"]["bindings"]) if answer.status == 200 else None
    except (OSError, ValueError):
        return None
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
    yield "rdflib-endpoint", f"http://127.0.0.1:{port}/"


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
