"""What a rule concludes and from which patterns, read from its text."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pyoxigraph import BlankNode, Literal, NamedNode
from rdflib import Literal as RdflibLiteral
from rdflib import URIRef, Variable
from rdflib.paths import Path
from rdflib.plugins.sparql import prepareQuery
from rdflib.plugins.sparql.parserutils import CompValue

from offlabel.stores.base import Term
from offlabel.terms import OL

# A place in a pattern: a term, the name of a variable, or nothing where it cannot be told.
Place = Term | str | None
# A predicate: a term, the name of a variable, or a path of rdflib.
Predicate = NamedNode | str | Path | None

_CONSTRUCT = re.compile(r"CONSTRUCT\s*\{[^{}]*\}\s*WHERE", re.IGNORECASE)
_OWN_FUNCTION = re.compile(
    rf"BIND\s*\(\s*(?:ol:|<{re.escape(OL)})\w+>?\s*\([^()]*\)\s+AS\s+\?\w+\s*\)", re.IGNORECASE
)
# What stands in these parts of a query holds for no solution, or is no pattern.
_NO_PREMISE = ("expr", "PV", "_vars", "template", "datasetClause", "p2")


@dataclass(frozen=True)
class Pattern:
    """A rule taken apart: its conclusions, the patterns of its WHERE, and its solutions' query."""

    conclusions: tuple[tuple[Place, Predicate, Place], ...]
    premises: tuple[tuple[Place, Predicate, Place], ...]
    query: str

    @property
    def plain_query(self) -> str:
        """Return the query without our own functions, for engines that do not have them."""
        return _OWN_FUNCTION.sub("", self.query)


def read_pattern(rule: str) -> Pattern:
    """Take the text of a rule apart."""
    algebra = prepareQuery(rule).algebra
    return Pattern(
        tuple(_triple(triple) for triple in algebra.template),
        tuple(dict.fromkeys(_triple(triple) for triple in _triples(algebra.p))),
        _CONSTRUCT.sub("SELECT * WHERE", rule, count=1),
    )


def _triples(part: Any) -> Iterator[tuple[Any, Any, Any]]:
    """Yield the triple patterns that hold in solutions; not those of FILTER, MINUS, NOT EXISTS."""
    if not isinstance(part, CompValue):
        return
    if part.name == "BGP":
        yield from part.triples
    left_out = _NO_PREMISE if part.name == "Minus" else _NO_PREMISE[:-1]
    for name, inner in part.items():
        if name not in left_out:
            yield from _triples(inner)


def _triple(triple: tuple[Any, Any, Any]) -> tuple[Place, Predicate, Place]:
    subject, predicate, value = triple
    path = predicate if isinstance(predicate, Path) else _place(predicate)
    return _place(subject), path, _place(value)  # type: ignore[return-value]


def _place(term: Any) -> Place:
    if isinstance(term, Variable):
        return str(term)
    if isinstance(term, URIRef):
        return NamedNode(str(term))
    if isinstance(term, RdflibLiteral):
        if term.language:
            return Literal(str(term), language=term.language)
        return Literal(str(term), datatype=NamedNode(str(term.datatype)) if term.datatype else None)
    return None


def filled(place: Place, solution: dict[str, Term | None]) -> Term | None:
    """Return what stands at a place in a solution; nothing for what has no name."""
    term = solution.get(place) if isinstance(place, str) else place
    return None if isinstance(term, BlankNode) else term
