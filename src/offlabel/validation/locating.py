"""Where things and statements stand in the files of a project, found when somebody asks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Store

from offlabel.paths import Roots
from offlabel.reasoning.facts import Statement
from offlabel.sources import SourceFile, SubjectIndex
from offlabel.terms import BASE, RULE
from offlabel.validation.problem import shown_path
from offlabel.validation.queryfiles import QueryFile
from offlabel.validation.statements import HEADS, RULES

QUERIES = f"{BASE}query/"
STATED = ("ontology", "data", "mappings")
"""The roles of files that state something."""

Place = tuple[str, int]
"""A path as reports show it, and a line."""


class Locator:
    """Find lines by the graphs of a store; each file is read once, when it is needed."""

    def __init__(
        self,
        roots: Roots,
        files: Sequence[SourceFile],
        store: Store,
        query: Callable[[SourceFile], QueryFile],
        indexes: dict[Path, SubjectIndex],
    ) -> None:
        """Take the files in order, the store of all statements, and what was read of files."""
        self._roots = roots
        self._files = files
        self._store = store
        self._query = query
        self._indexes = indexes

    def locate(self, iri: str, predicate: str | None) -> Place | None:
        """Find where a thing stands, or its predicate if it has that."""
        quads = self._store.quads_for_pattern(NamedNode(iri), None, None, None)
        files = self._of({str(getattr(quad.graph_name, "value", "")) for quad in quads})
        return self._first(files, iri, predicate) or self._made(iri)

    def locate_shape(self, iri: str, predicate: str | None) -> Place | None:
        """Find where a shape stands, or its predicate."""
        files = [file for file in self._files if file.role == "shapes"]
        return self._first(files, iri, predicate)

    def locate_statement(self, statement: Statement) -> Place | None:
        """Find a statement in the first file that makes it."""
        subject, predicate, value = statement
        if not isinstance(subject, NamedNode):
            return None
        quads = self._store.quads_for_pattern(subject, predicate, value, None)
        for file in self._of({str(getattr(quad.graph_name, "value", "")) for quad in quads}):
            if file.role in STATED:
                return self._first([file], subject.value, predicate.value)
        return None

    def rule_of(self, statement: Statement) -> str | None:
        """Give the IRI of the rule that derived a statement, if one did."""
        for quad in self._store.quads_for_pattern(*statement, None):
            name = str(getattr(quad.graph_name, "value", ""))
            if name.startswith(RULES):
                return RULE + name.removeprefix(RULES)
        return None

    @cached_property
    def _order(self) -> dict[str, int]:
        return {file.graph: number for number, file in enumerate(self._files)}

    def _of(self, graphs: set[str]) -> list[SourceFile]:
        """Give the files of some graphs, in order."""
        numbers = sorted(self._order[graph] for graph in graphs if graph in self._order)
        return [self._files[number] for number in numbers]

    def _first(self, files: Sequence[SourceFile], iri: str, predicate: str | None) -> Place | None:
        for wanted in (predicate, None) if predicate else (None,):
            for file in files:
                found = self._index(file).find(iri, wanted)
                if found:
                    return shown_path(found.path, self._roots), found.line
        return None

    def _made(self, iri: str) -> Place | None:
        """Find the place of a thing that a query file or a rule file stands for."""
        for file in self._files:
            if file.role == "rules" and iri in (file.graph, f"{RULE}{file.path.stem}"):
                return shown_path(file.path, self._roots), 1
            slug = file.graph.removeprefix(HEADS)
            if file.role == "query" and f"{iri}/".startswith(f"{QUERIES}{slug}/"):
                return self._query(file).places.get(iri)
        return None

    def _index(self, file: SourceFile) -> SubjectIndex:
        if file.path not in self._indexes:
            self._indexes[file.path] = SubjectIndex([file])
        return self._indexes[file.path]
