"""Object properties keep to the global restrictions that make OWL 2 DL decidable.

OWL 2 Structural Specification, section 11.2: only simple properties where counting is done, and a
regular hierarchy of property chains.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from pyoxigraph import NamedNode

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import Lookup, Term
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem


def _owl(name: str) -> NamedNode:
    return NamedNode(owl.OWL + name)


_CHAIN = _owl("propertyChainAxiom")
_INVERSE = _owl("inverseOf")
_SUBPROPERTY = NamedNode(owl.RDFS + "subPropertyOf")
_EQUIVALENT = _owl("equivalentProperty")
_ON_PROPERTY = _owl("onProperty")
_SIMPLE_ONLY = (
    "FunctionalProperty",
    "InverseFunctionalProperty",
    "IrreflexiveProperty",
    "AsymmetricProperty",
)
_COUNTING = (
    "cardinality",
    "minCardinality",
    "maxCardinality",
    "qualifiedCardinality",
    "minQualifiedCardinality",
    "maxQualifiedCardinality",
    "hasSelf",
)
_REMEDY = (
    "Drop the characteristic or the condition, or make it a SHACL rule; OWL 2 DL cannot count"
    " along transitive properties and chains."
)


def check_roles(facts: Lookup, places: Places) -> Iterator[Problem]:
    """Find non-simple properties where simple ones are required, and irregular chains."""
    above = _hierarchy(facts)
    composite: set[Term] = {triple.subject for triple in facts.using(_CHAIN)}
    composite.update(facts.instances(_owl("TransitiveProperty")))
    not_simple = _closure(composite, above)
    yield from _counted(facts, places, not_simple)
    yield from _irregular(facts, places, above)


def _hierarchy(facts: Lookup) -> dict[Term, set[Term]]:
    """Map each property to those directly above it; inverses count as one property here."""
    above: dict[Term, set[Term]] = defaultdict(set)
    for triple in facts.using(_SUBPROPERTY):
        above[triple.subject].add(triple.object)
    for predicate in (_EQUIVALENT, _INVERSE):
        for triple in facts.using(predicate):
            above[triple.subject].add(triple.object)
            above[triple.object].add(triple.subject)
    return above


def _closure(start: set[Term], above: dict[Term, set[Term]]) -> set[Term]:
    reached: set[Term] = set()
    pending = list(start)
    while pending:
        term = pending.pop()
        if term not in reached:
            reached.add(term)
            pending.extend(above.get(term, ()))
    return reached


def _counted(facts: Lookup, places: Places, not_simple: set[Term]) -> Iterator[Problem]:
    for name in _SIMPLE_ONLY:
        for node in facts.instances(_owl(name)):
            if node in not_simple:
                yield places.problem(
                    "profile/non-simple-property",
                    node,
                    f"it is declared {places.name(_owl(name))} but not simple: it is transitive,"
                    " made by a chain, or above such a property",
                    remedy=_REMEDY,
                )
    for name in _COUNTING:
        for triple in facts.using(_owl(name)):
            for property_ in facts.objects(triple.subject, _ON_PROPERTY):
                if property_ in not_simple:
                    yield places.problem(
                        "profile/non-simple-property",
                        triple.subject,
                        f"{places.name(_owl(name))} is used on {places.name(property_)}, which is"
                        " not simple: it is transitive, made by a chain, or above such a property",
                        remedy=_REMEDY,
                    )
    disjoint = [
        (triple.subject, member)
        for triple in facts.using(_owl("propertyDisjointWith"))
        for member in (triple.subject, triple.object)
    ] + [
        (node, member)
        for node in facts.instances(_owl("AllDisjointProperties"))
        for head in facts.objects(node, _owl("members"))
        for member in facts.members(head)
    ]
    for node, member in disjoint:
        if member in not_simple:
            yield places.problem(
                "profile/non-simple-property",
                node,
                f"{places.name(member)} is declared disjoint with another but is not simple",
                remedy=_REMEDY,
            )


def _irregular(facts: Lookup, places: Places, above: dict[Term, set[Term]]) -> Iterator[Problem]:
    before = {term: set(uppers) for term, uppers in above.items()}
    strict: list[tuple[Term, Term]] = []
    for triple in facts.using(_CHAIN):
        super_: Term = triple.subject
        chain = facts.members(triple.object)
        if chain == [super_, super_]:
            continue
        inner = chain[1:] if chain[:1] == [super_] else chain
        inner = inner[:-1] if len(inner) == len(chain) and chain[-1:] == [super_] else inner
        for step in inner:
            strict.append((step, super_))
            before.setdefault(step, set()).add(super_)
    reported: set[Term] = set()
    for step, chained in strict:
        beyond = _closure({chained}, before)
        if chained not in reported and step in beyond:
            reported |= {term for term in beyond if chained in _closure({term}, before)}
            yield places.problem(
                "profile/irregular-chain",
                chained,
                f"its chain goes through {places.name(step)}, which itself rests on"
                f" {places.name(chained)}; OWL 2 DL needs an order among chained properties",
                predicate=_CHAIN,
                remedy="Break the loop: take one of the properties out of the chain.",
            )
