"""RDF/XML whose entities cannot blow it up.

Ontologies use entities as prefixes: a name for a namespace. The parser expands whatever is
declared, entities inside entities too, so that a file of a kilobyte could fill all memory.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import IO

from offlabel.errors import SourceError

MOST_EXPANDED = 1 << 30  # bytes that all entities of a file together may add
_HEAD = 1 << 20  # bytes in which all declarations stand
_MARK = b"<!ENTITY"
_DECLARED = re.compile(rb"<!ENTITY\s+[^\s%]+\s+\"([^\"&<]{0,500})\"\s*>")
_EXTERNAL = re.compile(rb"<!ENTITY\s+[^\s]+\s+(?:SYSTEM|PUBLIC)\b")


class Guarded:
    """An open file; reading raises `SourceError` where its entities are more than namespaces."""

    def __init__(self, file: IO[bytes], path: Path) -> None:
        self.file, self.path = file, path
        self.head = file.read(_HEAD)
        values = _DECLARED.findall(self.head)
        if _EXTERNAL.search(self.head):
            raise self._refusal("an entity of it stands in another file")
        if self.head.count(_MARK) > len(values):
            raise self._refusal("an entity of it holds another one, or more than a namespace")
        self.longest = max(map(len, values), default=0)
        self.expanded = 0
        self.end = self.head[1 - len(_MARK) :]  # of what was read last

    def read(self, size: int = -1) -> bytes:
        """Return the next bytes."""
        if self.head:
            content = self.head if size < 0 else self.head[:size]
            self.head = self.head[len(content) :]
        else:
            content = self.file.read(size)
            if _MARK in self.end + content:
                raise self._refusal(f"an entity is declared after the first {_HEAD:,} bytes")
            self.end = content[1 - len(_MARK) :]
        self.expanded += self.longest * content.count(b"&")
        if self.expanded > MOST_EXPANDED:
            raise self._refusal(f"its entities add more than {MOST_EXPANDED:,} bytes")
        return content

    def _refusal(self, problem: str) -> SourceError:
        remedy = "Write it without entities: as Turtle, or by a tool such as ROBOT."
        return SourceError(self.path, f"{problem}.", remedy)
