"""The statements of a selection in a fixed order, without holding them all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain

from pyoxigraph import (
    BlankNode,
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    Triple,
)

from offlabel.exports.selection import Selection
from offlabel.terms import RDF

_TYPE = NamedNode(RDF + "type")
Subject = NamedNode | BlankNode


class Ordered:
    """A selection by graph, subject, type first, then predicate and value.

    Only the subjects are held, and the statements with blank nodes, which are named by RDFC-1.0, so
    that their names do not depend on those they had.
    """

    def __init__(self, selection: Selection) -> None:
        self.store = selection.store
        self.count = 0
        self._graphs: defaultdict[Subject, set[NamedNode]] = defaultdict(set)
        self._anonymous: defaultdict[tuple[Subject, NamedNode], list[Triple]] = defaultdict(list)
        anonymous = []
        for quad in selection.quads():
            self.count += 1
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                anonymous.append(quad)
            else:
                self._graphs[_subject(quad)].add(_graph(quad))
        named = Dataset(anonymous)
        named.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        for quad in named:
            self._graphs[_subject(quad)].add(_graph(quad))
            self._anonymous[_subject(quad), _graph(quad)].append(quad.triple)

    def quads(self) -> Iterator[Quad]:
        """Yield every statement in its graph."""
        subjects: defaultdict[NamedNode, list[Subject]] = defaultdict(list)
        for subject, graphs in self._graphs.items():
            for graph in graphs:
                subjects[graph].append(subject)
        for graph in sorted(subjects, key=str):
            for subject in sorted(subjects[graph], key=str):
                for triple in sorted(self._about(subject, graph), key=_order):
                    yield Quad(triple.subject, triple.predicate, triple.object, graph)

    def triples(self) -> Iterator[Triple]:
        """Yield every statement once, whatever graphs it stands in."""
        for subject in sorted(self._graphs, key=str):
            found = chain.from_iterable(self._about(subject, g) for g in self._graphs[subject])
            yield from sorted(set(found), key=_order)

    def _about(self, subject: Subject, graph: NamedNode) -> Iterator[Triple]:
        yield from self._anonymous.get((subject, graph), ())
        if isinstance(subject, NamedNode):
            for quad in self.store.quads_for_pattern(subject, None, None, graph):
                if not isinstance(quad.object, BlankNode):
                    yield quad.triple


def _subject(quad: Quad) -> Subject:
    assert not isinstance(quad.subject, Triple)
    return quad.subject


def _graph(quad: Quad) -> NamedNode:
    assert isinstance(quad.graph_name, NamedNode)
    return quad.graph_name


def _order(triple: Triple) -> tuple[bool, str, str]:
    return triple.predicate != _TYPE, str(triple.predicate), str(triple.object)
