"""What all resources share: ids, codes with their systems, references within the bundle."""

from __future__ import annotations

import hashlib
import re
from typing import Any

from pyoxigraph import NamedNode

from offlabel.exports.ledger import Ledger, Value
from offlabel.terms import OL, SKOS, prefixes

Resource = dict[str, Any]
LONGEST_ID = 64
_MATCHES = (NamedNode(f"{SKOS}exactMatch"),)
_NOTATION = NamedNode(f"{SKOS}notation")
_SCHEME = NamedNode(f"{SKOS}inScheme")


def id_of(iri: str) -> str:
    """Return an id that FHIR allows: the CURIE with a hyphen, shortened by a checksum."""
    name = re.sub(r"[^A-Za-z0-9.-]", "-", prefixes().compress(iri))
    if len(name) <= LONGEST_ID:
        return name
    return f"{name[: LONGEST_ID - 9]}-{hashlib.sha256(iri.encode()).hexdigest()[:8]}"


def resource(kind: str, iri: str, **fields: Any) -> Resource:
    """Return a resource with the id and the identifier of a thing; empty fields are left out."""
    found = {
        "resourceType": kind,
        "id": id_of(iri),
        "identifier": [{"system": "urn:ietf:rfc:3986", "value": iri}],
        **fields,
    }
    return {name: value for name, value in found.items() if value not in (None, [], {}, "")}


def reference(kind: str, iri: str, label: str = "") -> dict[str, str]:
    """Return a reference to another resource of the bundle."""
    found = {"reference": f"{kind}/{id_of(iri)}"}
    return {**found, "display": label} if label else found


def concept(ledger: Ledger, thing: Value) -> dict[str, Any]:
    """Return a thing as a coded concept: its own IRI, and the codes that it maps to exactly."""
    label = ledger.text(thing) or ""
    codings = [_coding(thing.value, label)]
    for predicate in _MATCHES:
        for found in ledger.values(thing, predicate):
            if isinstance(found, NamedNode):
                codings.append(_coding(found.value, ledger.text(found) or ""))
    return {"coding": codings, "text": label} if label else {"coding": codings}


def grade(ledger: Ledger, found: Value) -> dict[str, Any]:
    """Return a grade as a code of its own scheme; grades of other schemes are not mapped to it."""
    scheme = ledger.value(found, _SCHEME)
    code = ledger.text(found, _NOTATION) or found.value
    system = scheme.value if scheme is not None else OL
    return {"coding": [{"system": system, "code": code}], "text": ledger.text(found) or code}


def _coding(iri: str, label: str) -> dict[str, str]:
    short = prefixes().compress(iri)
    if short == iri:
        found = {"system": "urn:ietf:rfc:3986", "code": iri}
    else:
        name, _, code = short.partition(":")
        found = {"system": prefixes().namespaces[name], "code": code}
    return {**found, "display": label} if label else found
