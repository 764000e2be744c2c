"""Passages against the document they quote: offsets and checksums.

Offsets count characters from 0, the end exclusive, in the document read as UTF-8. The checksum of
a passage is the SHA-256 of its characters as UTF-8, that of a document the SHA-256 of its bytes.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

from pyoxigraph import Literal, NamedNode

from offlabel.errors import SourceError, UnknownNameError
from offlabel.names import close_matches
from offlabel.reasoning.facts import RDF_TYPE, Lookup, Node
from offlabel.terms import BASE, OA, OL
from offlabel.validation.places import Places
from offlabel.validation.problem import Problem

_HAS_SOURCE = NamedNode(f"{OA}hasSource")
_START = NamedNode(f"{OA}start")
_END = NamedNode(f"{OA}end")
_SHA = NamedNode(f"{OL}sha256")
_DOCUMENT_SHA = NamedNode(f"{OL}documentSha256")
_CHARACTERS = NamedNode(f"{OL}characters")
_SOURCES = f"{BASE}source/"


class PassageCheck:
    """Compare the passages of one source with the text of its document."""

    def __init__(
        self, facts: Lookup, places: Places, document: Path, source_id: str | None = None
    ) -> None:
        """Read the document; find its source by checksum where none is named."""
        self._facts = facts
        self._places = places
        self._bytes = _read(document)
        try:
            self._text = self._bytes.decode("utf-8")
        except UnicodeDecodeError as error:
            raise SourceError(
                path=document,
                problem="this is no UTF-8 text.",
                remedy="Save the document as UTF-8; offsets count its characters.",
                line=self._bytes[: error.start].count(b"\n") + 1,
            ) from None
        self._document_sha = sha256(self._bytes).hexdigest()
        self._source = self._named(source_id) if source_id else self._by_checksum(document)

    def problems(self) -> Iterator[Problem]:
        """Find what does not agree with the document."""
        yield from self._document_problems()
        for triple in self._facts.to(self._source):
            if triple.predicate == _HAS_SOURCE:
                yield from self._passage_problems(triple.subject)

    def _named(self, source_id: str) -> NamedNode:
        slug = source_id.removeprefix(_SOURCES).removeprefix("source:")
        source = _SOURCES + slug
        known = {
            typed.subject.value
            for typed in self._facts.using(RDF_TYPE)
            if typed.subject.value.startswith(_SOURCES)
        } | {quoted.value for quoted in self._sources()}
        for iri in (source, source_id):
            if iri in known:
                return NamedNode(iri)
        close = close_matches(slug, sorted(iri.removeprefix(_SOURCES) for iri in known))
        raise UnknownNameError(source_id, "source", close)

    def _sources(self) -> list[NamedNode]:
        quoted = (triple.object for triple in self._facts.using(_HAS_SOURCE))
        return [source for source in dict.fromkeys(quoted) if isinstance(source, NamedNode)]

    def _by_checksum(self, document: Path) -> NamedNode:
        for triple in self._facts.using(_DOCUMENT_SHA):
            matches = triple.object.value == self._document_sha
            if matches and isinstance(triple.subject, NamedNode):
                return triple.subject
        names = self._places.names(list(self._sources())) or "none"
        raise SourceError(
            path=document,
            problem=f"its SHA-256, {self._document_sha}, is that of no source with passages.",
            remedy="Name the source it belongs to with --source-id; with passages there are:"
            f" {names}.",
        )

    def _document_problems(self) -> Iterator[Problem]:
        for value in self._facts.objects(self._source, _DOCUMENT_SHA):
            if value.value != self._document_sha:
                yield self._places.problem(
                    "passage/document",
                    self._source,
                    f"its document has the SHA-256 {self._document_sha}, not {value.value}",
                    predicate=_DOCUMENT_SHA,
                    remedy="Check that the file is the version that was read; if it is, correct"
                    " the checksum and every passage.",
                )
        for value in self._facts.objects(self._source, _CHARACTERS):
            if value.value != str(len(self._text)):
                yield self._places.problem(
                    "passage/document",
                    self._source,
                    f"its document has {len(self._text)} characters, not {value.value}",
                    predicate=_CHARACTERS,
                    remedy=f"Write ol:characters {len(self._text)} .",
                )

    def _passage_problems(self, passage: Node) -> Iterator[Problem]:
        start, end = self._offset(passage, _START), self._offset(passage, _END)
        if start is None or end is None or not 0 <= start < end <= len(self._text):
            yield self._places.problem(
                "passage/offsets",
                passage,
                f"its offsets {start} to {end} are no stretch of a document of"
                f" {len(self._text)} characters",
                predicate=_START,
                remedy="Give oa:start and oa:end in characters from 0, the end exclusive.",
            )
            return
        for value in self._facts.objects(passage, _SHA):
            if value.value != _checksum(self._text[start:end]):
                yield self._places.problem(
                    "passage/text",
                    passage,
                    f"the text from {start} to {end} has another SHA-256 than the passage gives",
                    predicate=_SHA,
                    remedy=self._elsewhere(value.value, end - start),
                )

    def _offset(self, passage: Node, predicate: NamedNode) -> int | None:
        values = self._facts.objects(passage, predicate)
        if len(values) != 1 or not isinstance(values[0], Literal):
            return None
        return int(values[0].value) if values[0].value.isdecimal() else None

    def _elsewhere(self, wanted: str, length: int) -> str:
        """Look for text of the same length that has the checksum."""
        for start in range(len(self._text) - length + 1):
            if _checksum(self._text[start : start + length]) == wanted:
                return f"That text stands from {start} to {start + length}: correct the offsets."
        return "Correct the offsets, or the checksum if the offsets are right."


def _checksum(text: str) -> str:
    return sha256(text.encode("utf-8")).hexdigest()


def _read(document: Path) -> bytes:
    try:
        return document.read_bytes()
    except OSError as error:
        raise SourceError(
            path=document,
            problem=f"the file cannot be read: {error.strerror}.",
            remedy="Give --source the file with the text of the article.",
        ) from None
