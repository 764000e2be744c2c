"""Statements looked up by subject, predicate and object, for checks that walk the graph."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import defaultdict
from collections.abc import Iterable
from functools import cached_property
from typing import NamedTuple

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, QuerySolutions, Store, Triple

from offlabel.terms import RDF, RDFS

Node = NamedNode | BlankNode
Term = NamedNode | BlankNode | Literal

RDF_TYPE = NamedNode(f"{RDF}type")
RDF_FIRST = NamedNode(f"{RDF}first")
RDF_REST = NamedNode(f"{RDF}rest")
RDFS_SUBCLASS = NamedNode(f"{RDFS}subClassOf")
RDF_NIL = NamedNode(f"{RDF}nil")


class Statement(NamedTuple):
    """Hold one triple of plain terms."""

    subject: Node
    predicate: NamedNode
    object: Term


class Lookup(ABC):
    """Statements without their graphs, each once, found by subject, predicate or object."""

    @abstractmethod
    def about(self, subject: Term) -> list[Statement]:
        """Give all statements of a subject."""

    @abstractmethod
    def to(self, object_: Term) -> list[Statement]:
        """Give all statements that point to a term."""

    @abstractmethod
    def using(self, predicate: NamedNode) -> list[Statement]:
        """Give all statements of a predicate."""

    @abstractmethod
    def typed(self, datatype: NamedNode) -> list[Statement]:
        """Give all statements whose value has a datatype."""

    def has_subject(self, term: Term) -> bool:
        """Say whether anything is said about a term."""
        return bool(self.about(term))

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """Give the values of a predicate of a subject."""
        return [
            statement.object
            for statement in self.about(subject)
            if statement.predicate == predicate
        ]

    def subjects(self, predicate: NamedNode, object_: Term) -> list[Node]:
        """Give what has a value of a predicate."""
        return [
            statement.subject for statement in self.to(object_) if statement.predicate == predicate
        ]

    def instances(self, class_: Term) -> list[Node]:
        """Give what is typed with a class, without following subclasses."""
        return self.subjects(RDF_TYPE, class_)

    def subclasses(self, class_: Term) -> set[Term]:
        """Give a class and all below it."""
        found: set[Term] = {class_}
        waiting = [class_]
        while waiting:
            below = set(self.subjects(RDFS_SUBCLASS, waiting.pop())) - found
            found |= below
            waiting += below
        return found

    def members(self, head: Term) -> list[Term]:
        """Give the members of an RDF list; a broken list gives those before the break."""
        found: list[Term] = []
        seen: set[Term] = set()
        while head != RDF_NIL and head not in seen:
            seen.add(head)
            firsts, rests = self.objects(head, RDF_FIRST), self.objects(head, RDF_REST)
            if len(firsts) != 1 or len(rests) != 1:
                break
            found.append(firsts[0])
            head = rests[0]
        return found

    def owner(self, term: Term) -> tuple[NamedNode | None, NamedNode | None]:
        """Find the IRI in whose block a blank node stands, and the predicate that leads there."""
        predicate: NamedNode | None = None
        seen: set[Term] = set()
        while not isinstance(term, NamedNode):
            pointing = self.to(term)
            if term in seen or not pointing:
                return None, None
            seen.add(term)
            term, predicate = pointing[0].subject, pointing[0].predicate
        return term, predicate


class Facts(Lookup):
    """Hold statements without their graphs, each once, in the order they came."""

    def __init__(self, statements: Iterable[Statement]) -> None:
        """Index some statements."""
        self.statements = tuple(dict.fromkeys(statements))
        self._of_subject: dict[Term, list[Statement]] = defaultdict(list)
        self._of_predicate: dict[NamedNode, list[Statement]] = defaultdict(list)
        self._of_object: dict[Term, list[Statement]] = defaultdict(list)
        for statement in self.statements:
            self._of_subject[statement.subject].append(statement)
            self._of_predicate[statement.predicate].append(statement)
            self._of_object[statement.object].append(statement)

    def about(self, subject: Term) -> list[Statement]:
        """Give all statements of a subject."""
        return self._of_subject.get(subject, [])

    def to(self, object_: Term) -> list[Statement]:
        """Give all statements that point to a term."""
        return self._of_object.get(object_, [])

    def using(self, predicate: NamedNode) -> list[Statement]:
        """Give all statements of a predicate."""
        return self._of_predicate.get(predicate, [])

    def typed(self, datatype: NamedNode) -> list[Statement]:
        """Give all statements whose value has a datatype."""
        return [
            statement
            for statement in self.statements
            if isinstance(statement.object, Literal) and statement.object.datatype == datatype
        ]

    def has_subject(self, term: Term) -> bool:
        """Say whether anything is said about a term."""
        return term in self._of_subject


class StoredFacts(Lookup):
    """Look statements up in a store instead of holding them; numbers come in the store's form."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def about(self, subject: Term) -> list[Statement]:
        """Give all statements of a subject."""
        return [] if isinstance(subject, Literal) else self._found(subject, None, None)

    def to(self, object_: Term) -> list[Statement]:
        """Give all statements that point to a term."""
        return self._found(None, None, object_)

    def using(self, predicate: NamedNode) -> list[Statement]:
        """Give all statements of a predicate."""
        return self._found(None, predicate, None)

    def typed(self, datatype: NamedNode) -> list[Statement]:
        """Give all statements whose value has a datatype."""
        if datatype not in self._datatypes:
            return []
        text = f"SELECT ?s ?p ?o {{ ?s ?p ?o FILTER (DATATYPE(?o) = {datatype}) }}"
        return [Statement(row["s"], row["p"], row["o"]) for row in self._rows(text)]

    def objects(self, subject: Term, predicate: NamedNode) -> list[Term]:
        """Give the values of a predicate of a subject."""
        if isinstance(subject, Literal):
            return []
        return [statement.object for statement in self._found(subject, predicate, None)]

    def subjects(self, predicate: NamedNode, object_: Term) -> list[Node]:
        """Give what has a value of a predicate."""
        return [statement.subject for statement in self._found(None, predicate, object_)]

    def uses(self, iri: str) -> bool:
        """Say whether an IRI stands in any statement."""
        term = NamedNode(iri)
        found = self._store.quads_for_pattern
        places = (found(term, None, None), found(None, term, None), found(None, None, term))
        return any(next(quads, None) is not None for quads in places) or term in self._datatypes

    def is_typed(self, iri: str) -> bool:
        """Say whether an IRI has a type."""
        typed = self._store.quads_for_pattern(NamedNode(iri), RDF_TYPE, None)
        return next(typed, None) is not None

    @cached_property
    def _datatypes(self) -> set[NamedNode]:
        rows = self._rows("SELECT DISTINCT (DATATYPE(?o) AS ?datatype) { ?s ?p ?o }")
        return {row["datatype"] for row in rows if row["datatype"]}

    def _rows(self, text: str) -> QuerySolutions:
        found = self._store.query(text, use_default_graph_as_union=True)
        assert isinstance(found, QuerySolutions)
        return found

    def _found(
        self, subject: Node | None, predicate: NamedNode | None, object_: Term | None
    ) -> list[Statement]:
        quads = self._store.quads_for_pattern(subject, predicate, object_, None)
        return list(dict.fromkeys(found for q in quads if (found := statement_from_quad(q))))


def facts_from_quads(quads: Iterable[Quad]) -> Facts:
    """Index the triples of some quads; triples about triples are passed over, OWL has none."""
    found = (statement_from_quad(quad) for quad in quads)
    return Facts(statement for statement in found if statement is not None)


def statement_from_quad(quad: Quad) -> Statement | None:
    """Give the triple of a quad, or None where it is about another triple."""
    if isinstance(quad.subject, Triple) or isinstance(quad.object, Triple):
        return None
    return Statement(quad.subject, quad.predicate, quad.object)
