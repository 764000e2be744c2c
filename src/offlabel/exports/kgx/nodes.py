"""The nodes: one for each drug, regimen, condition, receptor, study, publication and so on."""

from __future__ import annotations

from collections.abc import Iterator
from math import isfinite

from pyoxigraph import Literal, NamedNode, Triple

from offlabel.exports.kgx.model import model, term
from offlabel.exports.kgx.names import Names, own
from offlabel.exports.ledger import Ledger, Value

Cell = str | int | float | bool | list[str]
Row = dict[str, Cell]

_TYPE, _COMMENT = term("rdf:type"), term("rdfs:comment")
_LABEL, _ALT = term("rdfs:label"), term("skos:altLabel")
_EXACT, _CIRCUMSTANCE = term("skos:exactMatch"), term("ol:circumstance")
_REGIMEN, _CLASS = term("ol:Regimen"), term("ol:RegimenClass")
_CONTRAINDICATION = term("ol:Contraindication")


def nodes(ledger: Ledger, names: Names) -> Iterator[Row]:
    """Yield the nodes in the order of their identifiers."""
    for thing in sorted(names.kinds, key=names.id):
        kind = names.kinds[thing]
        row: Row = {"id": names.id(thing), "category": [names.category(thing)]}
        # The node of a contraindication is its circumstance; its own name stands at the edge.
        row |= texts(ledger, thing, _CIRCUMSTANCE if kind == _CONTRAINDICATION else _LABEL)
        if synonyms := [value.value for value in ledger.values(thing, _ALT)]:
            row["synonym"] = synonyms
        exact = names.exact(thing)
        ledger.hold(Triple(thing, _EXACT, match) for match in exact.values())
        if others := sorted(set(exact) - {row["id"]}):
            row["xref"] = others
        row |= {"type": types(ledger, thing), "offlabel_id": own(thing)}
        row |= columns(ledger, thing, kind, names)
        if kind == _REGIMEN and (classes := dose_classes(ledger, thing)):
            row["dose_class"] = classes
        yield row


def texts(ledger: Ledger, thing: Value, name: NamedNode = _LABEL) -> Row:
    """Return the name of a thing and what is said of it."""
    found = {"name": ledger.text(thing, name), "description": ledger.text(thing, _COMMENT)}
    return {name: text for name, text in found.items() if text}


def types(ledger: Ledger, thing: NamedNode) -> list[str]:
    """Return what a thing is in our ontology; kinds of regimens stand apart, as dose classes."""
    return [own(kind) for kind in ledger.values(thing, _TYPE)]


def dose_classes(ledger: Ledger, regimen: Value) -> list[str]:
    """Return the kinds of regimen that a regimen belongs to."""
    kinds = set(ledger.peek_kind(_CLASS))
    return [own(kind) for kind in ledger.peek(regimen, _TYPE) if kind in kinds]


def columns(ledger: Ledger, thing: Value, kind: NamedNode, names: Names) -> Row:
    """Return what is taken of a thing as it is, by the table of the model."""
    row: Row = {}
    for by, column in model().columns.get(kind, {}).items():
        found = [plain(value, names) for value in ledger.values(thing, by)]
        if found:
            row[column] = found[0] if len(found) == 1 else list(map(str, found))
    return row


def plain(value: Value, names: Names) -> Cell:
    """Return a value as a number, a truth value, a text or an identifier."""
    if not isinstance(value, Literal):
        return names.id(value)
    kind = value.datatype.value.rpartition("#")[2]
    try:
        if kind == "integer":
            return int(value.value)
        if kind in ("decimal", "double", "float"):
            number = float(value.value)
            return number if isfinite(number) else value.value
    except ValueError:
        return value.value
    return value.value == "true" if kind == "boolean" else value.value
