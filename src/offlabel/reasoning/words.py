"""Statements of OWL as English sentences, for people who do not read OWL."""

from __future__ import annotations

from collections.abc import Callable, Collection

from pyoxigraph import BlankNode, Literal, NamedNode

from offlabel.reasoning import vocabulary as owl
from offlabel.reasoning.axioms import Axiom
from offlabel.reasoning.facts import RDF_TYPE, Facts, Term

_CHARACTERISTICS = {
    "FunctionalProperty": "nothing has two different values of {0}",
    "InverseFunctionalProperty": "no two different things have the same value of {0}",
    "TransitiveProperty": "{0} carries on: what holds step by step holds from first to last",
    "SymmetricProperty": "{0} holds both ways",
    "AsymmetricProperty": "{0} never holds both ways",
    "ReflexiveProperty": "everything has {0} with itself",
    "IrreflexiveProperty": "nothing has {0} with itself",
}
_PAIRS = {
    owl.RDFS + "subClassOf": "every {0} is {1}",
    owl.RDFS + "subPropertyOf": "whatever has {0} has {1} too, with the same value",
    owl.RDFS + "domain": "whatever has {0} is {1}",
    owl.RDFS + "range": "every value of {0} is {1}",
    owl.OWL + "equivalentClass": "{0} means the same as {1}",
    owl.OWL + "disjointWith": "nothing is both {0} and {1}",
    owl.OWL + "inverseOf": "{0} is {1} read backwards",
    owl.OWL + "equivalentProperty": "{0} means the same as {1}",
    owl.OWL + "propertyDisjointWith": "{0} and {1} never share a value",
    owl.OWL + "sameAs": "{0} and {1} are one and the same",
    owl.OWL + "differentFrom": "{0} and {1} are two different things",
}
_FACETS = {
    "minInclusive": "at least",
    "maxInclusive": "at most",
    "minExclusive": "more than",
    "maxExclusive": "less than",
}
_COUNTS = {"min": "at least", "max": "at most", "": "exactly"}


class Sentences:
    """Say statements in words, naming terms as reports do."""

    def __init__(self, axioms: Collection[Axiom], name: Callable[[Term], str]) -> None:
        """Take the statements that will be said together; long lists are cut to what they share."""
        self._facts = Facts(triple for axiom in axioms for triple in axiom.triples)
        self._name = name
        self._axioms = axioms

    def sentence(self, axiom: Axiom) -> str:
        """Say one statement in words, without a full stop."""
        head = axiom.head
        predicate = head.predicate.value
        if head.predicate == RDF_TYPE:
            return self._typing(axiom)
        if predicate == owl.OWL + "propertyChainAxiom":
            steps = ", then ".join(self._phrase(step) for step in self._facts.members(head.object))
            return f"{steps} make up {self._phrase(head.subject)}"
        if predicate in _PAIRS:
            return _PAIRS[predicate].format(self._phrase(head.subject), self._phrase(head.object))
        return (
            f"{self._phrase(head.subject)} {self._name(head.predicate)} {self._phrase(head.object)}"
        )

    def _typing(self, axiom: Axiom) -> str:
        head = axiom.head
        name = head.object.value.removeprefix(owl.OWL)
        if name in _CHARACTERISTICS:
            return _CHARACTERISTICS[name].format(self._phrase(head.subject))
        if name == "AllDisjointClasses":
            return f"nothing is two of these at once: {self._shared(axiom, 'members')}"
        if name == "AllDifferent":
            listed = self._shared(axiom, "distinctMembers") or self._shared(axiom, "members")
            return f"these are all different: {listed}"
        return f"{self._phrase(head.subject)} is a {self._phrase(head.object)}"

    def _shared(self, axiom: Axiom, predicate: str) -> str:
        """List the members that the other statements name; all of them where none does."""
        members = [
            member
            for head in self._facts.objects(axiom.head.subject, NamedNode(owl.OWL + predicate))
            for member in self._facts.members(head)
        ]
        elsewhere = {iri for other in self._axioms if other != axiom for iri in other.iris}
        named = [member for member in members if member in elsewhere] or members
        more = f" and {len(members) - len(named)} more" if len(named) < len(members) else ""
        return ", ".join(self._name(member) for member in named) + more

    def _phrase(self, term: Term) -> str:
        return self._expression(term) if isinstance(term, BlankNode) else self._name(term)

    def _expression(self, node: BlankNode) -> str:
        values = {
            triple.predicate.value.removeprefix(owl.OWL): triple.object
            for triple in self._facts.about(node)
        }
        for key, word in (("intersectionOf", " and "), ("unionOf", " or "), ("oneOf", " or ")):
            if key in values:
                parts = (self._phrase(member) for member in self._facts.members(values[key]))
                return f"({word.join(parts)})"
        for key in ("complementOf", "datatypeComplementOf"):
            if key in values:
                return f"not {self._phrase(values[key])}"
        if "onProperty" in values:
            return self._restriction(self._phrase(values["onProperty"]), values)
        if "withRestrictions" in values:
            return self._facets(values)
        return "something unnamed"

    def _restriction(self, property_: str, values: dict[str, Term]) -> str:
        forms: list[tuple[str, Callable[[str], str]]] = [
            ("hasValue", lambda value: f"a thing with {property_} {value}"),
            ("someValuesFrom", lambda value: f"a thing with {property_} some {value}"),
            ("allValuesFrom", lambda value: f"a thing with {property_} only {value}"),
            ("hasSelf", lambda value: f"a thing with {property_} itself"),
        ]
        for key, say in forms:
            if key in values:
                return say(self._phrase(values[key]))
        for bound, word in _COUNTS.items():
            for key in (f"{bound}Cardinality", f"{bound}QualifiedCardinality"):
                found = values.get(key[0].lower() + key[1:])
                if isinstance(found, Literal):
                    filler = values.get("onClass", values.get("onDataRange"))
                    of = f" that are {self._phrase(filler)}" if filler is not None else ""
                    return f"a thing with {word} {found.value} values of {property_}{of}"
        return f"a thing restricted on {property_}"

    def _facets(self, values: dict[str, Term]) -> str:
        bounds = [
            f"{_FACETS.get(facet, facet)} {triple.object.value}"
            for member in self._facts.members(values["withRestrictions"])
            for triple in self._facts.about(member)
            for facet in (triple.predicate.value.removeprefix(owl.XSD),)
            if isinstance(triple.object, Literal)
        ]
        return f"({self._phrase(values['onDatatype'])} of {' and '.join(bounds)})"
