"""What a format of an answer is."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from offlabel.queries.table import Table

# Codes that move a terminal's cursor, change its colours or turn the direction of its text.
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")


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


def printable(text: str) -> str:
    """Return a text without characters that would act on a terminal instead of being shown."""
    return _CONTROL.sub("", text)
