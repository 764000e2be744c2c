"""Every property, class and datatype in use is declared, once and as one kind of thing.

OWL 2 Structural Specification, sections 5.8.1 (typing constraints) and 2.4 (reserved vocabulary).
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import RDF_TYPE, Statement
from offlabel.reasoning.kinds import Kinds
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem

PROPERTY_KINDS = ("object property", "datatype property", "annotation property")

CLASS_POSITIONS = {
    RDF_TYPE,
    NamedNode(owl.RDFS + "subClassOf"),
    NamedNode(owl.RDFS + "domain"),
    *(
        NamedNode(owl.OWL + name)
        for name in ("equivalentClass", "disjointWith", "complementOf", "onClass")
    ),
}


def check_declared(
    statements: Iterable[Statement], kinds: Kinds, places: Places, known: Collection[str] = ()
) -> Iterator[Problem]:
    """Find statements that use an undeclared property or class, or a reserved name that is none.

    `known` are IRIs that another check already reports as unknown; they are passed over.
    """
    for triple in statements:
        yield from _undeclared_property(triple, kinds, places, known)
        yield from _undeclared_class(triple, kinds, places, known)
        yield from _reserved(triple, places)


def is_declared_property(iri: NamedNode, kinds: Kinds) -> bool:
    """Say whether an IRI may stand as a predicate; another check looks at reserved ones."""
    is_reserved = iri.value.startswith(owl.RESERVED_NAMESPACES)
    return is_reserved or bool(kinds.of(iri) & set(PROPERTY_KINDS))


def is_declared_class(iri: NamedNode, kinds: Kinds) -> bool:
    """Say whether an IRI may stand as a class; another check looks at reserved ones."""
    return iri.value.startswith(owl.RESERVED_NAMESPACES) or kinds.is_a("class", iri)


def is_misspelt(iri: str) -> bool:
    """Say whether an IRI lies in a namespace of OWL's without being a term of it."""
    if not iri.startswith(owl.RESERVED_NAMESPACES) or iri in owl.RESERVED_TERMS:
        return False
    return iri + "#" not in owl.RESERVED_NAMESPACES


def _undeclared_property(
    triple: Statement, kinds: Kinds, places: Places, known: Collection[str]
) -> Iterator[Problem]:
    predicate = triple.predicate
    if predicate.value not in known and not is_declared_property(predicate, kinds):
        yield places.problem(
            "profile/undeclared-property",
            triple.subject,
            f"{places.name(predicate)} is used but not declared as a property",
            at=triple,
            remedy="Declare it in ontology/ as an owl:ObjectProperty, owl:DatatypeProperty or"
            " owl:AnnotationProperty; terms of outside vocabularies too.",
        )


def _undeclared_class(
    triple: Statement, kinds: Kinds, places: Places, known: Collection[str]
) -> Iterator[Problem]:
    class_ = triple.object
    if triple.predicate not in CLASS_POSITIONS or not isinstance(class_, NamedNode):
        return
    if class_.value not in known and not is_declared_class(class_, kinds):
        yield places.problem(
            "profile/undeclared-class",
            triple.subject,
            f"{places.name(class_)} is used as a class but not declared as one",
            at=triple,
            remedy=f"Declare it in ontology/: {places.name(class_)} a owl:Class .",
        )


def _reserved(triple: Statement, places: Places) -> Iterator[Problem]:
    datatype = triple.object.datatype if isinstance(triple.object, Literal) else None
    for term in dict.fromkeys((*triple, datatype)):
        if isinstance(term, NamedNode) and is_misspelt(term.value):
            yield places.problem(
                "profile/reserved-vocabulary",
                triple.subject,
                f"{places.name(term)} is no term that OWL 2 DL knows",
                at=triple,
                remedy="Correct the name, or use a term outside the namespaces of RDF, RDFS,"
                " OWL and XSD.",
            )


def check_punning(kinds: Kinds, places: Places) -> Iterator[Problem]:
    """Find IRIs that are declared as two kinds of thing."""
    for iri, found in kinds.declared.items():
        for clash in (found & set(PROPERTY_KINDS), found & {"class", "datatype"}):
            if len(clash) > 1:
                yield places.problem(
                    "profile/two-kinds",
                    NamedNode(iri),
                    f"it is declared as {' and as '.join(sorted(clash))}; OWL 2 DL allows one",
                    remedy="Keep the declaration that fits its use and delete the other.",
                )
