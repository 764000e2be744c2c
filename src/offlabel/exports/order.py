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
from os import SEEK_END
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
_IN_MEMORY = 32 << 20  # bytes that are not put into a file
_CHUNK = 1 << 20  # bytes of lines that are read at a time
_TYPE = f" <{RDF}type> ".encode()
_BLANK = re.compile(rb"^_:|> _:\S+ \.$")


class Ordered:
    """A selection by graph, subject, type first, then predicate and value."""

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.count = 0

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
        with SpooledTemporaryFile(_IN_MEMORY) as file:
            dump = _Dump(self.selection, file)
            for graph in self.selection.graphs:
                end = f" {graph} .\n".encode()
                for batch in _batches(_sorted(self._counted(dump.lines(graph)))):
                    yield batch.replace(b" .\n", end)  # no text holds it: line ends are escaped

    def n_triples(self) -> Iterator[bytes]:
        """Yield every statement once as a line of N-Triples, many at a time."""
        with SpooledTemporaryFile(_IN_MEMORY) as file:
            dump = _Dump(self.selection, file)
            lines = chain.from_iterable(map(dump.lines, self.selection.graphs))
            yield from _batches(line for line, _ in groupby(_sorted(self._counted(lines))))

    def _counted(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self.count += 1
            yield line


class _Dump:
    """The statements of a selection as N-Triples in a temporary file, graph after graph.

    Those with blank nodes are named by RDFC-1.0, so that names do not depend on earlier ones.
    """

    def __init__(self, selection: Selection, file: IO[bytes]) -> None:
        self._selection, self._file = selection, file
        self._spans: dict[NamedNode, tuple[int, int]] = {}
        self._anonymous: defaultdict[NamedNode, list[bytes]] = defaultdict(list)
        found: list[Quad] = []
        for graph in selection.graphs:
            start = file.seek(0, SEEK_END)
            noted = _Noted(file)
            self._write(graph, noted)
            self._spans[graph] = (start, file.tell())
            if noted.has_blank_nodes:
                lines = b"".join(line for line in self._written(graph) if _is_anonymous(line))
                triples = (quad.triple for quad in parse(lines, RdfFormat.N_TRIPLES))
                found += [Quad(t.subject, t.predicate, t.object, graph) for t in triples]
        named = Dataset(found)
        named.canonicalize(CanonicalizationAlgorithm.RDFC_1_0)
        for quad in named:
            assert isinstance(quad.graph_name, NamedNode)
            self._anonymous[quad.graph_name].append(_line(quad))

    def lines(self, graph: NamedNode) -> Iterator[bytes]:
        """Yield the statements of a graph, in any order; graphs are read one after the other."""
        if graph not in self._anonymous:
            yield from self._written(graph)
            return
        yield from self._anonymous[graph]
        yield from (line for line in self._written(graph) if not _is_anonymous(line))

    def _write(self, graph: NamedNode, noted: _Noted) -> None:
        selection = self._selection
        if selection.things is None:
            out: Any = noted
            selection.store.dump(out, RdfFormat.N_TRIPLES, from_graph=graph)
            return
        for quad in selection.of_graph(graph):
            noted.write(_line(quad))

    def _written(self, graph: NamedNode) -> Iterator[bytes]:
        start, end = self._spans[graph]
        self._file.seek(start)
        while start < end:
            lines = self._file.readlines(min(_CHUNK, end - start))
            start += sum(map(len, lines))
            yield from lines


class _Noted:
    """A file that notes whether what is written to it may have blank nodes."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._last = b""
        self.has_blank_nodes = False

    def write(self, data: bytes) -> int:
        """Write, and look at it."""
        self.has_blank_nodes = self.has_blank_nodes or b"_:" in self._last + data
        self._last = data[-1:]
        return self._file.write(data)

    def flush(self) -> None:
        """Do nothing: the file is read by this process only."""


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
