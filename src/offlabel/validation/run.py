"""All checks of a project, in one report."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from pyoxigraph import NamedNode

from offlabel.paths import Roots
from offlabel.rules import FUNCTIONS
from offlabel.sources.sparql import named_iris
from offlabel.terms import BASE, SH
from offlabel.validation.consistency import ConsistencyCheck
from offlabel.validation.links import Described, check_links, undefined
from offlabel.validation.passages import PassageCheck
from offlabel.validation.problem import Problem, Severity
from offlabel.validation.profile import check_profile
from offlabel.validation.project import Project, read_project, shown_path
from offlabel.validation.queryfiles import check_query_files, slow_forms
from offlabel.validation.report import Report, report_from_problems
from offlabel.validation.shapes import check_shapes
from offlabel.validation.stamp import Stamp

_SEVERITY = NamedNode(f"{SH}severity")
_SPARQL_IN_SHAPES = [NamedNode(f"{SH}select"), NamedNode(f"{SH}ask")]


def validate(
    roots: Roots,
    *,
    document: Path | None = None,
    source_id: str | None = None,
    fresh: bool = False,
) -> Report:
    """Check everything: syntax, profile, consistency, shapes, links, queries, passages.

    With a document, the passages of its source are compared with its text. Where nothing changed
    since a run that conformed, that run's report is given again, unless `fresh` is true.
    """
    stamp = Stamp(roots, document, source_id)
    kept = None if fresh else stamp.find()
    if kept is not None:
        return kept
    started = time.perf_counter()
    project = read_project(roots)
    problems = list(_problems(project, document, source_id))
    report = report_from_problems(problems, _counts(project), time.perf_counter() - started)
    stamp.keep(report)
    return report


def _problems(project: Project, document: Path | None, source_id: str | None) -> Iterator[Problem]:
    yield from project.syntax_problems
    if project.syntax_problems:
        yield from check_query_files(project.queries)
        yield Problem(
            rule="syntax/rest-not-checked",
            severity=Severity.INFO,
            message="Shapes, links, profile and consistency were not checked",
            remedy="They are checked as soon as every file can be read.",
        )
        return
    described = Described(project.facts, project.shapes, FUNCTIONS)
    passages = (
        PassageCheck(project.facts, project.places, document, source_id) if document else None
    )
    consistency = ConsistencyCheck([*project.dataset.quads, *project.derived], project.places)
    try:
        yield from check_links(project.facts, described, project.places)
        yield from check_links(project.shapes, described, project.shape_places)
        yield from _links_in_rules(project, described)
        yield from _links_in_shapes(project, described)
        yield from check_query_files(project.queries, project.fixed_terms)
        yield from _slow_forms_in_rules(project)
        yield from _slow_forms_in_shapes(project)
        yield from _links_in_queries(project, described)
        unknown = {iri for iri in _our_iris(project) if described.misses(iri)}
        yield from check_profile(project.statements, project.places, unknown)
        yield from check_shapes(project.facts, project.places, project.shapes, project.shape_places)
        if passages is not None:
            yield from passages.problems()
        yield from consistency.problems()
    finally:
        consistency.stop()


def _links_in_rules(project: Project, described: Described) -> Iterator[Problem]:
    for file in project.dataset.files:
        if file.role == "rules":
            text = file.path.read_text(encoding="utf-8")
            for iri, line in named_iris(text):
                if described.misses(iri):
                    path = shown_path(file.path, project.dataset.roots)
                    yield undefined(iri, described, project.places, path=path, line=line)


def _slow_forms_in_rules(project: Project) -> Iterator[Problem]:
    for file in project.dataset.files:
        if file.role == "rules":
            text = file.path.read_text(encoding="utf-8")
            path = shown_path(file.path, project.dataset.roots)
            yield from slow_forms(text, path, project.fixed_terms)


def _slow_forms_in_shapes(project: Project) -> Iterator[Problem]:
    head = project.prefixes.sparql().replace("\n", " ")
    for predicate in _SPARQL_IN_SHAPES:
        for statement in project.shapes.using(predicate):
            path, line = project.shape_places.place(statement.subject)
            for problem in slow_forms(head + statement.object.value, path, project.fixed_terms):
                yield replace(problem, line=line)


def _links_in_queries(project: Project, described: Described) -> Iterator[Problem]:
    for query in project.queries:
        for iri, line in named_iris(query.text):
            if described.misses(iri):
                yield undefined(iri, described, project.places, path=query.path, line=line)


def _links_in_shapes(project: Project, described: Described) -> Iterator[Problem]:
    head = project.prefixes.sparql()
    for predicate in _SPARQL_IN_SHAPES:
        for statement in project.shapes.using(predicate):
            for iri in dict(named_iris(head + statement.object.value)):
                if described.misses(iri):
                    path, line = project.shape_places.place(statement.subject)
                    yield undefined(iri, described, project.places, path=path, line=line)


def _our_iris(project: Project) -> set[str]:
    return {
        term.value
        for statement in project.facts.statements
        for term in statement
        if term.value.startswith(BASE)
    }


def _counts(project: Project) -> dict[str, int]:
    return {
        "files": len(project.dataset.files),
        "statements": len(project.dataset.quads),
        "derived statements": len(project.derived),
        "shapes": len(project.shapes.using(_SEVERITY)),
        "queries": len(project.queries),
    }
