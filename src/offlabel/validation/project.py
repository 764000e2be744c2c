"""Everything that the checks look at, read and derived once, and kept up to date file by file."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from pyoxigraph import NamedNode, Quad, RdfFormat, parse

from offlabel.errors import OfflabelError, SourceError, SourcesError
from offlabel.paths import Roots, shown
from offlabel.reasoning.facts import (
    Facts,
    Node,
    StoredFacts,
    facts_from_quads,
    statement_from_quad,
)
from offlabel.rules import Rule, read_rule
from offlabel.sources import SourceFile, SubjectIndex, discover
from offlabel.sources.files import Known, stamp
from offlabel.sources.parse import read
from offlabel.sources.sparql import Token, named_iris, tokens
from offlabel.sparql.footprint import Footprints
from offlabel.terms import BASE, SH, Prefixes, prefixes
from offlabel.validation.locating import QUERIES, STATED, Locator
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem, Severity, shown_path
from offlabel.validation.queryfiles import QueryFile, read_query_file
from offlabel.validation.statements import (
    HEADS,
    RULES,
    Difference,
    Key,
    Statements,
    Text,
    is_touched,
    text_from_quads,
)

_PREFIXES = "prefixes.ttl"
_SEVERITY = f" <{SH}severity> ".encode()
_SPARQL_IN_SHAPES = {NamedNode(SH + name) for name in ("select", "ask")}
_DECLARING_PREFIXES = {NamedNode(SH + name) for name in ("declare", "prefix", "namespace")}


@dataclass
class Change:
    """Hold what became different since the checks ran: files, their graphs, keys and subjects.

    `triples` are as the store writes them, `rules` the graphs of rules that are new or other ones.
    `subjects` are the IRIs that stand, or stood, in the files: their lines may have moved.
    """

    files: set[Path] = field(default_factory=set)
    graphs: set[str] = field(default_factory=set)
    keys: set[Key] = field(default_factory=set)
    triples: set[str] = field(default_factory=set)
    subjects: set[str] = field(default_factory=set)
    rules: set[str] = field(default_factory=set)
    shapes: bool = False
    errors: list[SourceError] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Say whether anything became different."""
        return bool(self.files)

    def reaches(self, footprint: frozenset[Key] | None) -> bool:
        """Say whether what reads these keys (None: everything) may see the change."""
        return is_touched(footprint, self.keys)


