"""What a reasoner needs of the graph: axioms and assertions, and nothing else.

Left out are annotations (labels, definitions, mappings), which have no meaning in OWL's direct
semantics, and `owl:imports`, because nothing is ever fetched. `xsd:date` and `xsd:gYear` are
outside the OWL 2 datatype map; each is replaced, in values and in ranges alike, by a datatype into
which it embeds one to one (midnight as `xsd:dateTime`, the year as `xsd:integer`), so that no
clash between dates is lost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, RdfFormat, Triple, serialize

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import RDF_TYPE, Facts, Node, Statement, Term, facts_from_quads
from offlabel.reasoning.kinds import Kinds

_NAMED_INDIVIDUAL = NamedNode(owl.OWL + "NamedIndividual")
_ONTOLOGY = NamedNode(owl.OWL + "Ontology")
_DECLARING = {NamedNode(iri) for iri in owl.DECLARATION_KINDS} | {_NAMED_INDIVIDUAL}
_NOT_LOGICAL = owl.ANNOTATION_PROPERTIES | {owl.OWL + "imports", owl.OWL + "versionIRI"}
_STAND_INS = {
    NamedNode(owl.XSD + "date"): NamedNode(owl.XSD + "dateTime"),
    NamedNode(owl.XSD + "gYear"): NamedNode(owl.XSD + "integer"),
    NamedNode(owl.RDF + "langString"): NamedNode(owl.RDF + "PlainLiteral"),
}
_DATE_LENGTH = len("2025-08-25")


@dataclass(frozen=True)
class Axiom:
    """Hold one statement: a triple with the blank nodes that hang from it."""

    triples: tuple[Statement, ...]

    @property
    def head(self) -> Statement:
        """Give the triple that the statement is about."""
        return self.triples[0]

    @cached_property
    def iris(self) -> frozenset[NamedNode]:
        """Give the names outside OWL's own vocabulary that occur in the statement."""
        terms = (part for triple in self.triples for part in triple)
        return frozenset(
            term
            for term in terms
            if isinstance(term, NamedNode) and not term.value.startswith(owl.RESERVED_NAMESPACES)
        )


@dataclass(frozen=True)
class Axioms:
    """Hold the declarations, which cannot clash, and the statements, which can."""

    declarations: tuple[Statement, ...]
    statements: tuple[Axiom, ...]

    def triples(self) -> Iterator[Statement]:
        """Give everything, declarations first."""
        yield from self.declarations
        for axiom in self.statements:
            yield from axiom.triples


def axioms_from_quads(quads: Iterable[Quad]) -> Axioms:
    """Pick what a reasoner needs from ontology and data."""
    return axioms_from_facts(facts_from_quads(quads))


def axioms_from_facts(facts: Facts) -> Axioms:
    """Pick the same from facts."""
    kinds = Kinds(facts)
    logical = [triple for triple in facts.statements if _is_logical(triple, kinds)]
    kept = Facts(logical)
    declarations = [triple for triple in logical if _is_declaration(triple)]
    declarations += [
        Statement(node, RDF_TYPE, _NAMED_INDIVIDUAL)
        for node in sorted(_individuals(kept, kinds), key=str)
    ]
    statements = [
        Axiom(tuple(_tree(kept, triple)))
        for triple in logical
        if not _is_declaration(triple) and _is_root(kept, triple)
    ]
    return Axioms(tuple(dict.fromkeys(declarations)), tuple(statements))


def write_ntriples(triples: Iterable[Statement]) -> bytes:
    """Write triples as N-Triples, with stand-ins for the datatypes that OWL 2 lacks."""
    written = serialize(
        (Triple(t.subject, t.predicate, stand_in(t.object)) for t in triples),
        format=RdfFormat.N_TRIPLES,
    )
    return written or b""


def _is_logical(triple: Statement, kinds: Kinds) -> bool:
    predicate = triple.predicate.value
    if predicate in _NOT_LOGICAL or triple.object == _ONTOLOGY:
        return False
    if predicate.startswith(owl.RESERVED_NAMESPACES):
        return True
    return bool(kinds.of(triple.predicate) & {"object property", "datatype property"})


def _is_declaration(triple: Statement) -> bool:
    named = isinstance(triple.subject, NamedNode)
    return named and triple.predicate == RDF_TYPE and triple.object in _DECLARING


def _is_root(kept: Facts, triple: Statement) -> bool:
    """Say whether a triple starts a statement: its subject is named, or hangs from nothing.

    Of an unnamed root such as `[] a owl:AllDifferent`, the type triple stands for all.
    """
    if isinstance(triple.subject, NamedNode):
        return True
    return not kept.to(triple.subject) and triple.predicate == RDF_TYPE


def _tree(kept: Facts, triple: Statement) -> Iterator[Statement]:
    yield triple
    done = {triple}
    pending: list[Term] = [triple.object]
    if isinstance(triple.subject, BlankNode):
        pending.append(triple.subject)
    while pending:
        node = pending.pop()
        if not isinstance(node, BlankNode):
            continue
        for below in kept.about(node):
            if below not in done:
                done.add(below)
                yield below
                pending.append(below.object)


def _individuals(kept: Facts, kinds: Kinds) -> set[Node]:
    found: set[Node] = set()
    for triple in kept.statements:
        if triple.predicate == RDF_TYPE:
            if not triple.object.value.startswith(owl.RESERVED_NAMESPACES):
                found.add(triple.subject)
        elif kinds.of(triple.predicate) & {"object property", "datatype property"}:
            found.add(triple.subject)
            if not isinstance(triple.object, Literal):
                found.add(triple.object)
    return {node for node in found if isinstance(node, NamedNode)}


def stand_in(term: Term) -> Term:
    """Give what the reasoner gets in place of a datatype that OWL 2 lacks, or of a value of it."""
    if isinstance(term, NamedNode):
        return _STAND_INS.get(term, term)
    if not isinstance(term, Literal) or term.language or term.datatype not in _STAND_INS:
        return term
    value = term.value
    if term.datatype.value == owl.XSD + "date":
        value = f"{value[:_DATE_LENGTH]}T00:00:00{value[_DATE_LENGTH:]}"
    return Literal(value, datatype=_STAND_INS[term.datatype])
