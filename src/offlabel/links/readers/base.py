"""What a reader of ontologies gets and does, and the facts that those of other forms write."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Protocol, cast

from pyoxigraph import Literal, NamedNode, Quad, Store

from offlabel.errors import SourceError
from offlabel.links.spelling import standard_iri
from offlabel.links.terms import CLASS, DEPRECATED, LABEL, OBO, OIO, PARENT, REPLACED_BY, TYPE
from offlabel.terms import OWL, XSD

MOST_BYTES = 4 << 30  # of a file, unpacked: the largest ontologies have a tenth of it
VERSION = NamedNode(OWL + "versionInfo")
ONTOLOGY = NamedNode(OWL + "Ontology")
DEFINITION = NamedNode(OBO + "IAO_0000115")
ROLE = NamedNode(OBO + "RO_0000087")
XREF = NamedNode(OIO + "hasDbXref")
TRUE = Literal("true", datatype=NamedNode(XSD + "boolean"))


@dataclass(frozen=True)
class Source:
    """A file to import, and the named graph that its statements go to.

    `progress` is told how many bytes of how many have been read.
    """

    path: Path
    graph: NamedNode
    progress: Callable[[int, int], None] = lambda done, total: None

    @property
    def suffix(self) -> str:
        """Return how the name ends, without .gz."""
        name = self.path.name.lower().removesuffix(".gz")
        return ".json.zst" if name.endswith(".json.zst") else Path(name).suffix

    @contextmanager
    def open(self) -> Iterator[IO[bytes]]:
        """Open the file for reading, unpacked; raise `SourceError` where it cannot be read."""
        is_packed = self.path.suffix == ".gz"
        try:
            with self.path.open("rb") as raw:
                content = gzip.GzipFile(fileobj=raw) if is_packed else raw
                yield cast(IO[bytes], _Bounded(self, raw, cast(IO[bytes], content)))
        except (EOFError, gzip.BadGzipFile) as error:
            problem = f"the file is cut off or damaged: {error}."
            raise SourceError(self.path, problem, "Fetch it again.") from None
        except OSError as error:
            problem = f"cannot be read: {error.strerror or error}."
            raise SourceError(self.path, problem, "Check its name and rights.") from None


class Reader(Protocol):
    """Load one file into a store."""

    def __call__(self, store: Store, source: Source) -> None:
        """Write the statements of a file into its graph; raise `SourceError` on a malformed one."""
        ...


class Facts:
    """Statements about the classes of one ontology, in the terms that all readers share."""

    def __init__(self, graph: NamedNode) -> None:
        self.graph = graph

    def say(self, subject: NamedNode, predicate: NamedNode, value: NamedNode | Literal) -> Quad:
        """Return one statement."""
        return Quad(subject, predicate, value, self.graph)

    def term(
        self,
        subject: NamedNode,
        *,
        label: str = "",
        definition: str = "",
        parents: tuple[NamedNode, ...] = (),
        roles: tuple[NamedNode, ...] = (),
        synonyms: tuple[tuple[NamedNode, str], ...] = (),
        xrefs: tuple[str, ...] = (),
        is_deprecated: bool = False,
        replaced_by: NamedNode | None = None,
    ) -> Iterator[Quad]:
        """Yield what is said of a class."""
        yield self.say(subject, TYPE, CLASS)
        for predicate, text in ((LABEL, label), (DEFINITION, definition), *synonyms):
            if text:
                yield self.say(subject, predicate, Literal(text))
        for parent in parents:
            yield self.say(subject, PARENT, parent)
        for role in roles:
            yield self.say(subject, ROLE, role)
        for xref in xrefs:
            yield self.say(subject, XREF, Literal(xref))
        if is_deprecated:
            yield self.say(subject, DEPRECATED, TRUE)
        if replaced_by is not None:
            yield self.say(subject, REPLACED_BY, replaced_by)


def node(name: str) -> NamedNode:
    """Return the IRI of an id as files write it: an IRI, or a CURIE such as HP:0000001.

    Prefixes that the project does not have are those of OBO. Raise `ValueError` on what is neither.
    """
    if "://" in name:
        return NamedNode(name)
    return NamedNode(standard_iri(name) or OBO + name.replace(":", "_", 1))


class _Bounded:
    """A file that tells how far it has been read.

    It ends in an error once more comes out of it than any ontology has.
    """

    def __init__(self, source: Source, raw: IO[bytes], file: IO[bytes]) -> None:
        self.source, self.raw, self.file, self.left = source, raw, file, MOST_BYTES
        self.size = source.path.stat().st_size
        self.told = 0

    def read(self, size: int = -1) -> bytes:
        return self._counted(self.file.read(size))

    def readline(self, size: int = -1) -> bytes:
        return self._counted(self.file.readline(size))

    def __iter__(self) -> Iterator[bytes]:
        return map(self._counted, self.file)

    def readable(self) -> bool:
        return True

    def _counted(self, content: bytes) -> bytes:
        self.left -= len(content)
        if self.left < 0:
            problem = f"more than {MOST_BYTES:,} bytes come out of it."
            raise SourceError(self.source.path, problem, "Import a slice of it.")
        done = self.raw.tell()
        if done > self.told:
            self.source.progress(done, self.size)
            self.told = done
        return content
