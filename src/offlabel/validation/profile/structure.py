"""Class expressions, lists and hierarchies are well formed.

OWL 2 Mapping to RDF Graphs, section 3.2, and OWL 2 Structural Specification, section 8. That no
class is its own superclass is our own rule: such classes are equivalent, and nobody means that.
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, Literal, NamedNode

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import RDF_FIRST, RDF_NIL, RDF_REST, Lookup, Term
from offlabel.reasoning.kinds import Kinds
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem


def _owl(*names: str) -> tuple[NamedNode, ...]:
    return tuple(NamedNode(owl.OWL + name) for name in names)


(_ON_PROPERTY, _RESTRICTION) = _owl("onProperty", "Restriction")
_FILLERS = _owl(
    "someValuesFrom",
    "allValuesFrom",
    "hasValue",
    "hasSelf",
    "cardinality",
    "minCardinality",
    "maxCardinality",
    "qualifiedCardinality",
    "minQualifiedCardinality",
    "maxQualifiedCardinality",
)
_HAS_VALUE = _FILLERS[2]
_CARDINALITIES = _FILLERS[4:]
_LISTS = {
    predicate: least
    for least, predicates in (
        (1, _owl("oneOf", "withRestrictions", "onProperties", "hasKey")),
        (
            2,
            _owl(
                "intersectionOf",
                "unionOf",
                "members",
                "distinctMembers",
                "propertyChainAxiom",
                "disjointUnionOf",
            ),
        ),
    )
    for predicate in predicates
}


def check_structure(facts: Lookup, kinds: Kinds, places: Places) -> Iterator[Problem]:
    """Find broken lists and restrictions, shared class expressions and cycles."""
    yield from _lists(facts, places)
    yield from _restrictions(facts, kinds, places)
    yield from _shared_expressions(facts, places)
    for predicate in (
        NamedNode(owl.RDFS + "subClassOf"),
        NamedNode(owl.RDFS + "subPropertyOf"),
    ):
        yield from _cycles(facts, places, predicate)


def _lists(facts: Lookup, places: Places) -> Iterator[Problem]:
    nodes = {
        triple.subject for predicate in (RDF_FIRST, RDF_REST) for triple in facts.using(predicate)
    }
    broken = {
        node
        for node in nodes
        if len(facts.objects(node, RDF_FIRST)) != 1 or len(facts.objects(node, RDF_REST)) != 1
    }
    for node in broken:
        yield places.problem(
            "profile/list",
            node,
            "a list is broken: each of its nodes needs one rdf:first and one rdf:rest",
            remedy="Write lists with round brackets.",
        )
    for predicate, least in _LISTS.items():
        for triple in facts.using(predicate):
            if triple.object in broken:
                continue
            if triple.object != RDF_NIL and not facts.has_subject(triple.object):
                message = f"the value of {places.name(predicate)} is no list"
            elif len(facts.members(triple.object)) < least:
                message = f"the list of {places.name(predicate)} needs at least {least} members"
            else:
                continue
            yield places.problem(
                "profile/list",
                triple.subject,
                message,
                predicate=predicate,
                remedy="Write its members in round brackets.",
            )


def _restrictions(facts: Lookup, kinds: Kinds, places: Places) -> Iterator[Problem]:
    for node in facts.instances(_RESTRICTION):
        properties = facts.objects(node, _ON_PROPERTY)
        fillers = [triple for triple in facts.about(node) if triple.predicate in _FILLERS]
        if len(properties) != 1 or len(fillers) != 1:
            yield places.problem(
                "profile/restriction",
                node,
                "a restriction needs one owl:onProperty and one condition, for example"
                f" owl:someValuesFrom; it has {len(properties)} and {len(fillers)}",
                remedy="Write one restriction for each condition.",
            )
            continue
        property_, filler = properties[0], fillers[0]
        message = _mismatch(facts, kinds, places, property_, filler.predicate, filler.object)
        if message:
            yield places.problem(
                "profile/restriction",
                node,
                message,
                remedy="Make property and condition fit each other.",
            )


def _mismatch(
    facts: Lookup,
    kinds: Kinds,
    places: Places,
    property_: Term,
    condition: NamedNode,
    value: Term,
) -> str:
    declared = kinds.of(property_)
    if isinstance(property_, NamedNode) and not declared & {"object property", "datatype property"}:
        return f"{places.name(property_)} is restricted but is no object or datatype property"
    if condition in _CARDINALITIES:
        whole = isinstance(value, Literal) and value.value.isdecimal()
        return "" if whole else f"{places.name(value)} is no cardinality"
    is_datatype = kinds.is_a("datatype", value) or _is_data_range(facts, value)
    is_class = kinds.is_a("class", value) or (isinstance(value, BlankNode) and not is_datatype)
    if condition == _HAS_VALUE:
        is_datatype, is_class = isinstance(value, Literal), not isinstance(value, Literal)
    if "datatype property" in declared and is_class and not is_datatype:
        return f"{places.name(property_)} takes values, {places.name(value)} is none"
    if "object property" in declared and is_datatype and not is_class:
        return f"{places.name(property_)} leads to things, {places.name(value)} is none"
    return ""


def _is_data_range(facts: Lookup, node: Term) -> bool:
    types = facts.objects(node, NamedNode(owl.RDF + "type"))
    return NamedNode(owl.RDFS + "Datatype") in types


def _shared_expressions(facts: Lookup, places: Places) -> Iterator[Problem]:
    expressions = {
        node
        for type_ in (owl.OWL + "Class", owl.OWL + "Restriction", owl.RDFS + "Datatype")
        for node in facts.instances(NamedNode(type_))
        if isinstance(node, BlankNode)
    }
    for node in expressions:
        if len(facts.to(node)) > 1:
            yield places.problem(
                "profile/shared-expression",
                node,
                "an unnamed class expression is used in two places",
                remedy="Write it out twice, or give it a name.",
            )


def _cycles(facts: Lookup, places: Places, predicate: NamedNode) -> Iterator[Problem]:
    done: set[Term] = set()
    for start in [triple.subject for triple in facts.using(predicate)]:
        trail: list[Term] = []
        pending: list[tuple[Term, int]] = [(start, 0)]
        while pending:
            term, depth = pending.pop()
            trail = trail[:depth]
            if term in trail:
                cycle = trail[trail.index(term) :]
                yield places.problem(
                    "profile/cycle",
                    term,
                    f"{places.name(predicate)} leads back to itself by way of"
                    f" {', '.join(places.name(step) for step in cycle)}",
                    predicate=predicate,
                    remedy="Delete one of these statements; use owl:equivalentClass or"
                    " owl:equivalentProperty where two terms mean the same.",
                )
                continue
            if term in done:
                continue
            done.add(term)
            trail.append(term)
            pending.extend((upper, depth + 1) for upper in facts.objects(term, predicate))
