"""Export a made-up graph of a million statements in the RDF syntaxes, against the engine alone.

`python bench/exports.py [STUDIES]` prints seconds, the ratio to the engine's own serialiser on the
same store (1 is as fast, 0.5 takes twice as long), and the most memory of each process.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, Store, serialize

from offlabel.exports import FILES, PARTS, Selection
from offlabel.terms import GRAPH
from synthetic import World

STUDIES = 13_000
FORMATS = {
    "nquads": RdfFormat.N_QUADS,
    "turtle": RdfFormat.TURTLE,
    "ntriples": RdfFormat.N_TRIPLES,
    "trig": RdfFormat.TRIG,
    "rdfxml": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
    "jelly": None,
}


def make(studies: int, place: Path) -> int:
    """Write the store; return how many statements it has."""
    store = Store(str(place))
    graph = NamedNode(f"{GRAPH}data/made")
    store.bulk_extend(Quad(q.subject, q.predicate, q.object, graph) for q in World(studies))
    store.flush()
    return len(store)


def one(form: str, place: Path, out: Path, alone: bool) -> None:
    """Export in this process; print seconds and peak megabytes as JSON."""
    store = Store.read_only(str(place))
    start = time.perf_counter()
    with out.open("wb") as file:
        if alone:
            syntax = FORMATS[form]
            quads = store if syntax and syntax.supports_datasets else (q.triple for q in store)
            serialize(quads, file, syntax)
        else:
            FILES[form].dump(Selection(store, tuple(PARTS)), file)
    seconds = time.perf_counter() - start
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
    """Measure each syntax."""
    with tempfile.TemporaryDirectory() as name:
        place, out = Path(name) / "store", Path(name) / "out"
        print(f"{make(studies, place):,} statements")
        print(f"{'format':<10}{'s':>8}{'engine s':>10}{'ratio':>8}{'MB':>7}")
        for form, syntax in FORMATS.items():
            seconds, peak = apart(form, str(place), str(out))
            figures = f"{form:<10}{seconds:>8.1f}"
            if syntax is not None:
                alone, _ = apart(form, str(place), str(out), "alone")
                figures += f"{alone:>10.1f}{alone / seconds:>8.2f}"
            else:
                figures += f"{'':>18}"
            print(f"{figures}{peak:>7,}")


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(sys.argv[2], Path(sys.argv[3]), Path(sys.argv[4]), sys.argv[5:] == ["alone"])
    else:
        main(int(sys.argv[1]) if sys.argv[1:] else STUDIES)
