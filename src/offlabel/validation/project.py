"""Everything that the checks look at, read and derived once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Quad, Store

from offlabel.errors import OfflabelError, SourceError
from offlabel.paths import Roots, shown
from offlabel.reasoning.facts import (
    RDF_TYPE,
    Facts,
    Statement,
    facts_from_quads,
    statement_from_quad,
)
from offlabel.rules import apply, read_rule
from offlabel.sources import Dataset, SourceFile, SubjectIndex, read_dataset
from offlabel.terms import BASE, GRAPH, RULE, SH, Prefixes, prefixes
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem, Severity
from offlabel.validation.queryfiles import QueryFile, read_query_file

_QUERIES = f"{BASE}query/"
_RULE_GRAPHS = f"{GRAPH}rule/"
_DECLARING_PREFIXES = {NamedNode(SH + name) for name in ("declare", "prefix", "namespace")}


@dataclass(frozen=True)
class Project:
    """Hold the sources, what the rules derived from them, and the saved queries."""

    dataset: Dataset
    derived: tuple[Quad, ...]
    queries: tuple[QueryFile, ...]
    errors: tuple[SourceError, ...]

    @property
    def syntax_problems(self) -> list[Problem]:
        """Give the sources and rules that cannot be read, as problems."""
        return [problem_from_error(error, self.dataset.roots) for error in self.errors]

    @cached_property
    def prefixes(self) -> Prefixes:
        """Give the prefixes by which reports name things."""
        return prefixes()

    @cached_property
    def statements(self) -> Facts:
        """Give what is asserted and derived, as one graph."""
        return facts_from_quads([*self.dataset.quads, *self.derived])

    @cached_property
    def facts(self) -> Facts:
        """Give what is asserted, derived and said by the heads of queries, as one graph."""
        heads = (quad for query in self.queries for quad in query.quads)
        return facts_from_quads([*self.dataset.quads, *self.derived, *heads])

    @cached_property
    def shapes(self) -> Facts:
        """Give the shapes as a graph of their own, with the prefixes that they use."""
        declared = [quad for quad in self.dataset.quads if quad.predicate in _DECLARING_PREFIXES]
        return facts_from_quads([*declared, *self.dataset.shapes])

    @cached_property
    def places(self) -> Places:
        """Give names and lines of what stands in ontology, data and queries."""
        derived = {
            statement: RULE + quad.graph_name.value.removeprefix(_RULE_GRAPHS)
            for quad in self.derived
            if isinstance(quad.graph_name, NamedNode)
            and (statement := statement_from_quad(quad)) is not None
        }
        return Places(self.facts, self.name, self._locate, self._locate_statement, derived)

    @cached_property
    def shape_places(self) -> Places:
        """Give names and lines of what stands in the shapes."""
        return Places(self.shapes, self.name, self._locate)

    @cached_property
    def fixed_terms(self) -> frozenset[str]:
        """Give the properties and classes of which there are no more in a larger graph.

        Only the ontology, with the method in it, uses them.
        """
        ours = self.dataset.roots.ontology
        graphs = {file.graph for file in self.dataset.files if file.path.is_relative_to(ours)}
        fixed: set[str] = set()
        growing: set[str] = set()
        for quad in (*self.dataset.quads, *self.derived):
            is_ours = isinstance(quad.graph_name, NamedNode) and quad.graph_name.value in graphs
            terms = fixed if is_ours else growing
            terms.add(quad.predicate.value)
            if quad.predicate == RDF_TYPE and isinstance(quad.object, NamedNode):
                terms.add(quad.object.value)
        return frozenset(fixed - growing)

    def name(self, iri: str) -> str:
        """Write an IRI as reports do: a CURIE, and a saved query as `offlabel ask` names it."""
        if iri.startswith(_QUERIES):
            return f"query:{iri.removeprefix(_QUERIES)}"
        return self.prefixes.compress(iri)

    @cached_property
    def _made(self) -> Mapping[str, tuple[str, int]]:
        """Give the places of things that a query file or a rule file stands for."""
        places = {iri: place for query in self.queries for iri, place in query.places.items()}
        for file in self.dataset.files:
            if file.role == "rules":
                place = (shown_path(file.path, self.dataset.roots), 1)
                places[file.graph] = places[f"{RULE}{file.path.stem}"] = place
        return places

    @cached_property
    def _file_of(self) -> Mapping[Statement, SourceFile]:
        """Give the file that makes each statement."""
        files = {NamedNode(file.graph): file for file in self.dataset.files}
        return {
            statement: files[quad.graph_name]
            for quad in self.dataset.quads
            if isinstance(quad.graph_name, NamedNode)
            and quad.graph_name in files
            and (statement := statement_from_quad(quad)) is not None
        }

    def _locate_statement(self, statement: Statement) -> tuple[str, int] | None:
        file = self._file_of.get(statement)
        if file is None or not isinstance(statement.subject, NamedNode):
            return None
        index = SubjectIndex([file])
        found = index.locate(statement.subject.value, statement.predicate.value)
        return (shown_path(found.path, self.dataset.roots), found.line) if found else None

    def _locate(self, iri: str, predicate: str | None) -> tuple[str, int] | None:
        found = self.dataset.index.locate(iri, predicate)
        if found is None:
            return self._made.get(iri)
        return shown_path(found.path, self.dataset.roots), found.line


def read_project(roots: Roots) -> Project:
    """Read all sources and run the rules; what cannot be read becomes a problem."""
    dataset = read_dataset(roots)
    if not any(file.role in ("data", "mappings") for file in dataset.files):
        folders = ", ".join(shown(folder) for folder in roots.data)
        raise OfflabelError(f"{folders}: no data here. Put Turtle files (*.ttl) into it.")
    derived, rule_errors = _derive(dataset)
    queries = tuple(
        read_query_file(file, shown_path(file.path, roots))
        for file in dataset.files
        if file.role == "query"
    )
    return Project(dataset, derived, queries, (*dataset.problems, *rule_errors))


def problem_from_error(error: SourceError, roots: Roots) -> Problem:
    """Turn a file that cannot be read into a problem."""
    return Problem(
        path=shown_path(error.path, roots),
        line=error.line,
        severity=Severity.VIOLATION,
        rule="syntax",
        message=error.problem,
        remedy=error.remedy,
    )


def shown_path(path: Path, roots: Roots) -> str:
    """Write a path as reports do: relative to the project where it lies in it."""
    try:
        return path.relative_to(roots.base).as_posix()
    except ValueError:
        return shown(path)


def _derive(dataset: Dataset) -> tuple[tuple[Quad, ...], list[SourceError]]:
    errors = []
    store = Store()
    store.extend(dataset.quads)
    for file in _rule_files(dataset):
        try:
            apply(store, [read_rule(file.path)])
        except SourceError as error:
            errors.append(error)
    graphs = [graph for graph in store.named_graphs() if graph.value.startswith(_RULE_GRAPHS)]
    derived = tuple(
        quad for graph in graphs for quad in store.quads_for_pattern(None, None, None, graph)
    )
    return derived, errors


def _rule_files(dataset: Dataset) -> Iterator[SourceFile]:
    rules = (file for file in dataset.files if file.role == "rules")
    return iter(sorted(rules, key=lambda file: file.path.stem))
