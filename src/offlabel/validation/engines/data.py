"""The data that shapes are run over, in the forms that the engines read, each made once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Store, Triple, serialize

from offlabel.reasoning.facts import Facts, Lookup, Term
from offlabel.terms import BASE, XSD

LABELS = NamedNode(f"{BASE}engine/labels")
"""Leads to each blank node from an IRI that ends with its label, in `Data.ntriples`."""

_KEPT_AS_WRITTEN = {f"{XSD}string", "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"}


class Data:
    """Hold statements as facts, as N-Triples and in a store; nothing is made before it is asked."""

    def __init__(self, facts: Facts) -> None:
        """Take the statements."""
        self._all = facts

    @property
    def facts(self) -> Facts:
        """Give the statements as written."""
        return self._all

    @property
    def lookup(self) -> Lookup:
        """Look statements up, in whatever form is at hand."""
        return self._all

    def query(self, text: str) -> object:
        """Ask the store, whose statements and target nodes the default graph holds."""
        return self.store.query(text)

    @cached_property
    def store(self) -> Store:
        """Give an embedded store of the statements, in its default graph."""
        store = Store()
        store.bulk_extend(Quad(*statement) for statement in self.facts.statements)
        return store

    def ntriples(self) -> Iterator[bytes]:
        """Yield the statements as N-Triples, and a label of each blank node by `LABELS`."""
        triples = chain((Triple(*statement) for statement in self.facts.statements), self._labels())
        yield ntriples_from_triples(triples).encode()

    def _labels(self) -> Iterator[Triple]:
        found: dict[BlankNode, None] = {}
        for subject, _, value in self.facts.statements:
            for term in (subject, value):
                if isinstance(term, BlankNode):
                    found[term] = None
        for blank in found:
            yield Triple(NamedNode(f"{LABELS.value}/{blank.value}"), LABELS, blank)

    @cached_property
    def rewritten(self) -> Mapping[Literal, frozenset[Literal]]:
        """Give, for each literal that the store holds in another form, those that became it.

        The store knows one number `7`, however it is written: `007`, `7` and `+7` are the same
        term to it, and not to SHACL.
        """
        typed = {
            statement.object
            for statement in self.facts.statements
            if isinstance(statement.object, Literal)
            and statement.object.datatype.value not in _KEPT_AS_WRITTEN
        }
        written = list(typed)
        probe = Store()
        key = NamedNode(LABELS.value)
        probe.bulk_extend(
            Quad(NamedNode(f"{LABELS.value}/{number}"), key, literal)
            for number, literal in enumerate(written)
        )
        forms: dict[Literal, set[Literal]] = defaultdict(set)
        for quad in probe.quads_for_pattern(None, None, None):
            if isinstance(quad.subject, NamedNode) and isinstance(quad.object, Literal):
                number = quad.subject.value.rpartition("/")[2]
                forms[quad.object].add(written[int(number)])
        return {form: frozenset(literals) for form, literals in forms.items() if literals != {form}}

    def rewritten_among(
        self, predicates: Collection[NamedNode] | None
    ) -> Mapping[Literal, frozenset[Literal]]:
        """Give the same of the values of some predicates, or of all where there is no telling."""
        if predicates is None or not self.rewritten:
            return self.rewritten
        if self._rewritten_predicates.isdisjoint(predicates):
            return {}
        found: dict[Literal, set[Literal]] = defaultdict(set)
        for predicate in predicates:
            for statement in self.facts.using(predicate):
                form = self._forms.get(statement.object)
                if form is not None and isinstance(statement.object, Literal):
                    found[form].add(statement.object)
        return {form: frozenset(many) for form, many in found.items() if many != {form}}

    @cached_property
    def _forms(self) -> Mapping[Term, Literal]:
        """Give the store's form of each literal that has or shares one with another."""
        return {literal: form for form, many in self.rewritten.items() for literal in many}

    @cached_property
    def _rewritten_predicates(self) -> frozenset[NamedNode]:
        """Give the predicates with a value that the store holds in another form."""
        return frozenset(
            predicate
            for _, predicate, value in self.facts.statements
            if value in self._forms and self._forms[value] != value
        )

    def targets(self, targets: Collection[tuple[NamedNode, Term]]) -> Iterator[Term]:
        """Give the nodes that some target declarations of a shape name (SHACL, clause 2.1.3)."""
        for predicate, value in targets:
            kind = predicate.value.rpartition("#target")[2]
            if kind == "Node":
                yield value
            elif kind == "Class":
                for class_ in self.lookup.subclasses(value):
                    yield from self.lookup.instances(class_)
            elif isinstance(value, NamedNode):
                for subject, _, object_ in self.lookup.using(value):
                    yield subject if kind == "SubjectsOf" else object_


def ntriples_from_triples(triples: Iterable[Triple]) -> str:
    """Write triples as N-Triples."""
    written = serialize(triples, format=RdfFormat.N_TRIPLES)
    return "" if written is None else written.decode()
