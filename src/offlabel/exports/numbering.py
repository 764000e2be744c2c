"""Number the blank nodes of a few statements by what is said of them, not by what they are called.

Nodes are told apart by what is said of them and of their neighbours, round after round, until no
round tells more. Where some are still alike, each in turn is taken for the first of them, and the
smallest outcome counts. Few graphs need that, and some would need it without end (a ring in which
every node knows every other), so the work is limited.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from typing import Any

WORK = 1_000  # what is looked at for each statement
MOST_WORK = 2_000_000  # and for all together, which takes seconds
# Texts and IRIs are passed over, so that no blank node is seen in them.
_TERM = re.compile(rb'"(?:[^"\\]|\\.)*"|<[^<> ]*>|(_:\S+)')
_AT_AN_END = re.compile(rb'\A_:|> _:[^\s"]+ \.$')

Colours = list[int]
Outcome = tuple[tuple[int, ...], ...]


class Numbering:
    """The blank nodes of some lines of N-Quads, in a fixed order; no two groups in one numbering.

    `is_sure` says whether every build of the same graph gives this order. Where the limit of work
    is reached it may depend on what the nodes are called.
    """

    def __init__(self, lines: Sequence[bytes]) -> None:
        self._parts = [_parts(line) for line in lines]
        called = sorted({label for parts in self._parts for label in parts[1::2]})
        self.size = len(called)
        number = {label: place for place, label in enumerate(called)}
        self._nodes = [tuple(number[label] for label in parts[1::2]) for parts in self._parts]
        self.is_sure = True
        self._order = [0] * self.size
        if self.size > 1:
            pairs = {frozenset(nodes) for nodes in self._nodes if len(set(nodes)) > 1}
            # In a tree nodes that are still alike may stand for each other, so any choice will do.
            self._is_tree = len(pairs) < self.size and all(len(pair) == 2 for pair in pairs)
            self._left = min(WORK * len(lines), MOST_WORK)
            self._read()
            self._choose()

    def written(self, names: Sequence[bytes]) -> list[bytes]:
        """Return the lines with these names for the nodes, the first for the first node."""
        given = [names[place] for place in self._order]
        lines = []
        for parts, nodes in zip(self._parts, self._nodes, strict=True):
            line = list(parts)
            line[1::2] = [given[node] for node in nodes]
            lines.append(b"".join(line))
        return lines

    def _read(self) -> None:
        """Note for each node the lines that it is in, its place there, and the other nodes."""
        self._patterns = _ranks(list(map(_pattern, self._parts, self._nodes)))
        self._around: list[list[tuple[int, int, tuple[int, ...]]]] = [[] for _ in self._order]
        for pattern, nodes in zip(self._patterns, self._nodes, strict=True):
            for node in set(nodes):
                others = tuple(other for other in nodes if other != node)
                self._around[node].append((pattern, nodes.index(node), others))
        for found in self._around:
            found.sort()

    def _choose(self) -> None:
        self._first: Colours = []
        start = self._order
        try:
            start = self._refined(start)
            self._order = self._smallest(start)[1]
        except _TooMuchError:
            self.is_sure = False
            self._order = self._first or _ranks([(c, node) for node, c in enumerate(start)])

    def _refined(self, colours: Colours) -> Colours:
        """Tell nodes apart by their neighbours until that tells no more; the order stays."""
        sizes, before = Counter(colours), 0
        while before < len(sizes) < self.size:
            signs = []
            for node, colour in enumerate(colours):
                around = self._around[node] if sizes[colour] > 1 else []
                self._spend(1 + len(around))
                seen = sorted((by, at, *(colours[o] for o in others)) for by, at, others in around)
                signs.append((colour, tuple(seen)))
            colours, before = _ranks(signs), len(sizes)
            sizes = Counter(colours)
        return colours

    def _smallest(self, colours: Colours) -> tuple[Outcome, Colours]:
        """Return the smallest outcome of all choices among nodes that are alike."""
        path = self._path(colours)
        self._first = self._first or path[-1]
        best = self._outcome(path[-1]), path[-1]
        if self._is_tree:
            return best
        seen = {best[0]}
        for level in reversed(path[:-1]):
            first, *others = self._alike(level)
            for node in others:
                if self._around[node] == self._around[first]:
                    continue  # one may stand for the other
                branch = self._apart(level, node)
                if self._outcome(self._path(branch)[-1]) not in seen:
                    best = min(best, self._smallest(branch))
                    seen.add(best[0])
        return best

    def _path(self, colours: Colours) -> list[Colours]:
        """Take the first of those that are alike, again and again until none are."""
        path = [colours]
        while alike := self._alike(path[-1]):
            path.append(self._apart(path[-1], alike[0]))
        return path

    def _alike(self, colours: Colours) -> list[int]:
        """Return the nodes of the first colour that several have."""
        sizes = Counter(colours)
        first = min((colour for colour, size in sizes.items() if size > 1), default=None)
        return [node for node, colour in enumerate(colours) if colour == first]

    def _apart(self, colours: Colours, chosen: int) -> Colours:
        """Put one node before those that are like it."""
        signs = [(colour, node != chosen) for node, colour in enumerate(colours)]
        return self._refined(_ranks(signs))

    def _outcome(self, order: Colours) -> Outcome:
        self._spend(len(self._nodes))
        lines = zip(self._patterns, self._nodes, strict=True)
        return tuple(sorted((by, *(order[node] for node in nodes)) for by, nodes in lines))

    def _spend(self, work: int) -> None:
        self._left -= work
        if self._left < 0:
            raise _TooMuchError


class _TooMuchError(Exception):
    """The limit of work is reached."""


def is_anonymous(line: bytes) -> bool:
    """Say whether a line of N-Triples has a blank node; most are told by their ends."""
    if b"_:" not in line:
        return False
    return _AT_AN_END.search(line) is not None or (b"<<(" in line and bool(labels(line)))


def labels(line: bytes) -> list[bytes]:
    """Return the blank nodes of a line, each once, in order of their names."""
    return sorted(set(_parts(line)[1::2]))


def marked(line: bytes, mark: bytes) -> bytes:
    """Put a mark before the names of the blank nodes of a line."""
    parts = _parts(line)
    parts[1::2] = [b"_:" + mark + label[2:] for label in parts[1::2]]
    return b"".join(parts)


def _parts(line: bytes) -> list[bytes]:
    """Split a line so that every second part is a blank node."""
    parts, end = [], 0
    for found in _TERM.finditer(line):
        if found[1]:
            parts += [line[end : found.start()], found[1]]
            end = found.end()
    return [*parts, line[end:]]


def _pattern(parts: list[bytes], nodes: tuple[int, ...]) -> tuple[Any, ...]:
    """Return what a line says whatever its nodes are called, with which of them are the same."""
    return tuple(parts[::2]), tuple(nodes.index(node) for node in nodes)


def _ranks(found: Sequence[Any]) -> list[int]:
    """Return the place of each value among the different ones."""
    places = {value: place for place, value in enumerate(sorted(set(found)))}
    return [places[value] for value in found]
