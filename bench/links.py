"""Import an ontology and look our own mappings up in it by name; print ratios and misses.

Then ask questions over hierarchies, of the linked store and of rdflib with the same statements
(--rdflib; it reads them for minutes), and print the milliseconds of each.

Usage: python bench/links.py [--rdflib] FILE..., each an ontology in Turtle, RDF/XML or OBO, also
gzipped, or PACKAGE:NAME as for `offlabel link import`.
"""

from __future__ import annotations

import argparse
import gzip
import json
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pyoxigraph import NamedNode, RdfFormat, Store, parse
from rdflib import Graph

from offlabel.links.library import Library
from offlabel.links.linked import open_linked
from offlabel.links.proposals import names_of
from offlabel.links.readers.guide import PACKAGE, file_of_package
from offlabel.links.readers.rdf import FORMATS
from offlabel.links.report import mapping_rows
from offlabel.links.suggest import Index
from offlabel.paths import find_roots
from offlabel.queries.library import get_query
from offlabel.queries.parameters import bind
from offlabel.queries.run import run
from offlabel.stores.memory import MemoryStore
from offlabel.stores.sparqltext import with_values

FIRST = 5
REPEATS = 9
PATIENCE = 60  # seconds for which rdflib may think about one question
QUESTIONS = (
    ("link/evidence-under-a-term", "MONDO:0005083"),
    ("link/evidence-under-a-term", "MONDO:0007179"),
    ("link/evidence-under-a-term", "MONDO:0000001"),
    ("link/things-under-a-term", "CHEBI:36357"),
    ("link/things-under-a-term", "HP:0000118"),
    ("link/where-ontologies-disagree", ""),
)


def imported(path: Path, home: Path) -> tuple[float, int]:
    """Import in a process of its own; return seconds and peak megabytes."""
    command = [sys.executable, __file__, "--one", str(path), str(home)]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(done.stderr)
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes


def peak() -> int:
    """Return the most memory that this process ever had, in megabytes."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition("VmHWM:")[2].split()[0]) // 1024


def raw(path: Path) -> float | None:
    """Return the seconds that the engine alone takes to load the file; None for other forms."""
    form = FORMATS.get(Path(path.name.removesuffix(".gz")).suffix)
    if form is None:
        return None
    with tempfile.TemporaryDirectory() as folder:
        store = Store(folder)
        start = time.perf_counter()
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            store.bulk_load(file, format=form, to_graph=NamedNode("http://example.org/g"))  # type: ignore[arg-type]
        return time.perf_counter() - start


def found_again(library: Library) -> None:
    """Print how often the name of a thing leads to the term that it is mapped to exactly."""
    roots = find_roots()
    ours = MemoryStore.from_roots(roots)
    first = several = asked = 0
    for entry in library.entries():
        index = Index(library.store(), [entry.graph])
        for row in mapping_rows(roots):
            is_exact = row.predicate.value.endswith("exactMatch") and not row.is_negative
            if not is_exact or not row.object.startswith(entry.namespaces):
                continue
            found = [each.iri for each in index.suggest(names_of(ours, NamedNode(row.subject)))]
            asked += 1
            first += found[:1] == [row.object]
            several += row.object in found[:FIRST]
            if found[:1] != [row.object]:
                place = found.index(row.object) + 1 if row.object in found else "none"
                print(f"  missed: {row.subject} {row.object} ({row.label}), place {place}")
    if asked:
        print(
            f"suggest: {first} of {asked} first ({first / asked:.0%}), "
            f"{several} among {FIRST} ({several / asked:.0%})"
        )


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
    print(f"{'question':<52}{'rows':>6}{'ms':>8}{'rdflib ms':>11}{'ratio':>7}")
    for slug, term in QUESTIONS:
        query = get_query(roots, slug)
        values = {"term": term} if term else {}
        times = []
        for _ in range(1 + REPEATS):
            start = time.perf_counter()
            rows = len(run(store, query, values).terms)
            times.append(time.perf_counter() - start)
        ours = statistics.median(times[1:])
        figures = ""
        if other is not None:
            text = with_values(query.text, bind(query, values, store))
            theirs, found = _asked(other, text)
            if found not in (rows, None):
                sys.exit(f"{slug} {term}: rdflib gives {found} rows, the store {rows}")
            mark = ">" if found is None else " "
            figures = f"{mark}{1000 * theirs:>10,.0f}{mark}{theirs / ours:>6.0f}"
        print(f"{f'{slug} {term}':<52}{rows:>6}{1000 * ours:>8.0f}{figures}")


def _asked(graph: Graph, text: str) -> tuple[float, int | None]:
    """Ask rdflib; return the seconds and how many rows, or None where it took too long."""

    def stop(*_: object) -> None:
        raise TimeoutError

    signal.signal(signal.SIGALRM, stop)
    signal.alarm(PATIENCE)
    start = time.perf_counter()
    try:
        rows = len(list(graph.query(text)))
    except TimeoutError:
        return PATIENCE, None
    finally:
        signal.alarm(0)
    return time.perf_counter() - start, rows


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*")
    parser.add_argument("--rdflib", action="store_true", help="ask rdflib the same")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        start = time.perf_counter()
        Library(Path(asked.one[1])).add(Path(asked.one[0]))
        print(json.dumps([time.perf_counter() - start, peak()]))
        return
    with tempfile.TemporaryDirectory() as folder:
        library = Library(Path(folder))
        print(f"{'file':<44}{'triples':>11}{'s':>7}{'raw s':>7}{'raw/s':>7}{'MB':>7}")
        for name in asked.files:
            package, colon, ontology = name.partition(":")
            path = file_of_package(ontology) if colon and package == PACKAGE else Path(name)
            alone = raw(path)
            seconds, most = imported(path, library.home)
            triples = next(e.triples for e in library.entries() if e.file == path.name)
            figures = (f"{alone:>7.1f}", f"{alone / seconds:>7.2f}") if alone else (" " * 7,) * 2
            print(f"{path.name:<44}{triples:>11,}{seconds:>7.1f}{''.join(figures)}{most:>7,}")
        found_again(library)
        hierarchies(library, asked.rdflib)


if __name__ == "__main__":
    main()
