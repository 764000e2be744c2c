"""The checks of a project, each under a name, and which of them a change can touch."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import replace
from functools import cached_property
from hashlib import sha256

from pyoxigraph import BlankNode, NamedNode, RdfFormat, parse

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import Facts, Node, facts_from_quads
from offlabel.reasoning.kinds import Kinds
from offlabel.rules import FUNCTIONS
from offlabel.sources import SourceFile
from offlabel.sources.files import Known
from offlabel.terms import BASE, GRAPH
from offlabel.validation.clashes import Clashes
from offlabel.validation.consistency import ReasonerCheck
from offlabel.validation.data import KeptData
from offlabel.validation.engines import Engine, ShapesError
from offlabel.validation.links import Described, check_links, is_ours, undefined
from offlabel.validation.problem import Problem, shown_path
from offlabel.validation.profile import Screen, check_terms, check_uses
from offlabel.validation.project import Change, Project
from offlabel.validation.queryfiles import check_query_files, slow_forms
from offlabel.validation.shaperuns import SUBCLASS, Group, groups_of, keys_of_group, run_groups
from offlabel.validation.shapes import (
    malformed_shapes,
    problems_from_notes,
    problems_from_results,
    unusable,
)
from offlabel.validation.state import EVERYTHING, ONTOLOGY, Found, State
from offlabel.validation.statements import HEADS, Key, keys_of

_OURS = re.compile(rb"<(%s(?!graph/)[^>]*)>" % re.escape(BASE.encode()))
_SUBJECT = re.compile(rb"^<(%s[^>]*)> " % re.escape(BASE.encode()), re.M)
_VOCABULARY = tuple(f"{kind}{iri}" for kind in ("", "a ") for iri in owl.RESERVED_NAMESPACES)


_ONTOLOGIES = f"{GRAPH}ontology/"
_METHOD = f"{GRAPH}ontology/method/"


def is_ontology(graph: str) -> bool:
    """Say whether a graph is a file of the ontology itself."""
    return graph.startswith(_ONTOLOGIES) and not graph.startswith(_METHOD)


def reasoner_of(project: Project, *, everything: bool) -> str:
    """Name what HermiT is to judge by its content: a verdict holds as long as that is the same."""
    digest = sha256()
    for graph, text in project.statements.texts.items():
        if (everything or is_ontology(graph)) and not graph.startswith(HEADS):
            for line in sorted(text.lines()):
                digest.update(line)
    return f"{EVERYTHING if everything else ONTOLOGY}{digest.hexdigest()[:32]}"


class Checks:
    """Run the checks that a change can touch; take over what the others found before."""

    def __init__(
        self,
        project: Project,
        change: Change,
        before: State,
        engine: Engine,
        reasoner: str | None,
    ) -> None:
        """Take what was known before the change.

        `reasoner` names what HermiT has to judge (`reasoner_of`), if anything.
        """
        self.missing: set[str] = set()  # IRIs of ours that stand for nothing now
        self.shape_keys = dict(before.shape_keys)  # what shapes read
        self.fixed = before.fixed  # properties and classes of which a larger graph has no more
        self.before = before.found
        self._missing_before = before.missing
        self._engine = engine
        self._reasoner = reasoner
        self._project = project
        self._change = change
        self._places = project.places
        self._moved = {shown_path(path, project.roots) for path in change.files}

    def run(self) -> Found:
        """Give the problems of every check; HermiT judges while the others run."""
        reasoner = self._reasoner
        if reasoner is None or self.before.get(reasoner) == []:  # lines in a proof may have moved
            return self._run_others() | ({reasoner: []} if reasoner else {})
        hermit = ReasonerCheck(self._for_reasoner(), self._places)
        try:
            return {**self._run_others(), reasoner: hermit.problems()}
        finally:
            hermit.stop()

    def _run_others(self) -> Found:
        found: Found = {"links": list(self._links())}
        found["terms"] = self._terms()
        found["clashes"] = list(self._clashes())
        found |= self._uses()
        found |= self._texts()
        found |= self._shapes()
        return found

    def _is_kept(self, name: str) -> bool:
        """Say whether a check ran before and told of nothing whose place may have moved."""
        return name in self.before and not any(
            problem.path in self._moved or problem.about in self._change.subjects
            for problem in self.before[name]
        )

    def _for_reasoner(self) -> Facts:
        """Give what HermiT judges: everything, or the ontology alone."""
        statements = self._project.statements
        everything = str(self._reasoner).startswith(EVERYTHING)
        graphs = [
            graph
            for graph in statements.texts
            if (everything or is_ontology(graph)) and not graph.startswith(HEADS)
        ]
        content = b"\n".join(line for graph in graphs for line in statements.triples_of(graph))
        return facts_from_quads(parse(content, format=RdfFormat.N_TRIPLES))

    def _links(self) -> Iterator[Problem]:
        """Tell each use of an IRI of ours that stands for nothing."""
        project = self._project
        self.missing = self._find_missing()
        if not self.missing:
            return
        missing = sorted(self.missing)
        yield from check_links(project.facts, missing, self._described, self._places)
        yield from check_links(project.shapes, missing, self._described, project.shape_places)
        for one in project.known.values():
            for iri, line in one.iris:
                if iri in self.missing:
                    yield self._undefined_in_sparql(one, iri, line)

    def _find_missing(self) -> set[str]:
        """Find IRIs of ours that stand for nothing: among all, or among what the change names."""
        project, facts = self._project, self._project.facts
        named = {iri for one in project.known.values() for iri, _ in one.iris}
        in_shapes = {iri for text in project.shape_texts.values() for iri in _ours(text.plain)}
        if not self.before or self._change.shapes:
            used = self._names[0] | named | in_shapes
            return {iri for iri in used if self._described.misses(iri)}
        touched = {iri for triple in self._change.triples for iri in _ours(triple.encode())}
        used = touched | self._missing_before | named & self._named_in_change()
        return {
            iri
            for iri in used
            if is_ours(iri)
            and not (facts.is_typed(iri) or iri in self._described_elsewhere)
            and (iri in named or iri in in_shapes or facts.uses(iri))
        }

    def _named_in_change(self) -> set[str]:
        known = self._project.known
        files = (known[path] for path in self._change.files if path in known)
        return {iri for one in files for iri, _ in one.iris}

    @cached_property
    def _described_elsewhere(self) -> set[str]:
        """Give the shapes, and the functions that rules may call."""
        texts = self._project.shape_texts.values()
        shapes = {iri.decode() for text in texts for iri in _SUBJECT.findall(text.plain)}
        return shapes | {function.value for function in FUNCTIONS}

    @cached_property
    def _names(self) -> tuple[set[str], set[str]]:
        return self._project.statements.names()

    @cached_property
    def _described(self) -> Described:
        return Described(lambda: self._names[1] | self._described_elsewhere)

    def _undefined_in_sparql(self, one: Known, iri: str, line: int) -> Problem:
        path: str | None = shown_path(one.file.path, self._project.roots)
        where: int | None = line
        if one.file.role == "shapes":
            path, where = self._project.place_of_sparql(one.file, iri)
        return undefined(iri, self._described, self._places, path=path, line=where)

    def _terms(self) -> list[Problem]:
        if self._is_kept("terms") and not self._declares:
            return self.before["terms"]
        return list(check_terms(self._project.facts, self._kinds, self._places))

    def _texts(self) -> Found:
        """Check queries, and look for slow forms in rules and shapes."""
        project, change = self._project, self._change
        before = self.fixed
        self.fixed = fixed_terms(project, change, before if self.before else None)
        anew = self.fixed != before
        found = queries(project, {} if anew else self.before, change, self.fixed)
        for file in project.files:
            name = f"slow {file.graph}"
            if file.role not in ("rules", "shapes"):
                continue
            if not anew and name in self.before and file.path not in change.files:
                found[name] = self.before[name]
            elif file.role == "rules":
                path = shown_path(file.path, project.roots)
                found[name] = list(slow_forms(project.rule(file).text, path, self.fixed))
            else:
                found[name] = list(self._slow_forms_in_shapes(file))
        return found

    def _slow_forms_in_shapes(self, file: SourceFile) -> Iterator[Problem]:
        project = self._project
        for subject, text in project.sparql_in_shapes(file):
            path, line = project.shape_places.place(subject)
            head = project.prefixes.sparql(text).replace("\n", " ")
            for problem in slow_forms(head + text, path, self.fixed):
                yield replace(problem, line=line)

    def _clashes(self) -> Iterator[Problem]:
        """Look for contradictions in what changed; in everything where there was one before."""
        project = self._project
        clashes = Clashes(project.facts, self._places)
        if self._declares or "clashes" not in self.before or self.before["clashes"]:
            yield from clashes.of_classes()
            yield from clashes.of_everything(project.statements.triples())
        else:
            for thing in sorted(_things(self._change.triples), key=str):
                yield from clashes.of_thing(thing)

    def _uses(self) -> Found:
        """Look at the statements of each graph that changed; at all where declarations did."""
        texts = self._project.statements.texts
        everything = self._declares or self.missing != self._missing_before
        found: Found = {}
        screen = Screen(self._kinds, self.missing)
        for graph in texts:
            name = f"uses {graph}"
            if graph.startswith(HEADS):
                continue
            if not everything and graph not in self._change.graphs and self._is_kept(name):
                found[name] = self.before[name]
                continue
            doubtful = screen.doubtful(self._project.statements.triples_of(graph))
            found[name] = list(check_uses(doubtful, self._kinds, self._places, self.missing))
        return found

    def _shapes(self) -> Found:
        """Run the shapes that may see the change; all where shapes or the hierarchy changed."""
        project, shapes_changed = self._project, self._have_shapes_changed()
        if shapes_changed or not self._is_kept("shapes"):
            malformed = malformed_shapes(project.shapes, project.shape_places)
        else:
            malformed = self.before["shapes"]
        if malformed:
            self.shape_keys = {}
            return {"shapes": malformed}
        if shapes_changed or self._change.reaches(frozenset({SUBCLASS})) or not self.shape_keys:
            self.shape_keys = {
                group.name: keys_of_group(project.shapes, group, project.facts)
                for group in self._groups
            }
        stale = {
            name
            for name, keys in self.shape_keys.items()
            if shapes_changed or self._change.reaches(keys) or not self._is_kept(f"shape {name}")
        }
        found = {
            f"shape {name}": self.before[f"shape {name}"] for name in self.shape_keys.keys() - stale
        }
        return {"shapes": [], **found, **self._run_shapes(stale)}

    def _run_shapes(self, names: set[str]) -> Found:
        if not names:
            return {}
        project = self._project
        shapes, places = project.shapes, project.shape_places
        keys = [self.shape_keys[name] for name in names]
        read = None if None in keys else frozenset().union(*(one for one in keys if one))
        groups = [group for group in self._groups if group.name in names]
        try:
            outcomes = run_groups(groups, KeptData(project.statements, read), shapes, self._engine)
        except ShapesError as error:
            self.shape_keys = {}
            return {"shapes": [unusable(error)]}
        return {
            f"shape {name}": [
                *problems_from_results(
                    outcome.results, project.facts, self._places, shapes, places
                ),
                *problems_from_notes(outcome.notes, places),
            ]
            for name, outcome in outcomes.items()
        }

    @cached_property
    def _groups(self) -> list[Group]:
        return groups_of(self._project.shapes)

    def _have_shapes_changed(self) -> bool:
        return self._change.shapes or "shapes" not in self.before

    @cached_property
    def _declares(self) -> bool:
        """Say whether a statement of OWL's own vocabulary came or went."""
        return any(key.startswith(_VOCABULARY) for key in self._change.keys)

    @cached_property
    def _kinds(self) -> Kinds:
        return Kinds(self._project.facts)


