"""Let HermiT judge the project and made-up graphs, with all that the rules derive.

Each graph is judged in a process of its own. Seconds are those of the processor, Java included; the
limit that the project sets itself stands below.
"""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from offlabel.paths import find_roots
from offlabel.reasoning.axioms import axioms_from_facts
from offlabel.reasoning.condense import condense
from offlabel.validation.consistency import ReasonerCheck
from offlabel.validation.data import KeptData
from offlabel.validation.project import read_project
from synthetic import write_world

SIZES = (0, 300, 1_000)  # studies; 0 stands for the project
MOST = 8.0  # seconds, of the project


def spent() -> float:
    """Return the processor time of this process and of those it started."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def judge(studies: int) -> list[float]:
    """Judge one graph; return its statements, those that HermiT got, seconds, and problems."""
    with TemporaryDirectory() as folder:
        if studies:
            write_world(studies, Path(folder))
        roots = find_roots([folder], only=True) if studies else find_roots()
        project = read_project(roots)
    facts = KeptData(project.statements).facts
    start = spent()
    found = ReasonerCheck(facts, project.places).problems()
    seconds = spent() - start
    few = condense(axioms_from_facts(facts))
    return [len(facts.statements), len(few), seconds, len(found)]


def main() -> None:
    """Measure and print."""
    if sys.argv[1:]:
        print(json.dumps(judge(int(sys.argv[1]))))
        return
    names = ("statements", "for HermiT", "seconds", "problems")
    print(f"{'graph':<24}" + "".join(f"{name:>12}" for name in names))
    for studies in SIZES:
        done = subprocess.run([sys.executable, __file__, str(studies)], check=True, stdout=-1)
        statements, few, seconds, found = json.loads(done.stdout)
        name = f"{studies:,} made-up studies" if studies else "the project"
        print(f"{name:<24}{statements:>12,}{few:>12,}{seconds:>12.2f}{found:>12}", flush=True)
    print(f"{'limits, of the project':<24}{'':>24}{MOST:>12}{0:>12}")


if __name__ == "__main__":
    main()
