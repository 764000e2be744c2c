"""The statements of a selection in a fixed order, without holding them all at once.

The engine writes each graph as N-Triples, whose lines are sorted piece by piece and merged; so the
order is that of the text, whatever the store, and memory stays flat.
"""

from __future__ import annotations

import heapq
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, groupby, islice
from operator import itemgetter
from tempfile import SpooledTemporaryFile, TemporaryFile
from typing import IO, Any

from pyoxigraph import (
    CanonicalizationAlgorithm,
    Dataset,
    NamedNode,
    Quad,
    RdfFormat,
    Triple,
    parse,
)

from offlabel.exports.selection import Selection
from offlabel.terms import RDF

PIECE = 100_000  # lines that are sorted at a time
_BATCH = 5_000  # lines that are read at a time
_IN_MEMORY = 32 << 20  # bytes of a graph that are not put into a file
_TYPE = f" <{RDF}type> ".encode()
_BLANK = re.compile(rb"^_:|> _:\S+ \.$")
_ANONYMOUS = """SELECT ?s ?p ?o ?g { GRAPH ?g { ?s ?p ?o } FILTER(ISBLANK(?s) || ISBLANK(?o)) }"""


class Ordered:
    """A selection by graph, subject, type first, then predicate and value.

    Statements with blank nodes are named by RDFC-1.0, so that names do not depend on earlier ones.
    """

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.count = 0
        self._anonymous: defaultdict[NamedNode, list[bytes]] = defaultdict(list)
        named = Dataset(self._with_blank_nodes())
        named.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        for quad in named:
            assert isinstance(quad.graph_name, NamedNode)
            self._anonymous[quad.graph_name].append(_line(quad))

    def quads(self) -> Iterator[Quad]:
        """Yield every statement in its graph."""
        for batch in self.n_quads():
            yield from parse(batch, RdfFormat.N_QUADS)

    def triples(self) -> Iterator[Triple]:
        """Yield every statement once, whatever graphs it stands in."""
        for batch in self.n_triples():
            for found in parse(batch, RdfFormat.N_TRIPLES):
                yield found.triple

    def n_quads(self) -> Iterator[bytes]:
        """Yield every statement as a line of N-Quads, many at a time."""
        for graph in self.selection.graphs:
            end = f" {graph} .\n".encode()
            for batch in _batches(_sorted(self._counted(self._lines(graph)))):
                yield batch.replace(b" .\n", end)  # no text holds it: line ends are escaped there

    def n_triples(self) -> Iterator[bytes]:
        """Yield every statement once as a line of N-Triples, many at a time."""
        lines = chain.from_iterable(map(self._lines, self.selection.graphs))
        yield from _batches(line for line, _ in groupby(_sorted(self._counted(lines))))

    def _counted(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self.count += 1
            yield line

    def _lines(self, graph: NamedNode) -> Iterator[bytes]:
        """Yield the statements of a graph as N-Triples, in any order."""
        yield from self._anonymous.get(graph, ())
        if self.selection.things is not None:
            narrowed = Selection(self.selection.store, self.selection.parts, self.selection.things)
            lines = (_line(quad) for quad in narrowed.quads() if quad.graph_name == graph)
            yield from (line for line in lines if not _is_anonymous(line))
            return
        with SpooledTemporaryFile(_IN_MEMORY) as file:
            self.selection.store.dump(file, RdfFormat.N_TRIPLES, from_graph=graph)
            file.seek(0)
            if graph in self._anonymous:
                yield from (line for line in file if not _is_anonymous(line))
            else:
                yield from file

    def _with_blank_nodes(self) -> list[Quad]:
        if self.selection.things is not None:
            return [quad for quad in self.selection.quads() if _is_anonymous(_line(quad))]
        graphs = set(self.selection.graphs)
        found: Any = self.selection.store.query(_ANONYMOUS)
        return [Quad(row["s"], row["p"], row["o"], row["g"]) for row in found if row["g"] in graphs]


def _is_anonymous(line: bytes) -> bool:
    """Say whether a line has a blank node; most are told by the letters alone."""
    return b"_:" in line and _BLANK.search(line) is not None


def _line(quad: Quad) -> bytes:
    return f"{quad.triple} .\n".encode()


def _key(line: bytes) -> bytes:
    return line.replace(_TYPE, b" \x01 ", 1)  # before every other property


def _sorted(lines: Iterator[bytes]) -> Iterator[bytes]:
    """Sort lines, in pieces where there are many."""
    first = sorted(islice(lines, PIECE), key=_key)
    following = list(islice(lines, 1))
    if not following:
        yield from first
        return
    rest = chain(following, lines)
    with ExitStack() as stack:
        pieces: list[IO[bytes]] = []
        piece = first
        while piece:
            file = stack.enter_context(TemporaryFile())
            file.writelines(piece)
            file.seek(0)
            pieces.append(file)
            piece = sorted(islice(rest, PIECE), key=_key)
        del first, piece
        keyed = [((_key(line), line) for line in file) for file in pieces]
        yield from map(itemgetter(1), heapq.merge(*keyed))


def _batches(lines: Iterator[bytes]) -> Iterator[bytes]:
    while batch := b"".join(islice(lines, _BATCH)):
        yield batch
