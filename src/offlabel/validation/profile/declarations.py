"""Every property, class and datatype in use is declared, once and as one kind of thing.

OWL 2 Structural Specification, sections 5.8.1 (typing constraints) and 2.4 (reserved vocabulary).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import RDF_TYPE, Facts, Term
from offlabel.reasoning.kinds import Kinds
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem

PROPERTY_KINDS = ("object property", "datatype property", "annotation property")

_CLASS_POSITIONS = [
    NamedNode(owl.RDFS + "subClassOf"),
    NamedNode(owl.RDFS + "domain"),
    *(
        NamedNode(owl.OWL + name)
        for name in ("equivalentClass", "disjointWith", "complementOf", "onClass")
    ),
]


def check_declarations(
    facts: Facts, kinds: Kinds, places: Places, known: Iterable[str] = ()
) -> Iterator[Problem]:
    """Find undeclared and doubly declared IRIs.

    `known` are IRIs that another check already reports as unknown; they are passed over.
    """
    skipped = set(known)
    yield from _undeclared_properties(facts, kinds, places, skipped)
    yield from _undeclared_classes(facts, kinds, places, skipped)
    yield from _punning(kinds, places)
    yield from _reserved(facts, places)


def _undeclared_properties(
    facts: Facts, kinds: Kinds, places: Places, skipped: set[str]
) -> Iterator[Problem]:
    for predicate in facts.predicates():
        if predicate.value in skipped or predicate.value.startswith(owl.RESERVED_NAMESPACES):
            continue
        if not kinds.of(predicate) & set(PROPERTY_KINDS):
            uses = facts.using(predicate)
            yield places.problem(
                "profile/undeclared-property",
                uses[0].subject,
                f"{places.name(predicate)} is used ({_times(len(uses))}) but not declared as a"
                " property",
                predicate=predicate,
                remedy="Declare it in ontology/ as an owl:ObjectProperty, owl:DatatypeProperty or"
                " owl:AnnotationProperty; terms of outside vocabularies too.",
            )


def _undeclared_classes(
    facts: Facts, kinds: Kinds, places: Places, skipped: set[str]
) -> Iterator[Problem]:
    seen: set[Term] = set()
    for predicate in (RDF_TYPE, *_CLASS_POSITIONS):
        for triple in facts.using(predicate):
            class_ = triple.object
            if not isinstance(class_, NamedNode) or class_ in seen or class_.value in skipped:
                continue
            seen.add(class_)
            if class_.value.startswith(owl.RESERVED_NAMESPACES) or kinds.is_a("class", class_):
                continue
            yield places.problem(
                "profile/undeclared-class",
                triple.subject,
                f"{places.name(class_)} is used as a class but not declared as one",
                predicate=predicate,
                remedy=f"Declare it in ontology/: {places.name(class_)} a owl:Class .",
            )


def _punning(kinds: Kinds, places: Places) -> Iterator[Problem]:
    for iri, found in kinds.declared.items():
        for clash in (found & set(PROPERTY_KINDS), found & {"class", "datatype"}):
            if len(clash) > 1:
                yield places.problem(
                    "profile/two-kinds",
                    NamedNode(iri),
                    f"it is declared as {' and as '.join(sorted(clash))}; OWL 2 DL allows one",
                    remedy="Keep the declaration that fits its use and delete the other.",
                )


def _reserved(facts: Facts, places: Places) -> Iterator[Problem]:
    seen: set[NamedNode] = set()
    for triple in facts.statements:
        datatype = triple.object.datatype if isinstance(triple.object, Literal) else None
        for term in (triple.subject, triple.predicate, triple.object, datatype):
            if not isinstance(term, NamedNode) or term in seen:
                continue
            if not term.value.startswith(owl.RESERVED_NAMESPACES):
                continue
            seen.add(term)
            namespace_itself = term.value + "#" in owl.RESERVED_NAMESPACES
            if term.value not in owl.RESERVED_TERMS and not namespace_itself:
                yield places.problem(
                    "profile/reserved-vocabulary",
                    triple.subject,
                    f"{places.name(term)} is no term that OWL 2 DL knows",
                    predicate=triple.predicate,
                    remedy="Correct the name, or use a term outside the namespaces of RDF, RDFS,"
                    " OWL and XSD.",
                )


def _times(count: int) -> str:
    return "once" if count == 1 else f"{count} times"
