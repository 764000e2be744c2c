"""Run all shapes over the project and over made-up graphs, with each engine, and print the figures.

Each run has a process of its own. Seconds are those of the processor, from the statements in memory
to the results; reading files, the rules and the words of the report are not in them.
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from offlabel.paths import find_roots
from offlabel.validation.data import KeptData
from offlabel.validation.engines import ENGINES
from offlabel.validation.project import Project, read_project
from synthetic import write_world

SIZES = {"pyshacl": (0, 300, 1_000), "fast": (0, 300, 1_000, 10_000)}
AT_MOST_OF_PYSHACL = 1 / 20
AT_MOST_FOR_TEN_TIMES = 12
AT_MOST_MEGABYTES = 2_000


@dataclass(frozen=True)
class Run:
    """What an engine did with a graph of some studies; none is the project."""

    engine: str
    studies: int
    statements: int
    results: int
    seconds: float
    megabytes: int  # the most that the process took


def project_of(studies: int, folder: Path) -> Project:
    """Return the project, or a made-up graph in its place, with what rules derive."""
    if not studies:
        return read_project(find_roots())
    write_world(studies, folder)
    return read_project(find_roots([folder], only=True))


def run(engine: str, studies: int) -> Run:
    """Run an engine here."""
    with TemporaryDirectory() as folder:
        project = project_of(studies, Path(folder))
    data, shapes = KeptData(project.statements), project.shapes
    start = time.process_time()
    outcome = ENGINES[engine].run(data, shapes)
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1_024
    number = sum(project.statements.count(derived=derived) for derived in (False, True))
    return Run(engine, studies, number, len(outcome.results), seconds, peak)


def run_apart(engine: str, studies: int) -> Run:
    """Run an engine in a process of its own."""
    command = [sys.executable, __file__, "--one", engine, str(studies)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return Run(**json.loads(done.stdout))


def table(runs: list[Run]) -> Iterator[str]:
    """Yield the lines of the report."""
    yield f"{'engine':<10}{'studies':>9}{'statements':>12}{'results':>9}{'seconds':>9}{'MB':>8}"
    for done in runs:
        yield (
            f"{done.engine:<10}{done.studies or 'project':>9}{done.statements:>12,}"
            f"{done.results:>9,}{done.seconds:>9.2f}{done.megabytes:>8,}"
        )
    found = {(done.engine, done.studies): done for done in runs}
    yield ""
    yield f"{'':<44}{'ratio':>10}{'at most':>10}"
    for studies in SIZES["pyshacl"]:
        fast, slow = found.get(("fast", studies)), found.get(("pyshacl", studies))
        if fast and slow:
            name = f"fast / pyshacl, {studies or 'the project'}"
            yield f"{name:<44}{fast.seconds / slow.seconds:>10.3f}{AT_MOST_OF_PYSHACL:>10.3f}"
            same = "equal" if fast.results == slow.results else "DIFFERENT"
            yield f"{'  number of results':<44}{same:>10}"
    small, large = found.get(("fast", 1_000)), found.get(("fast", 10_000))
    if small and large:
        yield (
            f"{'fast, 10,000 / 1,000':<44}{large.seconds / small.seconds:>10.1f}"
            f"{AT_MOST_FOR_TEN_TIMES:>10}"
        )
        yield f"{'megabytes at 10,000':<44}{large.megabytes:>10,}{AT_MOST_MEGABYTES:>10,}"


def main() -> None:
    """Run each engine over each size."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", nargs=2, metavar=("ENGINE", "STUDIES"), help=argparse.SUPPRESS)
    one = parser.parse_args().one
    if one:
        print(json.dumps(run(one[0], int(one[1])).__dict__))
        return
    runs = [run_apart(engine, size) for engine, sizes in SIZES.items() for size in sizes]
    print("\n".join(table(runs)))


if __name__ == "__main__":
    main()
