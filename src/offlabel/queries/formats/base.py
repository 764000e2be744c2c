"""What a format of an answer is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from offlabel.queries.table import Table


@dataclass(frozen=True)
class Look:
    """Say how an answer is shown to people; formats for programs ignore it.

    `compress` writes an IRI as a CURIE. A `width` wraps text to that many columns; without one no
    line is broken, which is what a pipe wants. `colour` is for terminals.
    """

    compress: Callable[[str], str] = str
    width: int | None = None
    colour: bool = False


PLAIN = Look()


class TableFormat(Protocol):
    """Turn an answer into the bytes of a file."""

    def __call__(self, table: Table, look: Look = PLAIN) -> bytes:
        """Give the answer in this format."""
        ...
