"""Properties are used as declared, and literals are what their datatype says.

OWL 2 Structural Specification, sections 5.3-5.5 and 5.7.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from pyoxigraph import Literal, NamedNode

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.facts import RDF_TYPE, Lookup, Statement
from offlabel.reasoning.kinds import Kinds
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem
from offlabel.validation.profile.lexical import ill_typed

_FUNCTIONAL = NamedNode(owl.OWL + "FunctionalProperty")
_INVERSE = NamedNode(owl.OWL + "inverseOf")
_SUBPROPERTY = NamedNode(owl.RDFS + "subPropertyOf")
_EQUIVALENT = NamedNode(owl.OWL + "equivalentProperty")
_RANGE = NamedNode(owl.RDFS + "range")


def check_values(
    statements: Iterable[Statement], kinds: Kinds, places: Places
) -> Iterator[Problem]:
    """Find values of the wrong sort, and literals that are not what their datatype says."""
    statements = list(statements)
    literals = {one.object for one in statements if isinstance(one.object, Literal)}
    wrong = ill_typed(literals)
    for triple in statements:
        yield from _value(triple, kinds, places)
        if isinstance(triple.object, Literal):
            yield from _literal(triple, triple.object, kinds, places, wrong)


def takes(predicate: NamedNode, kinds: Kinds) -> str:
    """Say what a property leads to: "things", "values", or "" where it may be either."""
    declared = kinds.of(predicate)
    takes_things = "object property" in declared
    if takes_things == ("datatype property" in declared):
        return ""
    return "things" if takes_things else "values"


def check_characteristics(facts: Lookup, kinds: Kinds, places: Places) -> Iterator[Problem]:
    """Find wrong characteristics, mixed hierarchies and ranges of the wrong kind."""
    yield from _characteristics(facts, kinds, places)
    yield from _hierarchies(facts, kinds, places)
    yield from _ranges(facts, kinds, places)


def _value(triple: Statement, kinds: Kinds, places: Places) -> Iterator[Problem]:
    taken = takes(triple.predicate, kinds)
    if taken and isinstance(triple.object, Literal) != (taken == "values"):
        kind = "an object property" if taken == "things" else "a datatype property"
        wanted = "an IRI" if taken == "things" else "a literal"
        yield places.problem(
            "profile/wrong-value",
            triple.subject,
            f"{places.name(triple.predicate)} is {kind} but has the value"
            f" {places.name(triple.object)}",
            at=triple,
            remedy=f"Give {wanted}, or use another property.",
        )


def _literal(
    triple: Statement, literal: Literal, kinds: Kinds, places: Places, wrong: set[Literal]
) -> Iterator[Problem]:
    if literal.language:
        return
    if not kinds.is_a("datatype", literal.datatype):
        if not literal.datatype.value.startswith(owl.RESERVED_NAMESPACES):
            yield places.problem(
                "profile/undeclared-datatype",
                triple.subject,
                f"{places.name(literal.datatype)} is not declared as a datatype",
                at=triple,
                remedy="Use a datatype of XML Schema, or declare it as rdfs:Datatype.",
            )
    elif literal in wrong:
        yield places.problem(
            "profile/lexical-form",
            triple.subject,
            f"{places.name(literal)} is no {places.name(literal.datatype)}",
            at=triple,
            remedy="Correct the value or its datatype.",
        )


def _characteristics(facts: Lookup, kinds: Kinds, places: Places) -> Iterator[Problem]:
    for iri in sorted(owl.OBJECT_CHARACTERISTICS):
        for node in facts.instances(NamedNode(iri)):
            if not kinds.is_a("object property", node):
                yield places.problem(
                    "profile/characteristic",
                    node,
                    f"only an object property can be an {places.name(NamedNode(iri))}",
                    predicate=RDF_TYPE,
                    remedy="Delete that type, or declare the property as owl:ObjectProperty.",
                )
    for node in facts.instances(_FUNCTIONAL):
        if not kinds.of(node) & {"object property", "datatype property"}:
            yield places.problem(
                "profile/characteristic",
                node,
                "only an object or a datatype property can be functional",
                predicate=RDF_TYPE,
                remedy="Delete owl:FunctionalProperty, or declare what kind of property it is.",
            )


def _hierarchies(facts: Lookup, kinds: Kinds, places: Places) -> Iterator[Problem]:
    for predicate in (_SUBPROPERTY, _EQUIVALENT, _INVERSE):
        for triple in facts.using(predicate):
            if not isinstance(triple.subject, NamedNode):
                continue
            lower, upper = kinds.of(triple.subject), kinds.of(triple.object)
            if predicate == _INVERSE and "object property" not in lower:
                yield places.problem(
                    "profile/mixed-properties",
                    triple.subject,
                    "only an object property has an inverse",
                    predicate=predicate,
                    remedy="Delete owl:inverseOf.",
                )
            elif lower and upper and not lower & upper:
                yield places.problem(
                    "profile/mixed-properties",
                    triple.subject,
                    f"a {_one(lower)} cannot be related by {places.name(predicate)} to"
                    f" {places.name(triple.object)}, a {_one(upper)}",
                    predicate=predicate,
                    remedy="Relate properties of one kind only.",
                )


def _ranges(facts: Lookup, kinds: Kinds, places: Places) -> Iterator[Problem]:
    for triple in facts.using(_RANGE):
        declared, range_ = kinds.of(triple.subject), kinds.of(triple.object)
        for property_kind, wrong, wanted in (
            ("object property", "datatype", "a class"),
            ("datatype property", "class", "a datatype"),
        ):
            if property_kind in declared and wrong in range_:
                yield places.problem(
                    "profile/wrong-range",
                    triple.subject,
                    f"the range of a {property_kind} is {wanted};"
                    f" {places.name(triple.object)} is a {wrong}",
                    predicate=_RANGE,
                    remedy=f"Give {wanted} as range.",
                )


def _one(kinds: set[str]) -> str:
    return sorted(kinds)[0]
