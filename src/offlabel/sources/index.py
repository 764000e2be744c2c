"""Find the file and line where a thing is described, by reading the Turtle files as text.

Subjects start in column 0 and predicates are indented, so that a line can be named.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path

from offlabel.sources.files import SourceFile
from offlabel.terms import RDF

_PREFIX = re.compile(r"^\s*(?:@prefix|PREFIX)\s+([\w-]*):\s*<([^>]*)>", re.IGNORECASE)
_SUBJECT = re.compile(r"^(?:<([^>]*)>|([A-Za-z][\w-]*):([^\s;,]*))")
_PREDICATE = re.compile(r"(?:^|;)\s*(?:<([^>]*)>|([A-Za-z][\w-]*):([\w.-]+)|(a))(?=\s|$)")
_STRINGS = re.compile(r'"(?:[^"\\]|\\.)*"')


@dataclass(frozen=True)
class Location:
    """A file and a line in it, counted from 1."""

    path: Path
    line: int


class SubjectIndex:
    """Where each subject stands; built from the text of the files."""

    def __init__(self, files: Iterable[SourceFile]) -> None:
        self._subjects: dict[str, list[tuple[Location, int]]] = {}
        self._files: dict[Path, tuple[list[str], dict[str, str]]] = {}
        for file in files:
            if file.path.suffix == ".ttl":
                self._read(file.path)
            elif file.role == "mappings":
                self._read_table(file.path)

    def locate(self, iri: str, predicate: str | None = None) -> Location | None:
        """Return where a subject stands or, if found, where one of its predicates stands."""
        return (self.find(iri, predicate) if predicate else None) or self.find(iri)

    def find(self, iri: str, predicate: str | None = None) -> Location | None:
        """Return where a subject stands, or where its predicate stands: nothing if it does not."""
        blocks = self._subjects.get(iri, ())
        if predicate is None:
            return blocks[0][0] if blocks else None
        for place, end in blocks:
            line = self._find_predicate(place, end, predicate)
            if line:
                return Location(place.path, line)
        return None

    def subjects(self) -> Iterable[str]:
        """Return the IRIs of all subjects."""
        return self._subjects.keys()

    def _read(self, path: Path) -> None:
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except (OSError, UnicodeDecodeError):
            return
        names: dict[str, str] = {}
        starts: list[tuple[str, int]] = []
        for number, line in enumerate(lines, 1):
            if line[:1] in ("@", "P", "p") and (found := _PREFIX.match(line)):
                names[found[1]] = found[2]
            elif line[:1] not in ("", " ", "\t", "#", "[", "@") and (found := _SUBJECT.match(line)):
                iri = found[1] if found[1] is not None else _join(names, found[2], found[3])
                if iri:
                    starts.append((iri, number))
        self._files[path] = (lines, names)
        for (iri, number), (_, after) in pairwise([*starts, ("", len(lines) + 1)]):
            self._subjects.setdefault(iri, []).append((Location(path, number), after))

    def _read_table(self, path: Path) -> None:
        from offlabel.errors import SourceError
        from offlabel.sources.mappings import read_rows

        try:
            for line, triple in read_rows(path):
                where = self._subjects.setdefault(triple.subject.value, [])  # type: ignore[union-attr]
                if not any(place.path == path and place.line == line for place, _ in where):
                    where.append((Location(path, line), line + 1))
        except SourceError:
            return

    def _find_predicate(self, place: Location, end: int, predicate: str) -> int | None:
        if place.path not in self._files:
            return None
        lines, names = self._files[place.path]
        for number in range(place.line, end):
            text = _STRINGS.sub('""', lines[number - 1])
            if number == place.line:
                text = _SUBJECT.sub("", text, count=1)
            for found in _PREDICATE.finditer(text):
                if found[4]:
                    iri: str | None = RDF + "type"
                else:
                    iri = found[1] or _join(names, found[2], found[3])
                if iri == predicate:
                    return number
        return None


def _join(names: dict[str, str], prefix: str, local: str) -> str | None:
    space = names.get(prefix)
    return None if space is None else space + local.rstrip(".")
