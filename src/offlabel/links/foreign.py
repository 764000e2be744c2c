"""What others say, held apart from what this graph says.

No statement of an imported ontology or of an endpoint may name a thing or a term of this project:
it would stand beside our own facts as if it were one. Mappings live in the tables of data/mappings.
"""

from __future__ import annotations

import io
from collections.abc import Iterable
from itertools import islice
from typing import cast

from pyoxigraph import NamedNode, Quad, RdfFormat, Triple, parse, serialize

from offlabel.terms import BASE, SKOS

MATCHES = tuple(
    NamedNode(f"{SKOS}{kind}Match") for kind in ("exact", "close", "broad", "narrow", "related")
)
_OURS = f"<{BASE}".encode()
_AT_ONCE = 8192  # statements


def is_about_ours(statement: Triple | Quad) -> bool:
    """Say whether a statement names a thing or a term of this project, in whatever place."""
    return any(
        is_about_ours(term)
        if isinstance(term, Triple)
        else isinstance(term, NamedNode) and term.value.startswith(BASE)
        for term in (statement.subject, statement.predicate, statement.object)
    )


class Lines(io.RawIOBase):
    """Statements of others as N-Triples to be read, without those about ours, which are counted."""

    def __init__(self, statements: Iterable[Triple | Quad]) -> None:
        self._statements = iter(statements)
        self._content = b""
        self._at = 0
        self.left_out = 0

    def readable(self) -> bool:
        """Say that this can be read."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes, at most `size`; none at the end."""
        while self._at >= len(self._content):
            some = cast(Iterable[Triple], islice(self._statements, _AT_ONCE))
            content = serialize(some, format=RdfFormat.N_TRIPLES) or b""
            if not content:
                return b""
            self._content, self._at = self._allowed(content), 0
        end = len(self._content) if size < 0 else self._at + size
        part = self._content[self._at : end]
        self._at += len(part)
        return part

    def _allowed(self, content: bytes) -> bytes:
        if _OURS not in content:  # N-Triples writes every IRI in full, so this misses none
            return content
        kept = []
        for line in content.splitlines(keepends=True):
            if _OURS in line and any(map(is_about_ours, parse(line, format=RdfFormat.N_TRIPLES))):
                self.left_out += 1
            else:
                kept.append(line)
        return b"".join(kept)
