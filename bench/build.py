"""Build made-up graphs in memory and by one bulk load, and as it was done before; print ratios.

`python bench/build.py [STUDIES...]` builds graphs of 1,000 and 10,000 studies unless others are
named. Before, sources and rules were written to the store on disk, through its log. Each build
runs in a process of its own; seconds are those of the processor. The old way takes minutes at
10,000. Nothing is asserted but that both give the same number of statements.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from pyoxigraph import RdfFormat, Store, serialize

from offlabel.paths import find_roots
from offlabel.stores import disk
from offlabel.stores.memory import fill
from synthetic import World

SIZES = (1_000, 10_000)
LIMITS = {"s": "0.33", "MB on disk": "0.20"}  # at 10,000 studies


@dataclass(frozen=True)
class Build:
    """What a build took."""

    statements: int
    seconds: float
    memory: int  # bytes, at most
    size: int  # bytes on disk


def written(folder: Path) -> int:
    """Build as it was done before."""
    store = Store(str(folder / "store"))
    fill(store, find_roots([folder / "made"]))
    store.optimize()
    store.flush()
    return len(store)


def loaded(folder: Path) -> int:
    """Build as `offlabel build` does."""
    os.environ["OFFLABEL_CACHE"] = str(folder / "cache")
    return disk.statements(disk.build(find_roots([folder / "made"])))


WAYS = {"before": (written, "store"), "now": (loaded, "cache")}


def run(way: str, folder: Path) -> Build:
    """Build in this process."""
    work, place = WAYS[way]
    statements = work(folder)
    size = sum(path.stat().st_size for path in (folder / place).rglob("*") if path.is_file())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    return Build(statements, time.process_time(), peak, size)


def run_apart(way: str, folder: Path) -> Build:
    """Build in a process of its own, so that none inherits the memory of another."""
    command = [sys.executable, __file__, "--one", way, str(folder)]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        sys.exit(f"{way}: ended with {done.returncode}")
    return Build(**json.loads(done.stdout))


def compare(studies: int) -> None:
    """Build a graph in both ways and print what each took."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = folder / "made"
        made.mkdir()
        triples = (quad.triple for quad in World(studies))
        (made / "made.ttl").write_bytes(serialize(triples, format=RdfFormat.N_TRIPLES) or b"")
        now, before = (run_apart(way, folder) for way in ("now", "before"))
    if now.statements != before.statements:
        sys.exit(f"{now.statements:,} statements now, {before.statements:,} before")
    print(row(f"\n{studies:,} studies, {now.statements:,}", "before", "now", "ratio", "at most"))
    for label, old, new in (
        ("s", before.seconds, now.seconds),
        ("MB on disk", before.size / 1e6, now.size / 1e6),
        ("MB of memory", before.memory / 1e6, now.memory / 1e6),
    ):
        limit = LIMITS.get(label, "") if studies >= SIZES[-1] else ""
        print(row(f"  {label}", f"{old:,.1f}", f"{new:,.1f}", f"{new / old:.2f}", limit))


def row(label: str, *figures: str) -> str:
    """Return a line of the table."""
    return f"{label:<36}" + "".join(f"{figure:>12}" for figure in figures)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("sizes", type=int, nargs="*", default=SIZES, help="numbers of studies")
    parser.add_argument("--one", nargs=2, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.one:
        print(json.dumps(vars(run(asked.one[0], Path(asked.one[1])))))
        return
    for studies in asked.sizes:
        compare(studies)


if __name__ == "__main__":
    main()
