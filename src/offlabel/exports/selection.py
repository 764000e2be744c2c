"""What is to be exported: which parts of the graph, and which things of it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from pyoxigraph import BlankNode, DefaultGraph, NamedNode, Quad, Store

from offlabel.exports.ledger import Ledger
from offlabel.paths import Roots, find_roots
from offlabel.terms import BASE, GRAPH, LINKED

# A part of the graph, and how the names of its named graphs begin.
PARTS = {
    "asserted": (f"{GRAPH}ontology/", f"{GRAPH}data"),
    "derived": (f"{GRAPH}rule/", LINKED),
    "mappings": (f"{GRAPH}data/mappings/",),
    "ontologies": ("",),
}
GraphName = NamedNode | DefaultGraph
DEFAULT = ("asserted", "derived", "mappings")


@dataclass(frozen=True)
class Selection:
    """Statements of a store: those of some parts, and of some things where these are given.

    `ontologies` stands for every graph that is none of ours: imported ontologies, slices of
    others, and what endpoints said. They are there where the store is the linked one. Statements of
    a thing come with those of its blank nodes. `roots` is where the sources are, for formats of
    what is no statement: saved queries and tables of mappings.
    """

    store: Store
    parts: Collection[str] = DEFAULT
    things: frozenset[NamedNode] | None = field(default=None, repr=False)
    roots: Roots | None = field(default=None, repr=False)

    @property
    def sources(self) -> Roots:
        """Return where the sources are: the project's own, unless others were named."""
        return self.roots or find_roots()

    @cached_property
    def graphs(self) -> tuple[GraphName, ...]:
        """List the named graphs of the selection, in order of their names."""
        named = (graph for graph in self.store.named_graphs() if isinstance(graph, NamedNode))
        return tuple(sorted((g for g in named if part_of(g) in self.parts), key=str))

    def quads(self) -> Iterator[Quad]:
        """Give the statements, graph after graph; nothing is held in memory."""
        for graph in self.graphs:
            yield from self.of_graph(graph)

    def of_graph(self, graph: GraphName) -> Iterator[Quad]:
        """Give the statements of one named graph."""
        if self.things is None:
            yield from self.store.quads_for_pattern(None, None, None, graph)
            return
        for thing in sorted(self.things, key=str):
            yield from self._about(thing, graph, set())

    @cached_property
    def ledger(self) -> Ledger:
        """Give the statements by subject, in memory, with a mark on each that has been read."""
        return Ledger(self.quads())

    def _about(
        self, subject: NamedNode | BlankNode, graph: GraphName, seen: set[BlankNode]
    ) -> Iterator[Quad]:
        for quad in self.store.quads_for_pattern(subject, None, None, graph):
            yield quad
            if isinstance(quad.object, BlankNode) and quad.object not in seen:
                seen.add(quad.object)
                yield from self._about(quad.object, graph, seen)


def part_of(graph: NamedNode) -> str:
    """Say to which part of the graph a named graph belongs."""
    if graph.value.startswith(PARTS["mappings"]):
        return "mappings"
    return next((part for part in PARTS if graph.value.startswith(PARTS[part])), "ontologies")


def around(store: Store, named: Iterable[NamedNode]) -> frozenset[NamedNode]:
    """Return the things that an answer names, and the things of ours that these name."""
    found = {thing for thing in named if thing.value.startswith(BASE)}
    near = {
        quad.object
        for thing in found
        for quad in store.quads_for_pattern(thing, None, None)
        if isinstance(quad.object, NamedNode) and quad.object.value.startswith(BASE)
    }
    return frozenset(found | near)
