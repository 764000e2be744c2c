"""The OWL definition of a kind of regimen as limits of dose, and back from them.

A definition says no more than drug, route and limits. One that says anything else has no place in
the tables, and is told as lost.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    DefaultGraph,
    Literal,
    NamedNode,
    Quad,
    Triple,
)

from offlabel.exports.ledger import Ledger, Value
from offlabel.terms import OL, OWL, RDF, RDFS, XSD

Limits = Mapping[tuple[str, str], str]  # the property and the facet: the value
_DOSES = (f"{OL}lowestDailyDose", f"{OL}highestDailyDose")
_FACETS = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")
_TERMS = (f"{OL}ofDrug", f"{OL}byRoute")
_EQUIVALENT, _TYPE = NamedNode(f"{OWL}equivalentClass"), NamedNode(f"{RDF}type")


def limits_of(ledger: Ledger, thing: NamedNode) -> Limits:
    """Return the limits of a kind of regimen, and mark its definition where nothing else is in it.

    Without such a definition there are none.
    """
    found = tuple(_reached(ledger, thing))
    limits = {
        (dose, facet): triple.object.value
        for dose, part in _restricted(found)
        for triple in _below(found, part)
        for facet in _FACETS
        if triple.predicate.value == XSD + facet and isinstance(triple.object, Literal)
    }
    terms = [ledger.peek(thing, NamedNode(name)) for name in _TERMS]
    named = [value[0] for value in terms if len(value) == 1 and isinstance(value[0], NamedNode)]
    if len(named) != len(_TERMS):
        return {}
    drug, route = named
    if _canonical(definition(thing, drug, route, limits)) != _canonical(found):
        return {}
    ledger.hold(found)
    return limits


def definition(thing: NamedNode, drug: NamedNode, route: NamedNode, limits: Limits) -> list[Triple]:
    """Return the statements of the definition that drug, route and limits make."""
    whole = BlankNode()
    triples = [Triple(thing, _EQUIVALENT, whole), Triple(whole, _TYPE, _owl("Class"))]
    parts: list[NamedNode | BlankNode] = [NamedNode(f"{OL}Regimen")]
    for name, value in zip(_TERMS, (drug, route), strict=True):
        parts.append(_restriction(triples, name, "hasValue", value))
    for dose in _DOSES:
        for facet in _FACETS:
            if (dose, facet) in limits:
                limit = Literal(limits[dose, facet], datatype=NamedNode(f"{XSD}decimal"))
                numbers, bound = BlankNode(), BlankNode()
                parts.append(_restriction(triples, dose, "someValuesFrom", numbers))
                triples += [
                    Triple(numbers, _TYPE, NamedNode(f"{RDFS}Datatype")),
                    Triple(numbers, _owl("onDatatype"), NamedNode(f"{XSD}decimal")),
                    Triple(numbers, _owl("withRestrictions"), _list(triples, [bound])),
                    Triple(bound, NamedNode(XSD + facet), limit),
                ]
    triples.append(Triple(whole, _owl("intersectionOf"), _list(triples, parts)))
    return triples


def _owl(name: str) -> NamedNode:
    return NamedNode(OWL + name)


def _restriction(
    triples: list[Triple], name: str, how: str, value: NamedNode | BlankNode
) -> BlankNode:
    part = BlankNode()
    triples += [
        Triple(part, _TYPE, _owl("Restriction")),
        Triple(part, _owl("onProperty"), NamedNode(name)),
        Triple(part, _owl(how), value),
    ]
    return part


def _list(triples: list[Triple], values: list[NamedNode | BlankNode]) -> NamedNode | BlankNode:
    rest: NamedNode | BlankNode = NamedNode(f"{RDF}nil")
    for value in reversed(values):
        cell = BlankNode()
        triples += [
            Triple(cell, NamedNode(f"{RDF}first"), value),
            Triple(cell, NamedNode(f"{RDF}rest"), rest),
        ]
        rest = cell
    return rest


def _reached(ledger: Ledger, thing: NamedNode) -> Iterator[Triple]:
    """Give the statements of a definition: all that its blank nodes lead to."""
    for whole in ledger.peek(thing, _EQUIVALENT):
        yield Triple(thing, _EQUIVALENT, whole)
        yield from _of(ledger, whole, set())


def _of(ledger: Ledger, node: Value, seen: set[Value]) -> Iterator[Triple]:
    if not isinstance(node, BlankNode) or node in seen:
        return
    seen.add(node)
    for predicate in ledger.predicates(node):
        for value in ledger.peek(node, predicate):
            yield Triple(node, predicate, value)
            yield from _of(ledger, value, seen)


def _restricted(found: tuple[Triple, ...]) -> Iterator[tuple[str, object]]:
    for triple in found:
        if triple.predicate == _owl("onProperty") and isinstance(triple.object, NamedNode):
            yield triple.object.value, triple.subject


def _below(found: tuple[Triple, ...], start: object) -> Iterator[Triple]:
    """Give the statements that a node leads to."""
    for triple in found:
        if triple.subject == start:
            yield triple
            if isinstance(triple.object, BlankNode):
                yield from _below(found, triple.object)


def _canonical(triples: list[Triple] | tuple[Triple, ...]) -> set[Quad]:
    graph = DefaultGraph()
    found = Dataset(Quad(t.subject, t.predicate, t.object, graph) for t in triples)
    found.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
    return set(found)