class Project:
    """Hold the statements of all files, what the rules derived from them, shapes and queries."""

    def __init__(
        self,
        roots: Roots,
        known: Iterable[Known] = (),
        statements: Statements | None = None,
        shapes: dict[str, Text] | None = None,
        footprints: Footprints | None = None,
    ) -> None:
        """Start with nothing read, or with what an earlier run kept."""
        self.roots = roots
        self.known = {one.file.path: one for one in known}
        self.statements = statements or Statements()
        self.shape_texts = shapes or {}
        self.footprints = footprints or Footprints()
        self.queries: dict[str, QueryFile] = {}  # those that were read in this process
        self.change = Change()  # what no check has seen yet
        self._first: dict[str, Text] | None = None
        self._rules: dict[str, Rule] = {}
        self._indexes: dict[Path, SubjectIndex] = {}

    @property
    def files(self) -> list[SourceFile]:
        """Give the files, in order."""
        return [one.file for one in self.known.values()]

    def refresh(self) -> Change:
        """Read what changed, and derive what follows from it; what cannot be read is an error.

        What changed counts as changed until `seen` is called. Raise `OfflabelError` where there is
        no data at all.
        """
        files = discover(self.roots)
        if not any(file.role in ("data", "mappings") for file in files):
            folders = ", ".join(shown(folder) for folder in self.roots.data)
            raise OfflabelError(f"{folders}: no data here. Put Turtle files (*.ttl) into it.")
        self.change.errors = []
        self._first = None if self.known else {}
        for path in self.known.keys() - {file.path for file in files}:
            self._forget(self.known.pop(path))
        named: dict[str, SourceFile] = {}
        for file in files:
            if named.setdefault(file.graph, file) is not file:
                self.change.errors.append(_same_name(file, named[file.graph]))
            now = stamp(file.path)
            before = self.known.get(file.path)
            if before is None or before.stamp != now or before.file != file:
                self._read(file, now)
        self.known = {file.path: self.known[file.path] for file in files}
        if self._first:
            self.statements = Statements(self._first)
            self._first = None
        if not self.change.keys.isdisjoint(one.value for one in _DECLARING_PREFIXES):
            self.change.shapes = True
            self.__dict__.pop("shapes", None)
        if not self.change.errors and self.change:
            self._derive()
        return self.change

    def has_other_prefixes(self) -> bool:
        """Say whether the file of prefixes changed, by which everything is named."""
        return any(
            one.file.path.name == _PREFIXES and one.stamp != stamp(one.file.path)
            for one in self.known.values()
        )

    def number_of_shapes(self) -> int:
        """Count the shapes that can give a result of their own."""
        return sum(
            text.plain.count(_SEVERITY) + text.blank.count(_SEVERITY)
            for text in self.shape_texts.values()
        )

    def seen(self) -> None:
        """Take everything as checked."""
        self.change = Change()

    def _read(self, file: SourceFile, now: str) -> None:
        """Read a file; where it cannot be read, what was read before stays, and is no longer it."""
        known = Known(file, now)
        self._indexes.pop(file.path, None)
        try:
            if file.role in ("query", "rules"):
                self._read_sparql(file, known)
            elif file.role != "federated":
                self._read_statements(file, known)
        except SourceError as error:
            self.change.errors.append(error)
            known.stamp = ""
        except SourcesError as error:
            self.change.errors.extend(error.errors)
            known.stamp = ""
        self.change.files.add(file.path)
        self.known[file.path] = known

    def _read_statements(self, file: SourceFile, known: Known) -> None:
        quads, problems = read(file)
        if problems:
            raise SourcesError(problems)
        if file.role == "shapes":
            self.shape_texts[file.graph] = text_from_quads(quads)
            self.change.shapes = True
            self.__dict__.pop("shapes", None)
            texts = [text for _, text in self.sparql_in_shapes(file)]
            names = self.prefixes.namespaces
            known.iris = [(iri, 0) for text in texts for iri in _named(tokens(text), names)]
        elif file.role in STATED:
            self._replace(file.graph, text_from_quads(quads))

    def _read_sparql(self, file: SourceFile, known: Known) -> None:
        if file.role == "rules":
            rule = read_rule(file.path)
            self._rules[file.graph] = rule
            self.change.rules.add(file.graph)
            words = tokens(rule.text)
        else:
            query = read_query_file(file, shown_path(file.path, self.roots))
            self.queries[file.graph] = query
            self._replace(file.graph, text_from_quads(_in_graph(query.quads, file.graph)))
            words = list(query.words)
        known.iris = list(_named(words).items())

    def _forget(self, known: Known) -> None:
        self.change.files.add(known.file.path)
        self._indexes.pop(known.file.path, None)
        self.queries.pop(known.file.graph, None)
        self._rules.pop(known.file.graph, None)
        if self.shape_texts.pop(known.file.graph, None):
            self.change.shapes = True
            self.__dict__.pop("shapes", None)
        self._replace(known.file.graph, Text())
        if known.file.role == "rules":
            self.change.rules.add(known.file.graph)

    def _replace(self, graph: str, text: Text) -> None:
        """Put other statements in the place of a file's; the first ones are loaded together."""
        if self._first is not None:
            self._first[graph] = text
            return
        self.change.subjects |= _subjects(self.statements.texts.get(graph, Text()))
        self.change.subjects |= _subjects(text)
        self._note(graph, self.statements.replace(graph, text))

    def _derive(self) -> None:
        """Run each rule that may see the change, upon what the files and earlier rules say.

        What later rules derived before, and the heads of queries, are out of sight meanwhile.
        """
        texts = self.statements.texts
        rules = [self.rule(file) for file in self.files if file.role == "rules"]
        rules.sort(key=lambda rule: rule.name)
        heads = {graph: self.statements.take_out(graph) for graph in _starting(texts, HEADS)}
        gone = set(_starting(texts, RULES)) - {rule.graph for rule in rules}
        for graph in gone:
            self._note(graph, self.statements.replace(graph, Text()))
        before: dict[str, Text] = {}
        for number, rule in enumerate(rules):
            if not (gone or self._must_run(rule, before.get(rule.graph))):
                if rule.graph in before:
                    self.statements.put_back(rule.graph, before[rule.graph])
                continue
            if rule.graph not in before:
                for other in rules[number:]:
                    before[other.graph] = self.statements.take_out(other.graph)
            try:
                self._note(rule.graph, self.statements.run(rule, before[rule.graph]))
            except SourceError as error:
                self.change.rules.add(rule.graph)
                self.change.errors.append(error)
        for graph, text in heads.items():
            self.statements.put_back(graph, text)

    def _must_run(self, rule: Rule, out: Text | None) -> bool:
        """Say whether a rule may derive something else than it did; `out` is that, if taken out."""
        text = self.statements.texts.get(rule.graph) if out is None else out
        footprint = self.footprints.of(rule.text)
        if rule.graph in self.change.rules or text is None or self.change.reaches(footprint.reads):
            return True
        may_say = self.change.reaches(footprint.writes)
        return may_say and self.statements.says(rule, text, self.change.triples)

    def _note(self, graph: str, difference: Difference) -> None:
        if difference.keys:
            self.change.graphs.add(graph)
            self.change.keys |= difference.keys
            self.change.triples |= difference.triples

    def rule(self, file: SourceFile) -> Rule:
        """Give a rule as it was read."""
        if file.graph not in self._rules:
            self._rules[file.graph] = read_rule(file.path)
        return self._rules[file.graph]

    @property
    def facts(self) -> StoredFacts:
        """Look up what is asserted, derived and said by the heads of queries."""
        return StoredFacts(self.statements.store)

    @cached_property
    def shapes(self) -> Facts:
        """Give the shapes as a graph of their own, with the prefixes that they use."""
        store = self.statements.store
        declared = (
            quad
            for predicate in sorted(_DECLARING_PREFIXES, key=str)
            for quad in store.quads_for_pattern(None, predicate, None)
        )
        content = b"\n".join(line for text in self.shape_texts.values() for line in text.lines())
        return facts_from_quads([*declared, *parse(content, format=RdfFormat.N_QUADS)])

    def quads(self, *, derived: bool) -> list[Quad]:
        """Give what the files state, or what the rules derived from it."""
        return [
            quad
            for quad in self.statements.store
            if not (name := str(getattr(quad.graph_name, "value", ""))).startswith(HEADS)
            and name.startswith(RULES) == derived
        ]

    @cached_property
    def prefixes(self) -> Prefixes:
        """Give the prefixes by which reports name things."""
        return prefixes()

    def query(self, file: SourceFile) -> QueryFile:
        """Give a saved query as it was read."""
        if file.graph not in self.queries:
            self.queries[file.graph] = read_query_file(file, shown_path(file.path, self.roots))
        return self.queries[file.graph]

    @property
    def _locator(self) -> Locator:
        return Locator(self.roots, self.files, self.statements.store, self.query, self._indexes)

    @property
    def places(self) -> Places:
        """Give names and lines of what stands in ontology, data and queries."""
        at = self._locator
        return Places(self.facts, self.name, at.locate, at.locate_statement, at.rule_of)

    @property
    def shape_places(self) -> Places:
        """Give names and lines of what stands in the shapes."""
        return Places(self.shapes, self.name, self._locator.locate_shape)

    def name(self, iri: str) -> str:
        """Write an IRI as reports do: a CURIE, and a saved query as `offlabel ask` names it."""
        if iri.startswith(QUERIES):
            return f"query:{iri.removeprefix(QUERIES)}"
        return self.prefixes.compress(iri)

    def sparql_in_shapes(self, file: SourceFile) -> Iterator[tuple[Node, str]]:
        """Yield the SPARQL in a file of shapes, and of what it is said."""
        content = b"\n".join(self.shape_texts[file.graph].lines())
        for quad in parse(content, format=RdfFormat.N_QUADS):
            statement = statement_from_quad(quad)
            if statement and statement.predicate in _SPARQL_IN_SHAPES:
                yield statement.subject, statement.object.value

    def place_of_sparql(self, file: SourceFile, iri: str) -> tuple[str | None, int | None]:
        """Find the place of the SPARQL in a file of shapes that names an IRI."""
        for subject, text in self.sparql_in_shapes(file):
            if iri in _named(tokens(text), self.prefixes.namespaces):
                return self.shape_places.place(subject)
        return shown_path(file.path, self.roots), None


