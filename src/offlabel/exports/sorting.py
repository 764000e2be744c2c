"""Lines in order, however many: sorted piece by piece in temporary files, then merged."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from itertools import chain, islice
from operator import itemgetter
from tempfile import TemporaryFile
from typing import IO, Any

PIECE = 100_000  # lines that are sorted at a time


def in_order(lines: Iterable[bytes], key: Callable[[bytes], Any]) -> Iterator[bytes]:
    """Yield lines by their key; those of one key in the order in which they came."""
    lines = iter(lines)
    first = sorted(islice(lines, PIECE), key=key)
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
            piece = sorted(islice(rest, PIECE), key=key)
        del first, piece
        keyed = [((key(line), place, line) for line in file) for place, file in enumerate(pieces)]
        yield from map(itemgetter(2), heapq.merge(*keyed))
