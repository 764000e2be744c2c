"""Names for blank nodes that follow from what is said of them, so that they repeat.

Statements that share blank nodes are named together, apart from all others: most are a handful. A
name is a checksum of what is said and a number, so it stays as long as this does. Only one number
for each blank node is held in memory; the statements wait in temporary files.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator, Sequence
from hashlib import blake2b
from itertools import chain, groupby, islice
from typing import IO

from offlabel.exports.numbering import Numbering, labels, marked
from offlabel.exports.sorting import in_order

LARGEST = 50_000  # statements that are looked at together
NOT_SURE = (
    "{} group(s) of blank nodes are too large or too much alike to be named by what is said of "
    "them alone: another build of the same graph may name these otherwise."
)
Placed = tuple[int, bytes]  # the place of a graph among all, and a line without it


class BlankNodes:
    """Collect the statements with blank nodes of many graphs, then give them with new names."""

    def __init__(self, graphs: Sequence[str], file: IO[bytes]) -> None:
        self._graphs = [graph.encode() for graph in graphs]
        self._file = file
        self._numbers: dict[bytes, int] = {}
        self._parents = array("Q")
        self._used: dict[bytes, int] = {}
        self.unsure = 0  # groups whose names another build of the same graph may not give

    def add(self, graph: int, line: bytes) -> None:
        """Take a line of N-Triples, and join the groups of its nodes."""
        first, *others = map(self._number, labels(line))
        for other in others:
            self._parents[self._root(other)] = self._root(first)
        self._file.write(b"%d %d %s" % (first, graph, line))

    def named(self) -> Iterator[Placed]:
        """Yield the lines with their new names, graph after graph."""
        self._numbers.clear()
        self._file.seek(0)
        found = in_order((b"%d %s" % placed for placed in self._groups()), _number)
        for record in found:
            graph, _, line = record.partition(b" ")
            yield int(graph), line

    def _groups(self) -> Iterator[Placed]:
        def group(record: bytes) -> int:
            return self._root(_number(record))

        for _, records in groupby(in_order(self._file, group), group):
            placed = ((int(graph), line) for _, graph, line in (r.split(b" ", 2) for r in records))
            few = list(islice(placed, LARGEST + 1))
            if len(few) > LARGEST:
                self.unsure += 1
                yield from _as_called(chain(few, placed))
            else:
                yield from self._by_content(few)

    def _by_content(self, placed: list[Placed]) -> Iterator[Placed]:
        """Name a group by a checksum of all its lines; those of one checksum go on counting."""
        numbering = Numbering([b"%s %s" % (self._graphs[graph], line) for graph, line in placed])
        self.unsure += not numbering.is_sure
        said = sorted(numbering.written([b"_:%d" % place for place in range(numbering.size)]))
        checksum = blake2b(b"".join(said), digest_size=6).hexdigest().encode()
        start = self._used.get(checksum, 0)
        self._used[checksum] = end = start + numbering.size
        names = [b"_:b%sn%d" % (checksum, place) for place in range(start, end)]
        for (graph, _), line in zip(placed, numbering.written(names), strict=True):
            yield graph, line.partition(b" ")[2]

    def _number(self, label: bytes) -> int:
        number = self._numbers.setdefault(label, len(self._parents))
        if number == len(self._parents):
            self._parents.append(number)
        return number

    def _root(self, node: int) -> int:
        parents = self._parents
        while parents[node] != node:
            parents[node] = node = parents[parents[node]]
        return node


def _as_called(placed: Iterable[Placed]) -> Iterator[Placed]:
    """Keep what the store calls the nodes, with a letter that no other name begins with."""
    for graph, line in placed:
        yield graph, marked(line, b"x")


def _number(record: bytes) -> int:
    return int(record.partition(b" ")[0])
