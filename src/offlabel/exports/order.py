"""The statements of a selection in a fixed order, without holding them all at once.

The engine writes each graph as N-Triples, whose lines are sorted piece by piece and merged; so the
order is that of the text, whatever the store, and memory stays flat.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from itertools import chain, filterfalse, groupby, islice
from operator import itemgetter
from os import SEEK_END
from tempfile import SpooledTemporaryFile
from typing import IO, Any

from pyoxigraph import DefaultGraph, NamedNode, Quad, RdfFormat, Triple, parse

from offlabel.exports.blanknodes import NOT_SURE, BlankNodes
from offlabel.exports.loss import EXAMPLES, Place
from offlabel.exports.numbering import is_anonymous
from offlabel.exports.selection import GraphName, Selection, part_of
from offlabel.exports.sorting import in_order
from offlabel.terms import RDF

_BATCH = 5_000  # lines that are read at a time
_IN_MEMORY = 32 << 20  # bytes that are not put into a file
_CHUNK = 1 << 20  # bytes of lines that are read at a time
_TYPE = f" <{RDF}type> ".encode()


class Ordered:
    """A selection by graph, subject, type first, then predicate and value.

    Once it has been read, `count` is how many statements there were, and `notes` what is to be said
    of their names.
    """

    def __init__(self, selection: Selection) -> None:
        self.selection = selection
        self.count = 0
        self.notes: tuple[str, ...] = ()
        self._apart: Counter[str] = Counter()
        self._examples: defaultdict[str, list[str]] = defaultdict(list)

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
        with self._dumped() as dump:
            for graph in self.selection.graphs:
                end = b" .\n" if graph == DefaultGraph() else f" {graph} .\n".encode()
                for batch in _batches(in_order(self._counted(dump.lines(graph)), _key)):
                    yield batch.replace(b" .\n", end)  # no text holds it: line ends are escaped

    def n_triples(self) -> Iterator[bytes]:
        """Yield every statement once as a line of N-Triples, many at a time."""
        with self._dumped() as dump:
            lines = (self._placed(graph, dump.lines(graph)) for graph in self.selection.graphs)
            ordered = in_order(self._counted(chain.from_iterable(lines)), _key)
            yield from _batches(line for line, _ in groupby(ordered))

    @contextmanager
    def _dumped(self) -> Iterator[_Dump]:
        with SpooledTemporaryFile(_IN_MEMORY) as file, SpooledTemporaryFile(_IN_MEMORY) as other:
            dump = _Dump(self.selection, file, other)
            self.notes = (NOT_SURE.format(dump.unsure),) if dump.unsure else ()
            yield dump

    @property
    def places(self) -> tuple[Place, ...]:
        """Say of how many statements `triples` and `n_triples` did not tell the named graph."""
        return tuple(
            Place(part, count, tuple(self._examples[part][:EXAMPLES]))
            for part, count in sorted(self._apart.items())
        )

    def _placed(self, graph: GraphName, lines: Iterable[bytes]) -> Iterator[bytes]:
        """Count the statements of a graph; the first of it in order is an example."""
        first, count = b"", 0
        for line in lines:
            first, count = min(first or line, line), count + 1
            yield line
        if isinstance(graph, NamedNode) and count:
            part = part_of(graph)
            self._apart[part] += count
            self._examples[part].append(f"{first[:-3].decode()} {graph} .")

    def _counted(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        for line in lines:
            self.count += 1
            yield line


class _Dump:
    """The statements of a selection as N-Triples in temporary files, graph after graph.

    Those with blank nodes stand in a file of their own, with names that repeat.
    """

    def __init__(self, selection: Selection, file: IO[bytes], anonymous: IO[bytes]) -> None:
        self._selection, self._file, self._anonymous = selection, file, anonymous
        self._spans: dict[GraphName, tuple[int, int]] = {}
        self._named: dict[GraphName, tuple[int, int]] = {}
        with SpooledTemporaryFile(_IN_MEMORY) as waiting:
            found = BlankNodes([str(graph) for graph in selection.graphs], waiting)
            for place, graph in enumerate(selection.graphs):
                if self._write(graph).has_blank_nodes:
                    self._named[graph] = (0, 0)
                    for line in filter(is_anonymous, _lines(file, self._spans[graph])):
                        found.add(place, line)
            for place, group in groupby(found.named(), itemgetter(0)):
                start = anonymous.tell()
                anonymous.writelines(line for _, line in group)
                self._named[selection.graphs[place]] = (start, anonymous.tell())
        self.unsure = found.unsure

    def lines(self, graph: GraphName) -> Iterator[bytes]:
        """Yield the statements of a graph, in any order; graphs are read one after the other."""
        lines = _lines(self._file, self._spans[graph])
        if graph not in self._named:
            yield from lines
            return
        yield from _lines(self._anonymous, self._named[graph])
        yield from filterfalse(is_anonymous, lines)

    def _write(self, graph: GraphName) -> _Noted:
        selection = self._selection
        noted = _Noted(self._file)
        start = self._file.seek(0, SEEK_END)
        if selection.things is None:
            out: Any = noted
            selection.store.dump(out, RdfFormat.N_TRIPLES, from_graph=graph)
        else:
            for quad in selection.of_graph(graph):
                noted.write(f"{quad.triple} .\n".encode())
        self._spans[graph] = (start, self._file.tell())
        return noted


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


def _lines(file: IO[bytes], span: tuple[int, int]) -> Iterator[bytes]:
    start, end = span
    file.seek(start)
    while start < end:
        lines = file.readlines(min(_CHUNK, end - start))
        start += sum(map(len, lines))
        yield from lines


def _key(line: bytes) -> bytes:
    return line.replace(_TYPE, b" \x01 ", 1)  # before every other property


def _batches(lines: Iterator[bytes]) -> Iterator[bytes]:
    while batch := b"".join(islice(lines, _BATCH)):
        yield batch
