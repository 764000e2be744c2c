"""Import ontologies, look our own mappings up in them by name, and ask questions over hierarchies.

Each limit that the project sets itself stands beside its figure. Time is that of the processor,
which a shared machine disturbs least; imports and raw loads run in processes of their own.
With --rdflib, rdflib is asked the same of the same statements (it reads them for minutes).

Usage: python bench/links.py [--rdflib] [FILE...], each an ontology as for `offlabel link import`,
or PACKAGE:NAME; without any, those of the installed package. A made-up one of GO's size is added.
"""

from __future__ import annotations

import argparse
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store, parse
from rdflib import Graph

from made_up_ontology import write_ontology
from offlabel.links.library import Library
from offlabel.links.linked import open_linked
from offlabel.links.proposals import places
from offlabel.links.readers.guide import PACKAGE, file_of_package
from offlabel.links.report import mapping_rows
from offlabel.links.suggest import Index
from offlabel.paths import find_roots
from offlabel.queries.library import get_query
from offlabel.queries.parameters import bind
from offlabel.queries.run import run
from offlabel.sources.mappings import Row
from offlabel.stores.memory import MemoryStore
from offlabel.stores.sparqltext import with_values

FIRST = 5
ROUNDS = 3
REPEATS = 9
PATIENCE = 60  # seconds for which rdflib may think about one question
PACKAGED = ("CHEBI", "MONDO", "CL", "UBERON", "EFO")
LEAST_OF_RAW, MOST_MEGABYTES = 0.5, 1500
LEAST_FIRST, LEAST_AMONG = 0.90, 0.97
MOST_MILLISECONDS, LEAST_RATIO = 50, 20
QUESTIONS = (
    ("link/evidence-under-a-term", "MONDO:0005083"),
    ("link/evidence-under-a-term", "MONDO:0007179"),
    ("link/evidence-under-a-term", "MONDO:0000001"),
    ("link/things-under-a-term", "CHEBI:36357"),
    ("link/things-under-a-term", "HP:0000118"),
    ("link/where-ontologies-disagree", ""),
)


def apart(*arguments: str) -> tuple[float, int]:
    """Do something in a process of its own; return its CPU seconds and peak megabytes."""
    command = [sys.executable, __file__, *arguments]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes


def cost_of(work: Callable[[], object]) -> str:
    """Return the CPU seconds of some work, and the most memory of this process in megabytes."""
    start = time.process_time()
    work()
    seconds = time.process_time() - start
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return json.dumps([seconds, int(status.partition("VmHWM:")[2].split()[0]) // 1024])


def load_raw(path: Path) -> None:
    """Let the engine alone load N-Triples that lie at hand."""
    with tempfile.TemporaryDirectory() as folder, path.open("rb") as file:
        graph = NamedNode("http://example.org/g")
        Store(folder).bulk_load(file, format=RdfFormat.N_TRIPLES, to_graph=graph)


def imports(library: Library, paths: Iterable[Path], folder: Path) -> None:
    """Import each file, and print its costs beside those of loading the same statements raw."""
    print(f"{'file':<44}{'triples':>11}{'CPU s':>8}{'raw s':>8}{'raw/CPU':>9}{'MB':>7}")
    for path in paths:
        entry = library.add(path)
        plain = folder / "raw.nt"
        library.store().dump(str(plain), format=RdfFormat.N_TRIPLES, from_graph=entry.graph)
        ours, raw = [], []
        for _ in range(ROUNDS):
            with tempfile.TemporaryDirectory(dir=folder) as home:
                ours.append(apart("--import", str(path), home))
            raw.append(apart("--raw", str(plain)))
        seconds = statistics.median(each[0] for each in ours)
        least = statistics.median(each[0] for each in raw)
        most = max(each[1] for each in ours)
        print(
            f"{path.name:<44}{entry.triples:>11,}{seconds:>8.1f}{least:>8.1f}"
            f"{least / seconds:>9.2f}{most:>7,}"
        )
    total = sum(entry.triples for entry in library.entries())
    print(f"{'all together, those of one name once':<44}{total:>11,}")
    print(f"{'limits':<44}{'':>27}{f'>= {LEAST_OF_RAW}':>9}{f'<={MOST_MEGABYTES}':>7}\n")


def found_again(library: Library) -> None:
    """Print how often the name of a thing leads to the term that it is mapped to exactly."""
    roots = find_roots()
    ours = MemoryStore.from_roots(roots)
    entries = library.entries()
    exact = [
        row
        for row in mapping_rows(roots)
        if row.predicate.value.endswith("exactMatch") and not row.is_negative
    ]
    alone = []
    for entry in entries:
        rows = [row for row in exact if row.object.startswith(entry.namespaces)]
        alone += places(ours, Index(library.store(), [entry.graph]), rows) if rows else []
    spaces = tuple(space for entry in entries for space in entry.namespaces)
    rows = [row for row in exact if row.object.startswith(spaces)]
    together = places(ours, Index(library.store(), library.graphs()), rows)
    print(f"{'suggested for our mappings, hidden in turn':<44}{'of':>6}{'first':>8}{'in 5':>8}")
    print_found("each of its own ontology", alone)
    print_found("each of all at once", together)
    print(f"{'limits':<50}{f'>={LEAST_FIRST:.0%}':>8}{f'>={LEAST_AMONG:.0%}':>8}\n")


def print_found(name: str, found: list[tuple[Row, int | None]]) -> None:
    """Print the shares of one way to ask, and what did not come first."""
    if not found:
        print(f"{name:<44}{0:>6}")
        return
    first = sum(place == 1 for _, place in found) / len(found)
    among = sum(place is not None for _, place in found) / len(found)
    print(f"{name:<44}{len(found):>6}{first:>8.0%}{among:>8.0%}")
    for row, place in found:
        if place != 1:
            print(f"  missed: {row.subject} {row.object} ({row.label}), place {place or 'none'}")


def hierarchies(library: Library, compare: bool) -> None:
    """Print how long questions over hierarchies take on a warm store, and rdflib for the same."""
    roots = find_roots()
    store = open_linked(roots, library)
    other = None
    if compare:
        other = Graph()
        dump = store.store.dump(format=RdfFormat.N_QUADS) or b""
        statements = {quad.triple for quad in parse(dump, format=RdfFormat.N_QUADS)}
        other.parse(data="".join(f"{t} .\n" for t in statements), format="nt")
    print(f"{'question':<52}{'rows':>6}{'ms':>8}{'rdflib ms':>12}{'ratio':>8}")
    for slug, term in QUESTIONS:
        query = get_query(roots, slug)
        values = {"term": term} if term else {}
        times = []
        for _ in range(1 + REPEATS):
            start = time.process_time()
            rows = len(run(store, query, values).terms)
            times.append(time.process_time() - start)
        ours = statistics.median(times[1:])
        figures = ""
        if other is not None:
            text = with_values(query.text, bind(query, values, store))
            theirs, found = _asked(other, text)
            if found not in (rows, None):
                sys.exit(f"{slug} {term}: rdflib gives {found} rows, the store {rows}")
            mark = ">" if found is None else " "
            figures = f"{mark}{1000 * theirs:>11,.0f}{mark}{theirs / ours:>7.0f}"
        print(f"{f'{slug} {term}':<52}{rows:>6}{1000 * ours:>8.1f}{figures}")
    limits = f"{f'<= {MOST_MILLISECONDS}':>8}{f'>= {LEAST_RATIO}':>20}"
    print(f"{'limits':<58}{limits}")


def _asked(graph: Graph, text: str) -> tuple[float, int | None]:
    """Ask rdflib; return the seconds and how many rows, or None where it took too long."""

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGPROF, stop)
    signal.setitimer(signal.ITIMER_PROF, PATIENCE)
    start = time.process_time()
    try:
        rows = len(list(graph.query(text)))
    except TimeoutError:
        return PATIENCE, None
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
    return time.process_time() - start, rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--rdflib", action="store_true", help="ask rdflib the same")
    parser.add_argument("--import", dest="one", nargs=2, help=argparse.SUPPRESS)
    parser.add_argument("--raw", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        path, home = map(Path, asked.one)
        print(cost_of(lambda: Library(home).add(path)))
        return
    if asked.raw:
        print(cost_of(lambda: load_raw(Path(asked.raw))))
        return
    names = asked.files or [f"{PACKAGE}:{name}" for name in PACKAGED]
    with tempfile.TemporaryDirectory() as folder:
        paths = [write_ontology(Path(folder) / "made-up.ttl")]
        for name in names:
            package, colon, ontology = name.partition(":")
            packaged = colon and package == PACKAGE
            paths.append(file_of_package(ontology) if packaged else Path(name))
        library = Library(Path(folder) / "library")
        imports(library, paths, Path(folder))
        found_again(library)
        hierarchies(library, asked.rdflib)


if __name__ == "__main__":
    main()
