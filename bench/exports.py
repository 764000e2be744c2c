"""Export a made-up graph of a million statements in the RDF syntaxes, against the engine alone.

`python bench/exports.py [STUDIES]` prints CPU seconds, the ratio to the engine's own serialiser on
the same store (1 is as fast, 0.5 takes twice as long), and the most memory of each process, ours
and the engine's. The graph is once as it is, and once with an ontology of as many classes as there
are studies beside it: each class has a restriction, which is a blank node with four statements.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from pyoxigraph import BlankNode, NamedNode, Quad, RdfFormat, Store, serialize

from offlabel.exports import FILES, PARTS, Selection
from offlabel.terms import GRAPH, OUTSIDE, OWL, RDF, RDFS
from synthetic import World

STUDIES = 24_000
PLACE = "http://example.org/"
FORMATS = {
    "nquads": RdfFormat.N_QUADS,
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "trig": RdfFormat.TRIG,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "jelly": None,
}


def make(studies: int, place: Path, classes: int) -> int:
    """Write the store, with an ontology of some classes; return how many statements it has."""
    store = Store(str(place))
    graph = NamedNode(f"{GRAPH}data/made")
    store.bulk_extend(Quad(q.subject, q.predicate, q.object, graph) for q in World(studies))
    store.bulk_extend(restrictions(classes))
    store.flush()
    return len(store)


def restrictions(classes: int) -> Iterator[Quad]:
    """Yield classes that each have a restriction to another, as ontologies have them."""
    graph = NamedNode(f"{OUTSIDE}made")
    for number in range(classes):
        one, other = (NamedNode(f"{PLACE}C{n}") for n in (number, number // 7))
        restriction = BlankNode()
        yield Quad(one, NamedNode(f"{RDFS}subClassOf"), restriction, graph)
        yield Quad(restriction, NamedNode(f"{RDF}type"), NamedNode(f"{OWL}Restriction"), graph)
        yield Quad(restriction, NamedNode(f"{OWL}onProperty"), NamedNode(f"{PLACE}p"), graph)
        yield Quad(restriction, NamedNode(f"{OWL}someValuesFrom"), other, graph)


def one(form: str, place: Path, out: Path, alone: bool) -> None:
    """Export in this process; print CPU seconds and peak megabytes as JSON."""
    store = Store.read_only(str(place))
    start = time.process_time()
    with out.open("wb") as file:
        if alone:
            syntax = FORMATS[form]
            quads = store if syntax and syntax.supports_datasets else (q.triple for q in store)
            serialize(quads, file, syntax)
        else:
            FILES[form].dump(Selection(store, tuple(PARTS)), file)
    seconds = time.process_time() - start
    status = Path("/proc/self/status").read_text(encoding="ascii")
    peak = int(status.partition("VmHWM:")[2].split()[0]) // 1024
    print(json.dumps([seconds, peak]))


def apart(*arguments: str) -> tuple[float, int]:
    """Run one export in a process of its own."""
    command = [sys.executable, __file__, "--one", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ)
    if done.returncode:
        sys.exit(done.stderr)
    seconds, peak = json.loads(done.stdout)
    return seconds, peak


def main(studies: int) -> None:
    """Measure each syntax, without blank nodes and with many."""
    for classes in (0, studies):
        measure(studies, classes)


def measure(studies: int, classes: int) -> None:
    """Measure each syntax on one graph."""
    with tempfile.TemporaryDirectory() as name:
        place, out = Path(name) / "store", Path(name) / "out"
        # In a process of its own, so that its memory is not counted.
        made, _ = apart("", str(place), str(studies), str(classes))
        print(f"\n{int(made):,} statements, {classes:,} blank nodes")
        print(f"{'format':<10}{'s':>8}{'engine s':>10}{'ratio':>8}{'MB':>7}{'engine MB':>11}")
        for form, syntax in FORMATS.items():
            seconds, peak = apart(form, str(place), str(out))
            figures = f"{form:<10}{seconds:>8.1f}"
            if syntax is not None:
                alone, least = apart(form, str(place), str(out), "alone")
                figures += f"{alone:>10.1f}{alone / seconds:>8.2f}{peak:>7,}{least:>11,}"
            else:
                figures += f"{'':>18}{peak:>7,}"
            print(figures, flush=True)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        form, place, *rest = sys.argv[2:]
        if form:
            one(form, Path(place), Path(rest[0]), rest[1:] == ["alone"])
        else:
            print(json.dumps([make(int(rest[0]), Path(place), int(rest[1])), 0]))
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else STUDIES)
