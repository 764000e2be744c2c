"""JSON-LD: compact, with the names of the project's context, which stands at its top."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from typing import IO, Any

from pyoxigraph import BlankNode, DefaultGraph, Literal, NamedNode, Quad, Triple

from offlabel.exports.context import document
from offlabel.exports.loss import Loss
from offlabel.exports.order import Ordered
from offlabel.exports.selection import Selection
from offlabel.stores.memory import OxigraphStore
from offlabel.terms import RDF, XSD, prefixes

_TYPE = RDF + "type"
_STRING = XSD + "string"
_NATIVE = (XSD + "boolean", XSD + "integer")
_WHOLE = re.compile(r"0|-?[1-9]\d*")
_LONG = 16  # digits, from which on many readers of JSON round
Context = Mapping[str, Any]


class Compact:
    """Write statements with the names of a context."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self.names = {
            found["@id"]: (name, found)
            for name, found in context.items()
            if isinstance(found, dict) and "@id" in found and not found.get("@prefix")
        }
        self._short = prefixes().compress

    def node(self, about: Iterable[Triple]) -> dict[str, Any]:
        """Return one subject with all that is said of it."""
        statements = list(about)
        found: dict[str, Any] = {"id": self.name(statements[0].subject)}
        values: dict[str, list[Any]] = {}
        for triple in statements:
            key, value = self.member(triple.predicate, triple.object)
            values.setdefault(key, []).append(value)
        return found | {key: many[0] if len(many) == 1 else many for key, many in values.items()}

    def member(self, predicate: NamedNode, value: object) -> tuple[str, Any]:
        """Return the name of a property and one of its values, as the context has them read."""
        if predicate.value == _TYPE:
            return "type", self.name(value)
        name, term = self.names.get(predicate.value, (self.short(predicate.value), {}))
        if isinstance(value, Literal):
            return name, self.literal(value, term)
        if term.get("@type") == "@id":
            return name, self.name(value)
        return name, {"id": self.name(value)}

    def literal(self, value: Literal, term: Mapping[str, Any]) -> Any:
        """Return a literal: its text where the term reads it so, else with language or datatype."""
        if value.language:
            if term.get("@language") == value.language:
                return value.value
            return {"@value": value.value, "@language": value.language}
        datatype = value.datatype.value
        wanted = term.get("@type")
        is_plain = datatype == _STRING and "@language" not in term
        if wanted == datatype or (wanted is None and is_plain):
            return _native(value.value) if datatype in _NATIVE else value.value
        if datatype == _STRING:
            return {"@value": value.value}
        return {"@value": value.value, "@type": self.short(datatype)}

    def name(self, term: object) -> str:
        """Return the name of a node."""
        if isinstance(term, BlankNode):
            return f"_:{term.value}"
        return self.short(str(getattr(term, "value", "")))

    def short(self, iri: str) -> str:
        """Return a CURIE, or the IRI."""
        return self._short(iri)


def _native(text: str) -> object:
    """Return a number or a truth value as JSON has it, where it is written as JSON writes it."""
    if text in ("true", "false") or (_WHOLE.fullmatch(text) and len(text) < _LONG):
        return json.loads(text)
    return text


@dataclass(frozen=True)
class JsonLdExport:
    """The whole dataset, graph after graph, node after node."""

    name: str = "jsonld"
    title: str = "JSON-LD, compact, with the project's context"
    suffix: str = ".jsonld"
    media_type: str = "application/ld+json"
    context: Context | None = None  # that of the project, unless another is given

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write one node a line; every statement stands in its graph."""
        context = self.context or document(OxigraphStore(selection.store))["@context"]
        ordered = Ordered(selection)
        for part in _parts(ordered.quads(), context):
            to.write(part.encode())
        return Loss(self.name, ordered.count, notes=ordered.notes)


def _parts(quads: Iterator[Quad], context: Context) -> Iterator[str]:
    compact = Compact(context)
    yield f'{{"@context": {_json(context)},\n"@graph": ['
    for number, (graph, inside) in enumerate(groupby(quads, key=lambda quad: quad.graph_name)):
        is_named = graph != DefaultGraph()
        if is_named:
            yield f'{"," if number else ""}\n{{"id": {_json(compact.name(graph))}, "@graph": ['
        for place, (_, about) in enumerate(groupby(inside, key=lambda quad: quad.subject)):
            node = compact.node(quad.triple for quad in about)
            yield f"{',' if place else ''}\n{_json(node)}"
        yield "\n]}" if is_named else ""
    yield "\n]}\n"


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


JSONLD = JsonLdExport()
