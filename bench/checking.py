"""Measure `offlabel validate`: whole, after an edit, at every save, and as the graph grows.

Seconds are those of the processor of whole processes, start-up included, but for the saves, which
one process sees. The limits that the project sets itself stand beside the figures.
"""

from __future__ import annotations

import os
import re
import resource
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from offlabel.paths import Roots, home
from offlabel.validation.run import Session
from synthetic import write_world

ROUNDS = 5
SIZES = (1_000, 10_000)
EDITS = {
    "a label": (r'(rdfs:label "[^"]+)"', r'\1 (edited)"'),
    "a year": (r"(ol:year )\d{4}", r"\g<1>2001"),
    "a typo": (r"a ol:(\w+)", r"a ol:\1x"),
}
FILE = "data/sources/bruun-2024.ttl"
READ_BY_RDFLIB = """
import pathlib, rdflib, sys
graph = rdflib.Graph()
for folder in sys.argv[1:]:
    for path in pathlib.Path(folder).rglob("*.ttl"):
        graph.parse(path)
"""


@dataclass(frozen=True)
class Cost:
    """What a process took: seconds of the processor and of the clock, and megabytes at most."""

    cpu: float
    wall: float
    megabytes: int


def cost_of(*command: str) -> Cost:
    """Run a command to its end, and tell what it took; that it finds problems is no failure."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in (0, 1):
        sys.exit(f"{' '.join(command)} ended with {process.returncode}")
    wall = time.perf_counter() - start
    return Cost(used.ru_utime + used.ru_stime, wall, used.ru_maxrss // 1_024)


def validate(*arguments: str) -> Cost:
    """Run `offlabel validate` without a reasoner, unless one is asked for."""
    return cost_of(sys.executable, "-m", "offlabel", "validate", *arguments)


def line(label: str, figure: str, limit: str = "") -> None:
    """Print a row."""
    print(f"{label:<58}{figure:>12}{limit:>12}", flush=True)


def whole() -> None:
    """Measure the project, whole and unchanged, against reading its files once with rdflib."""
    folders = [str(home() / name) for name in ("ontology", "data")]
    ours, read, same = [], [], []
    for _ in range(ROUNDS):
        ours.append(validate("--no-reason", "--fresh").cpu)
        read.append(cost_of(sys.executable, "-c", READ_BY_RDFLIB, *folders).cpu)
        same.append(validate("--no-reason").cpu)
    line("the project, whole", f"{median(ours):.2f} s", "2 s")
    line("  rdflib: read the same files once", f"{median(read):.2f} s")
    line("  ratio", f"{median(ours) / median(read):.2f}", "2")
    line("the project, nothing changed", f"{median(same):.2f} s")
    line(
        "the project, whole, with the reasoner",
        f"{validate('--reason', '--fresh').cpu:.2f} s",
        "8 s",
    )


def edits(folder: Path) -> None:
    """Measure the project after an edit of one file: as a process, and in one that watches."""
    for name in ("ontology", "data", "queries"):
        shutil.copytree(home() / name, folder / name)
    roots = Roots(folder / "ontology", (folder / "data",), (folder / "queries",))
    path = folder / FILE
    original = path.read_text(encoding="utf-8")
    session = Session(roots, reason=False)
    session.check()
    for what, (pattern, new) in EDITS.items():
        apart, saved = [], []
        for _ in range(ROUNDS):
            path.write_text(re.sub(pattern, new, original, count=1), encoding="utf-8")
            apart.append(_in_a_process(roots))
            start = time.process_time()
            session.check()
            saved.append(time.process_time() - start)
            path.write_text(original, encoding="utf-8")
            session.check()
        line(f"{what}: a process of its own", f"{median(apart):.2f} s", "0.3 s")
        line(f"{what}: at a save, under --watch", f"{median(saved):.2f} s", "1 s")


def _in_a_process(roots: Roots) -> float:
    program = (
        "import sys; from pathlib import Path; from offlabel.paths import Roots;"
        "from offlabel.validation.run import Session; home = Path(sys.argv[1]);"
        "Session(Roots(home / 'ontology', (home / 'data',), (home / 'queries',)),"
        " reason=False).check()"
    )
    return cost_of(sys.executable, "-c", program, str(roots.base)).cpu


def growth(folder: Path) -> None:
    """Measure made-up graphs, whole."""
    took = {}
    for studies in SIZES:
        made = folder / f"{studies}"
        write_world(studies, made)
        took[studies] = validate("--no-reason", "--fresh", "--data", str(made), "--only-data")
        line(f"{studies:,} made-up studies, whole", f"{took[studies].cpu:.1f} s")
        most = "2,000 MB" if studies == SIZES[-1] else ""
        line("  memory", f"{took[studies].megabytes:,} MB", most)
    small, large = (took[size].cpu for size in SIZES)
    line("  ten times the studies, times the time", f"{large / small:.1f}", "12")


def main() -> None:
    """Measure and print."""
    with TemporaryDirectory() as name:
        folder = Path(name)
        os.environ["OFFLABEL_CACHE"] = str(folder / "cache")
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        line("", "figure", "at most")
        whole()
        edits(folder / "project")
        growth(folder)


if __name__ == "__main__":
    main()
