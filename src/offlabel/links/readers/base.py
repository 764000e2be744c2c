"""What a reader of ontologies gets and gives, and the facts that those of other forms write."""

from __future__ import annotations

import gzip
import io
import sys
import zlib
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Protocol, cast

from pyoxigraph import Literal, NamedNode, Quad, Triple

from offlabel.errors import MissingExtraError, SourceError
from offlabel.links.terms import (
    CLASS,
    CONSIDER,
    DEPRECATED,
    LABEL,
    OIO,
    PARENT,
    REPLACED_BY,
    TYPE,
)
from offlabel.spelling import OBO, outside_iri
from offlabel.terms import DCTERMS, OWL, SKOS, XSD

MOST_BYTES = 4 << 30  # of a file, unpacked: the largest ontologies have a tenth of it
MOST_WHOLE = 1 << 30  # of a file in a form that is held in memory as a whole
_CHUNK = 1 << 18
VERSION = NamedNode(OWL + "versionInfo")
ONTOLOGY = NamedNode(OWL + "Ontology")
DEFINITION = NamedNode(OBO + "IAO_0000115")
ROLE = NamedNode(OBO + "RO_0000087")
XREF = NamedNode(OIO + "hasDbXref")
EQUAL = NamedNode(SKOS + "exactMatch")
LICENCE = NamedNode(DCTERMS + "license")
TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))


@dataclass(frozen=True)
class Source:
    """A file to import; `progress` is told how many bytes of how many have been read."""

    path: Path
    progress: Callable[[int, int], None] = lambda done, total: None

    @property
    def suffix(self) -> str:
        """Return how the name ends, without .gz."""
        name = self.path.name.lower().removesuffix(".gz")
        double = (end for end in (".json.zst", ".sssom.tsv") if name.endswith(end))
        return next(double, Path(name).suffix)

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open the file for reading, unpacked; raise `SourceError` where it cannot be read."""
        try:
            with self.path.open("rb") as raw:
                yield io.BufferedReader(_Bounded(self, raw, _unpacked(self.path, raw)), _CHUNK)
        except _damages() as error:
            problem = f"the file is cut off or damaged: {error}."
            raise SourceError(self.path, problem, "Fetch it again.") from None
        except OSError as error:
            problem = f"cannot be read: {error.strerror or error}."
            raise SourceError(self.path, problem, "Check its name and rights.") from None

    def content(self) -> bytes:
        """Return the file as a whole, unpacked, for forms that cannot be read in parts."""
        with self.open() as file:
            content = file.read(MOST_WHOLE + 1)
        if len(content) > MOST_WHOLE:
            problem = f"more than {MOST_WHOLE:,} bytes come out of it, too many for this form."
            raise SourceError(self.path, problem, "Import it as N-Triples, Turtle or RDF/XML.")
        return content


class Reader(Protocol):
    """Give the statements of one file."""

    def __call__(self, source: Source) -> Iterator[Triple | Quad]:
        """Yield what a file says; raise `SourceError` on a malformed one."""
        ...


def about_ontology(iri: NamedNode, version: str = "", licence: str = "") -> Iterator[Triple]:
    """Yield what is said of an ontology itself."""
    yield Triple(iri, TYPE, ONTOLOGY)
    if version:
        yield Triple(iri, VERSION, Literal(version))
    if licence:
        yield Triple(iri, LICENCE, NamedNode(licence) if "://" in licence else Literal(licence))


def about_term(
    subject: NamedNode,
    *,
    label: str = "",
    definition: str = "",
    parents: Iterable[NamedNode] = (),
    roles: Iterable[NamedNode] = (),
    synonyms: Iterable[tuple[NamedNode, str]] = (),
    xrefs: Iterable[str] = (),
    is_deprecated: bool = False,
    replaced_by: NamedNode | None = None,
    consider: Iterable[NamedNode] = (),
) -> Iterator[Triple]:
    """Yield what is said of a class, in the terms that all readers share."""
    yield Triple(subject, TYPE, CLASS)
    for predicate, text in ((LABEL, label), (DEFINITION, definition), *synonyms):
        if text:
            yield Triple(subject, predicate, Literal(text))
    for predicate, nodes in ((PARENT, parents), (ROLE, roles), (CONSIDER, consider)):
        for other in nodes:
            yield Triple(subject, predicate, other)
    for xref in xrefs:
        yield Triple(subject, XREF, Literal(xref))
    if is_deprecated:
        yield Triple(subject, DEPRECATED, TRUE)
    if replaced_by is not None:
        yield Triple(subject, REPLACED_BY, replaced_by)


def node(name: str) -> NamedNode:
    """Return the IRI of an id as files write it; raise `ValueError` on what is none."""
    iri = outside_iri(name)
    if iri is None:
        raise ValueError(f"{name!r} is neither a CURIE nor an IRI")
    return NamedNode(iri)


def _damages() -> tuple[type[Exception], ...]:
    """Return what is raised where a packed file is damaged."""
    known = (EOFError, gzip.BadGzipFile, zlib.error)
    zstandard = sys.modules.get("zstandard")
    return (*known, zstandard.ZstdError) if zstandard else known


def _unpacked(path: Path, raw: IO[bytes]) -> IO[bytes]:
    if path.suffix == ".gz":
        return cast(IO[bytes], gzip.GzipFile(fileobj=raw))
    if path.suffix == ".zst":
        try:
            from zstandard import ZstdDecompressor
        except ImportError:
            raise MissingExtraError("ontologies", "Reading files that end in .zst") from None
        return cast(IO[bytes], ZstdDecompressor().stream_reader(raw))
    return raw


class _Bounded(io.RawIOBase):
    """A file that tells how far it has been read.

    It ends in an error once more comes out of it than any ontology has.
    """

    def __init__(self, source: Source, raw: IO[bytes], file: IO[bytes]) -> None:
        self.source, self.raw, self.file, self.left = source, raw, file, MOST_BYTES
        self.size = source.path.stat().st_size
        self.told = 0

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        content = self.file.read(len(buffer))
        self.left -= len(content)
        if self.left < 0:
            problem = f"more than {MOST_BYTES:,} bytes come out of it."
            raise SourceError(self.source.path, problem, "Import a slice of it.")
        done = self.raw.tell()
        if done > self.told:
            self.source.progress(done, self.size)
            self.told = done
        buffer[: len(content)] = content
        return len(content)
