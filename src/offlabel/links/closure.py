"""What stands above the outside terms that things here map to, worked out once for all queries.

A path of any length is slow to walk anew for each question. For each mapped term and each term
above it, `skos:broaderTransitive` leads to itself and to all that is above: by `rdfs:subClassOf`,
and from a chemical to its roles (`obo:RO_0000087`, also where a restriction says so).
"""

from __future__ import annotations

from collections.abc import Iterator

from pyoxigraph import BlankNode, NamedNode, Quad, Store

from offlabel.links.foreign import ONTOLOGIES
from offlabel.links.readers.base import ROLE
from offlabel.links.terms import PARENT
from offlabel.terms import BASE, GRAPH, OWL, SKOS

ABOVE = NamedNode(f"{SKOS}broaderTransitive")
PLACE = NamedNode(f"{GRAPH}linked/above")
_MATCHES = tuple(NamedNode(f"{SKOS}{kind}Match") for kind in ("exact", "broad", "close", "narrow"))
_PROPERTY = NamedNode(f"{OWL}onProperty")
_SOME = NamedNode(f"{OWL}someValuesFrom")


def closure(store: Store) -> Iterator[Quad]:
    """Give, for the mapped terms of a store and those above them, all that is above each."""
    parents: dict[NamedNode, frozenset[NamedNode]] = {}
    waiting = [
        quad.object
        for kind in _MATCHES
        for quad in store.quads_for_pattern(None, kind, None)
        if isinstance(quad.object, NamedNode) and not _is_ours(quad.object)
    ]
    while waiting:
        term = waiting.pop()
        if term not in parents:
            parents[term] = frozenset(_parents(store, term))
            waiting.extend(parents[term])
    for term in parents:
        for above in _reached(term, parents):
            yield Quad(term, ABOVE, above, PLACE)


def _reached(
    start: NamedNode, parents: dict[NamedNode, frozenset[NamedNode]]
) -> frozenset[NamedNode]:
    """Return a term and all above it; a circle does no harm."""
    found = {start}
    waiting = [start]
    while waiting:
        new = parents[waiting.pop()] - found
        found |= new
        waiting.extend(new)
    return frozenset(found)


def _parents(store: Store, term: NamedNode) -> Iterator[NamedNode]:
    for predicate in (PARENT, ROLE):
        for quad in store.quads_for_pattern(term, predicate, None):
            if not str(quad.graph_name).startswith(f"<{ONTOLOGIES}"):
                continue  # what an endpoint says is no place in a hierarchy
            if isinstance(quad.object, NamedNode):
                yield quad.object
            elif isinstance(quad.object, BlankNode):
                yield from _roles(store, quad.object)


def _roles(store: Store, restriction: BlankNode) -> Iterator[NamedNode]:
    """Give the role of which a restriction says that a chemical has it."""
    if any(store.quads_for_pattern(restriction, _PROPERTY, ROLE)):
        for quad in store.quads_for_pattern(restriction, _SOME, None):
            if isinstance(quad.object, NamedNode):
                yield quad.object


def _is_ours(node: NamedNode) -> bool:
    return node.value.startswith(BASE)