def fixed_terms(project: Project, change: Change, before: Collection[str] | None) -> frozenset[str]:
    """Give the properties and classes of which there are no more in a larger graph.

    Only the ontology, with the method in it, uses them. `before` are those before the change.
    """
    texts = project.statements.texts
    ours, others = [set[Key](), set[Key]()]
    if before is None:
        for graph in texts:
            if not graph.startswith(HEADS):
                keys = ours if graph.startswith(_ONTOLOGIES) else others
                keys |= keys_of(project.statements.triples_of(graph))
        return frozenset(_term_of(key) for key in ours - others) - {_term_of(key) for key in others}
    fixed = set(before)
    for term in {_term_of(key) for key in change.keys}:
        graphs = set(project.statements.graphs_using(term))
        is_fixed = bool(graphs) and all(graph.startswith(_ONTOLOGIES) for graph in graphs)
        (fixed.add if is_fixed else fixed.discard)(term)
    return frozenset(fixed)


def _term_of(key: Key) -> str:
    return key.removeprefix("a ")


def queries(
    project: Project, before: Found, change: Change, fixed: Collection[str] | None = None
) -> Found:
    """Check the saved queries that changed, each under a name of its own."""
    found: Found = {}
    for file in project.files:
        if file.role == "query":
            name = f"query {file.graph}"
            if name in before and file.path not in change.files:
                found[name] = before[name]
            else:
                found[name] = list(check_query_files([project.query(file)], fixed))
    return found


def _things(triples: Iterable[str]) -> set[Node]:
    """Give the nodes that stand in some lines of N-Triples."""
    quads = parse("\n".join(triples), format=RdfFormat.N_TRIPLES)
    terms = (term for quad in quads for term in (quad.subject, quad.object))
    return {term for term in terms if isinstance(term, NamedNode | BlankNode)}


def _ours(content: bytes) -> Iterator[str]:
    """Give the IRIs of ours in some N-Triples, and what looks like one in a text."""
    return (iri.decode() for iri in _OURS.findall(content))
