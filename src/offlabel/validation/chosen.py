"""Which files somebody wants to hear about, and the report on these alone or first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from offlabel.errors import OfflabelError
from offlabel.paths import Roots, shown
from offlabel.sources import discover
from offlabel.sources.files import SourceFile
from offlabel.validation.problem import Problem, Severity, shown_path
from offlabel.validation.report import Report

_DATA = (".ttl", ".sssom.tsv")


def with_drafts(roots: Roots, paths: Iterable[Path]) -> Roots:
    """Add the folders of those paths that lie outside the project: drafts know each other.

    A file brings those beside it, a folder all that is in it. Raise `OfflabelError` where a path
    is missing or cannot hold data.
    """
    extra: list[Path] = []
    flat: list[Path] = []
    for path in paths:
        if not path.exists():
            raise OfflabelError(f"{path}: there is no such file or folder. Check the path.")
        here = path.resolve()
        if any(here.is_relative_to(root) for root in _folders(roots)):
            continue
        if path.is_file() and not path.name.endswith(_DATA):
            raise OfflabelError(
                f"{path} is no data: outside the project, Turtle (*.ttl) and mapping tables "
                "(*.sssom.tsv) are checked."
            )
        if path.is_file():
            extra.append(here.parent)
            flat.append(here.parent)
        elif any(_is_data(file) for file in here.rglob("*")):
            extra.append(here)
        else:
            raise OfflabelError(f"{path}: no Turtle file (*.ttl) and no mapping table in it.")
    return replace(
        roots, data=tuple(dict.fromkeys((*roots.data, *extra))), flat=(*roots.flat, *flat)
    )


def chosen_files(roots: Roots, paths: Iterable[Path]) -> list[SourceFile]:
    """Give the source files that some paths name, folders with all that is below them."""
    wanted = [path.resolve() for path in paths]
    files = discover(roots)
    for path in wanted:
        if not any(file.path.resolve().is_relative_to(path) for file in files):
            raise OfflabelError(
                f"{shown(path)}: nothing here is read: sources are Turtle (*.ttl), mapping tables "
                "(*.sssom.tsv) and queries (*.rq)."
            )
    return [
        file for file in files if any(file.path.resolve().is_relative_to(path) for path in wanted)
    ]


def report_on(report: Report, files: Iterable[Path], roots: Roots) -> Report:
    """Give what a report says of some files, and what kept them from being checked.

    Violations elsewhere are counted, and told in one line.
    """
    names = {shown_path(path, roots) for path in files}
    told = [problem for problem in report.problems if _concerns(problem, names)]
    elsewhere = sum(
        problem.severity is Severity.VIOLATION and problem not in told
        for problem in report.problems
    )
    return replace(report, problems=tuple(told), checked={"files": len(names)}, elsewhere=elsewhere)


def report_first_on(report: Report, files: Iterable[Path], roots: Roots) -> Report:
    """Give the whole report, what concerns some files first."""
    names = {shown_path(path, roots) for path in files}
    told = sorted(report.problems, key=lambda problem: problem.path not in names)
    return replace(report, problems=tuple(told))


def news(report: Report, before: Report | None, files: Iterable[Path], roots: Roots) -> Report:
    """Give what a report says of files that changed, and what is new in it elsewhere."""
    names = {shown_path(path, roots) for path in files}
    known = set(before.problems) if before else set()
    told = [problem for problem in report.problems if problem.path in names or problem not in known]
    return replace(report, problems=tuple(told))


def is_whole(report: Report) -> bool:
    """Say whether everything was checked, no file being malformed."""
    return all(problem.rule != "syntax/rest-not-checked" for problem in report.problems)


def _concerns(problem: Problem, names: set[str]) -> bool:
    return problem.path is None or problem.path in names or problem.rule == "syntax"


def _folders(roots: Roots) -> Iterator[Path]:
    for folder in (roots.ontology, *roots.data, *roots.queries):
        yield folder.resolve()


def _is_data(path: Path) -> bool:
    return path.is_file() and path.name.endswith(_DATA)
