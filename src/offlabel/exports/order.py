"""The statements of a selection in a fixed order, without holding them all at once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from itertools import chain
from operator import itemgetter
from typing import Any

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
        self._anonymous: defaultdict[tuple[Subject, NamedNode], list[Quad]] = defaultdict(list)
        self._keys: dict[NamedNode, tuple[bool, str]] = {}
        anonymous = self._survey(selection) if selection.things is None else self._read(selection)
        named = Dataset(anonymous)
        named.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        for quad in named:
            self._graphs[_subject(quad)].add(_graph(quad))
            self._anonymous[_subject(quad), _graph(quad)].append(quad)

    def _survey(self, selection: Selection) -> list[Quad]:
        """Let the engine find the subjects; return the statements with blank nodes."""
        anonymous = []
        for graph in selection.graphs:
            inside = f"GRAPH {graph} {{ ?s ?p ?o }}"
            found: Any = self.store.query(f"SELECT (COUNT(*) AS ?n) {{ {inside} }}")
            self.count += int(next(found)["n"].value)
            found = self.store.query(f"SELECT DISTINCT ?s {{ {inside} FILTER(ISIRI(?s)) }}")
            for row in found:
                self._graphs[row["s"]].add(graph)
            found = self.store.query(
                f"SELECT ?s ?p ?o {{ {inside} FILTER(ISBLANK(?s) || ISBLANK(?o)) }}"
            )
            anonymous += [Quad(row["s"], row["p"], row["o"], graph) for row in found]
        return anonymous

    def _read(self, selection: Selection) -> list[Quad]:
        anonymous = []
        for quad in selection.quads():
            self.count += 1
            if isinstance(quad.subject, BlankNode) or isinstance(quad.object, BlankNode):
                anonymous.append(quad)
            else:
                self._graphs[_subject(quad)].add(_graph(quad))
        return anonymous

    def quads(self) -> Iterator[Quad]:
        """Yield every statement in its graph."""
        subjects: defaultdict[NamedNode, list[Subject]] = defaultdict(list)
        for subject, graphs in self._graphs.items():
            for graph in graphs:
                subjects[graph].append(subject)
        for graph in sorted(subjects, key=str):
            for subject in sorted(subjects[graph], key=str):
                yield from self._sorted(self._about(subject, graph))

    def triples(self) -> Iterator[Triple]:
        """Yield every statement once, whatever graphs it stands in."""
        for subject in sorted(self._graphs, key=str):
            graphs = self._graphs[subject]
            if len(graphs) == 1:
                (graph,) = graphs
                yield from (quad.triple for quad in self._sorted(self._about(subject, graph)))
                continue
            every = chain.from_iterable(self._about(subject, graph) for graph in graphs)
            yield from (q.triple for q in self._sorted(list({q.triple: q for q in every}.values())))

    def _sorted(self, about: list[Quad]) -> list[Quad]:
        """Sort the statements on a subject; values only where a property has several."""
        keyed = sorted([(self._key(quad.predicate), quad) for quad in about], key=itemgetter(0))
        if len({key for key, _ in keyed}) < len(keyed):
            keyed.sort(key=lambda pair: (pair[0], str(pair[1].object)))
        return [quad for _, quad in keyed]

    def _key(self, predicate: NamedNode) -> tuple[bool, str]:
        key = self._keys.get(predicate)
        if key is None:
            key = self._keys[predicate] = (predicate != _TYPE, predicate.value)
        return key

    def _about(self, subject: Subject, graph: NamedNode) -> list[Quad]:
        anonymous = self._anonymous.get((subject, graph), [])
        if isinstance(subject, BlankNode):
            return anonymous
        found = list(self.store.quads_for_pattern(subject, None, None, graph))
        if not anonymous:
            return found
        return [*anonymous, *(q for q in found if not isinstance(q.object, BlankNode))]


def _subject(quad: Quad) -> Subject:
    assert not isinstance(quad.subject, Triple)
    return quad.subject


def _graph(quad: Quad) -> NamedNode:
    assert isinstance(quad.graph_name, NamedNode)
    return quad.graph_name