def read_project(roots: Roots) -> Project:
    """Read all sources and run the rules; raise `SourcesError` where a file cannot be read."""
    project = Project(roots)
    errors = project.refresh().errors
    if errors:
        raise SourcesError(errors)
    return project


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


def _named(words: list[Token], names: Mapping[str, str] | None = None) -> dict[str, int]:
    """Give the IRIs of ours that SPARQL names, each with the first line that does."""
    found: dict[str, int] = {}
    for iri, line in named_iris(words, names):
        if iri.startswith(BASE):
            found.setdefault(iri, line)
    return found


def _same_name(file: SourceFile, other: SourceFile) -> SourceError:
    return SourceError(
        file.path,
        f"{other.path.name} in this folder has the same name but for its ending.",
        "Rename one of them: what a file says is called after it.",
    )


def _starting(texts: Iterable[str], start: str) -> list[str]:
    return [graph for graph in texts if graph.startswith(start)]


def _in_graph(quads: Iterable[Quad], graph: str) -> Iterator[Quad]:
    name = NamedNode(graph)
    return (Quad(quad.subject, quad.predicate, quad.object, name) for quad in quads)


def _subjects(text: Text) -> set[str]:
    """Give the IRIs of which a text says something."""
    return {line[1 : line.index(b">")].decode() for line in text.plain.splitlines()} | {
        line[1 : line.index(b">")].decode()
        for line in text.blank.splitlines()
        if line.startswith(b"<")
    }
