"""What stands above the outside terms that things here map to, and by which way: for all queries.

A path of any length is slow to walk anew for each question, and SPARQL cannot tell its steps in
order. So for each mapped term `skos:broaderTransitive` leads to itself and to all that is above,
and each such pair is a node that holds the way as text: from the mapped term, step after step,
upward. A step goes to a parent (`rdfs:subClassOf`) or from a chemical to a role (`obo:RO_0000087`,
also where a restriction says so).
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from urllib.parse import quote

from pyoxigraph import BlankNode, Literal, NamedNode, Quad, Store

from offlabel.links.readers.base import ROLE
from offlabel.links.terms import PARENT
from offlabel.terms import BASE, LINKED, OUTSIDE, OWL, RDF, SKOS, prefixes

ABOVE = NamedNode(f"{SKOS}broaderTransitive")
PLACE = NamedNode(f"{LINKED}above")
# A way is a statement about the statement that one term is above the other (RDF 1.1 Schema, 5.3).
FROM, BY, TO, WAY = (NamedNode(RDF + name) for name in ("subject", "predicate", "object", "value"))
_MATCHES = tuple(NamedNode(f"{SKOS}{kind}Match") for kind in ("exact", "broad", "close", "narrow"))
_PROPERTY = NamedNode(f"{OWL}onProperty")
_SOME = NamedNode(f"{OWL}someValuesFrom")
_THING = NamedNode(f"{OWL}Thing")
_SIGNS = {PARENT: " < ", ROLE: " has role "}


def mapped_terms(store: Store) -> list[NamedNode]:
    """Return the outside terms that things of a store are mapped to, in order."""
    found = {
        quad.object
        for kind in _MATCHES
        for quad in store.quads_for_pattern(None, kind, None)
        if isinstance(quad.object, NamedNode) and not quad.object.value.startswith(BASE)
    }
    return sorted(found, key=str)


class Hierarchy:
    """The terms of outside ontologies and what is above them, whichever store says so."""

    def __init__(self, stores: Sequence[Store]) -> None:
        self.stores = stores
        self._steps: dict[NamedNode, list[tuple[NamedNode, str]]] = {}

    @property
    def terms(self) -> list[NamedNode]:
        """Return the terms that ways led over so far, in order."""
        return sorted(self._steps, key=str)

    def quads(self, mapped: Sequence[NamedNode]) -> Iterator[Quad]:
        """Give, for each mapped term, all that is above it, and the way to each."""
        for term in mapped:
            for above, way in self.ways(term).items():
                pair = quote(f"{_short(term)}--{_short(above)}", safe=":")
                node = NamedNode(f"{PLACE.value}#{pair}")
                yield Quad(term, ABOVE, above, PLACE)
                yield Quad(node, FROM, term, PLACE)
                yield Quad(node, BY, ABOVE, PLACE)
                yield Quad(node, TO, above, PLACE)
                yield Quad(node, WAY, Literal(way), PLACE)

    def ways(self, start: NamedNode) -> dict[NamedNode, str]:
        """Return a term and all above it, each with a shortest way to it; a circle does no harm.

        Of two ways that are as short, the one that comes first in the order of their terms.
        """
        found = {start: _short(start)}
        waiting = deque([start])
        while waiting:
            term = waiting.popleft()
            for above, sign in self._above(term):
                if above not in found:
                    found[above] = f"{found[term]}{sign}{_short(above)}"
                    waiting.append(above)
        return found

    def _above(self, term: NamedNode) -> list[tuple[NamedNode, str]]:
        if term not in self._steps:
            steps = {
                (above, _SIGNS[kind])
                for kind in (PARENT, ROLE)
                for store in self.stores
                for above in _reached(store, term, kind)
                if above != _THING
            }
            self._steps[term] = sorted(steps, key=str)
        return self._steps[term]


def _reached(store: Store, term: NamedNode, kind: NamedNode) -> Iterator[NamedNode]:
    """Give the parents of a term, or its roles; what an endpoint says is no place in them."""
    for quad in store.quads_for_pattern(term, kind, None):
        if isinstance(quad.object, NamedNode) and _is_of_ontology(quad):
            yield quad.object
    if kind == ROLE:
        for quad in store.quads_for_pattern(term, PARENT, None):
            if isinstance(quad.object, BlankNode) and _is_of_ontology(quad):
                yield from _roles(store, quad.object)


def _roles(store: Store, restriction: BlankNode) -> Iterator[NamedNode]:
    """Give the role of which a restriction says that a chemical has it."""
    if any(store.quads_for_pattern(restriction, _PROPERTY, ROLE)):
        for quad in store.quads_for_pattern(restriction, _SOME, None):
            if isinstance(quad.object, NamedNode):
                yield quad.object


def _is_of_ontology(quad: Quad) -> bool:
    return isinstance(quad.graph_name, NamedNode) and quad.graph_name.value.startswith(OUTSIDE)


def _short(term: NamedNode) -> str:
    return prefixes().compress(term.value)
