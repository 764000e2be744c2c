"""All checks of a project in one report; what no change can have touched is not run again."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from offlabel.paths import Roots
from offlabel.sources import SourceFile, discover
from offlabel.sources.files import stamp
from offlabel.validation.problem import Problem, Severity
from offlabel.validation.report import Report, report_from_problems
from offlabel.validation.state import EVERYTHING, ONTOLOGY, Found, Keeper, State

if TYPE_CHECKING:
    from offlabel.validation.project import Project

_JUDGED = {EVERYTHING: "everything", ONTOLOGY: "the ontology"}
ENGINE = "fast"
"""What runs the shapes unless somebody asks for another engine."""


def validate(
    roots: Roots,
    *,
    document: Path | None = None,
    source_id: str | None = None,
    fresh: bool = False,
    engine: str = ENGINE,
    reason: bool | None = None,
) -> Report:
    """Check everything: syntax, profile, consistency, shapes, links, queries, passages.

    With a document, the passages of its source are compared with its text. What an earlier run
    found, and no change since can have touched, is taken over unless `fresh` is true. `engine`
    names the one of `ENGINES` that runs the shapes. HermiT judges the ontology when it changed,
    everything with `reason`, and nothing where that is false or the extra is not installed; who
    asks for it without the extra gets a MissingExtraError.
    """
    return Session(roots, engine=engine, reason=reason, fresh=fresh).check(document, source_id)


class Session:
    """Check the same sources again and again; each time, only what changed since the last."""

    def __init__(
        self,
        roots: Roots,
        *,
        engine: str = ENGINE,
        reason: bool | None = None,
        fresh: bool = False,
        keeps: bool = True,
    ) -> None:
        """Go on from what an earlier process kept, unless everything is to be checked anew.

        What is found is kept for a later process, unless `keeps` is false.
        """
        self._roots = roots
        self._engine = engine
        self._keeper = Keeper(roots, engine)
        self._keeps = keeps
        self._reason = reason
        self._state = State() if fresh else self._keeper.find()
        self._project: Project | None = None
        self._looked_at: list[tuple[SourceFile, str]] = []
        self.changed: set[Path] = set()  # the files in which the last check saw a change

    def check(self, document: Path | None = None, source_id: str | None = None) -> Report:
        """Give the report on the sources as they are now.

        Raise `OfflabelError` where there is nothing to check, or the document is of no source.
        """
        started = time.perf_counter()
        self._looked_at = self._files()
        if document is None and self.is_unchanged() and self._is_judged():
            return self._report(started, reused=True)
        from offlabel.validation.checks import Checks
        from offlabel.validation.engines import ENGINES
        from offlabel.validation.passages import PassageCheck

        project = self._opened()
        change = project.refresh()
        self.changed = set(change.files)
        if change.errors:
            problems = list(_unreadable(project))
            return report_from_problems(problems, {"files": len(project.known)}, _since(started))
        reasoner = self._reasoner(project)
        if change or (reasoner and reasoner not in self._state.found):
            checks = Checks(project, change, self._state, ENGINES[self._engine], reasoner)
            self._state = State(
                known=list(project.known.values()),
                found=checks.run(),
                missing=checks.missing,
                shape_keys=checks.shape_keys,
                fixed=checks.fixed,
                checked=_counts(project),
            )
            project.seen()
            if self._keeps:
                self._keeper.keep(project, self._state)
        passages: Iterable[Problem] = ()
        if document is not None:
            passages = PassageCheck(project.facts, project.places, document, source_id).problems()
        return self._report(started, passages, reused=not change)

    def is_unchanged(self) -> bool:
        """Say whether the files are those that were checked last."""
        known = [(one.file, one.stamp) for one in self._state.known]
        return bool(known) and known == self._files()

    def has_news(self) -> bool:
        """Say whether the files are others than when they were looked at last."""
        return self._looked_at != self._files()

    def _files(self) -> list[tuple[SourceFile, str]]:
        return [(file, stamp(file.path)) for file in discover(self._roots)]

    def _report(
        self, started: float, more: Iterable[Problem] = (), *, reused: bool = False
    ) -> Report:
        found = self._state.found
        judged = [
            word
            for start, word in _JUDGED.items()
            if self._reason is not False and any(name.startswith(start) for name in found)
        ]
        report = report_from_problems([*_all(found), *more], self._state.checked, _since(started))
        return replace(report, reused=reused, judged=judged[0] if judged else "nothing")

    def _is_judged(self) -> bool:
        """Say whether HermiT judged what it is to judge, or is to judge nothing."""
        wanted = EVERYTHING if self._reason else ONTOLOGY
        is_judged = any(name.startswith(wanted) for name in self._state.found)
        return is_judged or not self._asks_hermit()

    def _asks_hermit(self) -> bool:
        """Say whether HermiT is to judge something: unless told, where it is installed."""
        if self._reason is not None:
            return self._reason
        from offlabel.reasoning.hermit import has_reasoner

        return has_reasoner()

    def _reasoner(self, project: Project) -> str | None:
        """Name what HermiT is to judge, if anything."""
        from offlabel.validation.checks import reasoner_of

        if not self._asks_hermit():
            return None
        return reasoner_of(project, everything=bool(self._reason))

    def _opened(self) -> Project:
        """Give the project as it was checked last; nothing is read yet."""
        from offlabel.terms import prefixes_from_file
        from offlabel.validation.project import Project

        if self._project is None:
            self._project = self._keeper.project(self._state) if self._state.known else None
        if self._project is None or self._project.has_other_prefixes():
            prefixes_from_file.cache_clear()
            self._state = State()
            self._project = Project(self._roots)
        return self._project


def _unreadable(project: Project) -> Iterator[Problem]:
    from offlabel.validation.checks import queries
    from offlabel.validation.project import problem_from_error

    for error in project.change.errors:
        yield problem_from_error(error, project.roots)
    yield from _all(queries(project, {}, project.change))
    yield Problem(
        rule="syntax/rest-not-checked",
        severity=Severity.INFO,
        message="Shapes, links, profile and consistency were not checked",
        remedy="They are checked as soon as every file can be read.",
    )


def _all(found: Found) -> list[Problem]:
    return [problem for problems in found.values() for problem in problems]


def _since(started: float) -> float:
    return time.perf_counter() - started


def _counts(project: Project) -> dict[str, int]:
    statements = project.statements
    return {
        "files": len(project.known),
        "statements": statements.count(derived=False),
        "derived statements": statements.count(derived=True),
        "shapes": project.number_of_shapes(),
        "queries": sum(one.file.role == "query" for one in project.known.values()),
    }
