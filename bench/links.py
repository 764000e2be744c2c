"""Import an ontology and look our own mappings up in it by name; print ratios and misses.

Usage: python bench/links.py FILE..., each an ontology in Turtle, RDF/XML or OBO, also gzipped.
"""

from __future__ import annotations

import argparse
import gzip
import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pyoxigraph import NamedNode, Store

from offlabel.links.library import Library
from offlabel.links.proposals import names_of
from offlabel.links.readers.rdf import FORMATS
from offlabel.links.report import mapping_rows
from offlabel.links.suggest import Index
from offlabel.paths import find_roots
from offlabel.stores.memory import MemoryStore

FIRST = 5


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


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path)
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
        for path in asked.files:
            alone = raw(path)
            seconds, most = imported(path, library.home)
            triples = next(e.triples for e in library.entries() if e.file == path.name)
            figures = (f"{alone:>7.1f}", f"{alone / seconds:>7.2f}") if alone else (" " * 7,) * 2
            print(f"{path.name:<44}{triples:>11,}{seconds:>7.1f}{''.join(figures)}{most:>7,}")
        found_again(library)


if __name__ == "__main__":
    main()
