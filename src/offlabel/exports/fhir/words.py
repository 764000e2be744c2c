"""What all resources share: ids, references within the bundle, and reading that marks what is held.

A statement is marked where it is written so that a reader of the bundle has it back.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from pyoxigraph import Literal, NamedNode

from offlabel.exports.fhir.codes import GRADE, coding
from offlabel.exports.ledger import Ledger, Subject, Value
from offlabel.terms import BASE, OL, RDF, RDFS, SKOS, XSD, prefixes

Resource = dict[str, Any]
LONGEST_ID = 64
LABEL, TYPE = NamedNode(f"{RDFS}label"), NamedNode(f"{RDF}type")
_EXACT = NamedNode(f"{SKOS}exactMatch")
_NOTATION, _SCHEME = NamedNode(f"{SKOS}notation"), NamedNode(f"{SKOS}inScheme")
_GRADE_SCHEME = f"{BASE}scheme/grade-certainty"


def ol(name: str) -> NamedNode:
    """Return a term of the ontology."""
    return NamedNode(OL + name)


@dataclass(frozen=True)
class Graph:
    """The statements of a selection, and what of it becomes a resource that others refer to."""

    ledger: Ledger
    variables: frozenset[Value]
    sources: frozenset[Value]

    def kinds(self, thing: Subject, wanted: Iterable[str]) -> list[dict[str, str]]:
        """Return the classes of a thing, of those wanted, as tags; marks them."""
        found = []
        for name in wanted:
            if thing in self.ledger.peek_kind(ol(name)):
                self.ledger.hold_value(thing, TYPE, ol(name))
                found.append(coding(OL + name))
        return found

    def first(
        self, thing: Value, predicate: NamedNode, fits: Callable[[Value], bool]
    ) -> Value | None:
        """Return the first value that fits, and mark it."""
        for value in self.ledger.peek(thing, predicate):
            if fits(value) and isinstance(thing, Subject):
                self.ledger.hold_value(thing, predicate, value)
                return value
        return None

    def link(self, thing: Value, name: str) -> NamedNode | None:
        """Return the first thing that a property names, and mark it."""
        found = self.first(thing, ol(name), lambda value: isinstance(value, NamedNode))
        return found if isinstance(found, NamedNode) else None

    def near(self, thing: Value | None, name: str) -> NamedNode | None:
        """Return the first thing that a property names, and mark nothing."""
        values = self.ledger.peek(thing, ol(name)) if thing is not None else ()
        return next((value for value in values if isinstance(value, NamedNode)), None)

    def text(self, thing: Value, name: str) -> str | None:
        """Return the first string of a property, and mark it."""
        found = self.first(thing, ol(name), lambda value: _is(value, "string"))
        return None if found is None else found.value

    def english(self, thing: Value, predicate: NamedNode = LABEL) -> str | None:
        """Return the first text of a property, by default the label; marked where in English."""
        found = self.first(thing, predicate, lambda value: getattr(value, "language", "") == "en")
        if found is not None:
            return found.value
        return next((value.value for value in self.ledger.peek(thing, predicate)), None)

    def integer(self, thing: Value, name: str) -> int | None:
        """Return the first whole number of a property, and mark it."""
        found = self.first(thing, ol(name), lambda value: _is(value, "integer"))
        return None if found is None else int(found.value)

    def decimal(self, thing: Value, name: str) -> float | None:
        """Return the first decimal of a property as JSON has it, and mark it."""
        found = self.first(thing, ol(name), lambda value: _is(value, "decimal"))
        return None if found is None else number(found.value)

    def concept(self, thing: Value) -> Resource:
        """Return a thing as a coded concept: its own code, and those that it maps to exactly."""
        label = self.english(thing) or ""
        codings = [coding(thing.value, label)]
        for found in self.ledger.peek(thing, _EXACT):
            if isinstance(found, NamedNode) and isinstance(thing, Subject):
                self.ledger.hold_value(thing, _EXACT, found)
                codings.append(coding(found.value, self._outside(found)))
        return {"coding": codings, "text": label} if label else {"coding": codings}

    def _outside(self, thing: NamedNode) -> str:
        """Return the label of a term of others as the mappings have it, and mark it."""
        found = self.first(thing, LABEL, lambda value: _is(value, "string"))
        labels = (found,) if found is not None else self.ledger.peek(thing, LABEL)
        return next((label.value for label in labels), "")

    def grade(self, found: Value) -> Resource:
        """Return a grade as a code of its own scheme; only GRADE's levels are FHIR's as well."""
        scheme = self.ledger.peek(found, _SCHEME)
        notation = next((value.value for value in self.ledger.peek(found, _NOTATION)), None)
        label = self.english(found)
        own = coding(found.value, label or "")
        codings = [own]
        if scheme and notation is not None:
            codings.insert(0, {"system": scheme[0].value, "code": notation})
            if scheme[0].value == _GRADE_SCHEME and notation in GRADE:
                codings += GRADE[notation]["coding"]
            for predicate, value in ((_SCHEME, scheme[0]), (_NOTATION, Literal(notation))):
                self.first(found, predicate, lambda other, value=value: other == value)  # type: ignore[misc]
        return {"coding": codings, "text": label or notation or found.value}


def _is(value: object, datatype: str) -> bool:
    return isinstance(value, Literal) and value.datatype.value == XSD + datatype


def number(text: str) -> float:
    """Return a decimal as a number of JSON, whole where it is."""
    value = Decimal(text)
    return int(value) if value == value.to_integral_value() else float(value)


def id_of(iri: str) -> str:
    """Return an id that FHIR allows: the CURIE with a hyphen, shortened by a checksum."""
    name = re.sub(r"[^A-Za-z0-9.-]", "-", prefixes().compress(iri))
    if len(name) <= LONGEST_ID:
        return name
    return f"{name[: LONGEST_ID - 9]}-{hashlib.sha256(iri.encode()).hexdigest()[:8]}"


def resource(kind: str, iri: str, tags: list[dict[str, str]], **fields: Any) -> Resource:
    """Return a resource with the id, the identifier and the classes of a thing.

    Empty fields are left out.
    """
    found = {
        "resourceType": kind,
        "id": id_of(iri),
        "meta": {"tag": tags} if tags else None,
        "language": "en",
        "identifier": [identifier(iri), *fields.pop("identifiers", [])],
        **fields,
    }
    return filled(found)


def filled(fields: Resource) -> Resource:
    """Return the fields that are not empty."""
    return {name: value for name, value in fields.items() if value not in (None, [], {}, "")}


def identifier(iri: str, of_what: str = "") -> Resource:
    """Return an IRI as an identifier; `of_what` where it is not that of the thing itself."""
    found: Resource = {"system": "urn:ietf:rfc:3986", "value": iri}
    return {**found, "type": {"text": of_what}} if of_what else found


def reference(kind: str, iri: str, label: str = "") -> dict[str, str]:
    """Return a reference to another resource of the bundle."""
    found = {"reference": f"{kind}/{id_of(iri)}"}
    return {**found, "display": label} if label else found
