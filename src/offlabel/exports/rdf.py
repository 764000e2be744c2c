"""The RDF syntaxes, streamed by the engine's own serialisers in a fixed order."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import IO, Any

from pyoxigraph import RdfFormat, Triple, serialize

from offlabel.exports.loss import Loss
from offlabel.exports.order import Ordered
from offlabel.exports.selection import Selection
from offlabel.exports.xmlnames import Fitting
from offlabel.terms import prefixes

NO_GRAPHS = "The names of the named graphs, which say from which file or rule a statement came."
# What stands before the first statement in Turtle, TriG and RDF/XML, and a declaration in it.
_HEAD = re.compile(rb"\A(?:<\?xml[^>]*>\s*<rdf:RDF[^>]*>|(?:@prefix [^\n]*\n)+)")
_PREFIX = re.compile(rb'@prefix [^\n]*|xmlns:[\w.-]+="[^"]*"')
_LONGEST_HEAD = 1 << 16


@dataclass(frozen=True)
class RdfExport:
    """One RDF syntax; those without named graphs hold the union of them."""

    name: str
    title: str
    suffix: str
    format: RdfFormat
    prefixed: bool = False
    namespaces: dict[str, str] | None = None  # those of the project, unless others are given

    @property
    def media_type(self) -> str:
        """Return the media type of the syntax."""
        return self.format.media_type

    def dump(self, selection: Selection, to: IO[bytes]) -> Loss:
        """Write the statements: by graph, subject, type first, then predicate."""
        ordered = Ordered(selection)
        whole = self.format.supports_datasets
        statements: Any = ordered.quads() if whole else ordered.triples()
        lost: list[Triple] = []
        if self.format == RdfFormat.RDF_XML:
            statements = fitting = Fitting(statements)
            lost = fitting.lost
        if self.prefixed:
            out = _OrderedHead(to)
            whole_file: Any = out
            spaces = dict(prefixes()) if self.namespaces is None else self.namespaces
            serialize(statements, whole_file, self.format, prefixes=spaces)
            out.finish()
        elif self.format == RdfFormat.N_QUADS:
            to.writelines(ordered.n_quads())
        elif self.format == RdfFormat.N_TRIPLES:
            to.writelines(ordered.n_triples())
        else:
            serialize(statements, to, format=self.format)
        told = Loss.from_triples(self.name, lost, (), notes=() if whole else (NO_GRAPHS,))
        notes = (*told.notes, *ordered.notes)
        return replace(told, statements=ordered.count, notes=notes, places=ordered.places)


class _OrderedHead:
    """A file that puts the prefixes in order: the serialiser writes them in any order."""

    def __init__(self, to: IO[bytes]) -> None:
        self.to = to
        self.held: bytes | None = b""

    def write(self, data: bytes) -> int:
        """Hold what comes until the whole head is there, then write on."""
        if self.held is None:
            return self.to.write(data)
        self.held += data
        if len(self.held) > _LONGEST_HEAD:
            self.finish()
        return len(data)

    def flush(self) -> None:
        """Do nothing: the head may still be incomplete."""

    def finish(self) -> None:
        """Write what is held."""
        if self.held is not None:
            self.to.write(with_ordered_head(self.held))
            self.held = None


def with_ordered_head(text: bytes) -> bytes:
    """Return a document with its prefixes in order."""
    head = _HEAD.match(text)
    if head is None:
        return text
    ordered = iter(sorted(_PREFIX.findall(head[0])))
    return _PREFIX.sub(lambda _: next(ordered), head[0]) + text[head.end() :]


NQUADS = RdfExport("nquads", "N-Quads", ".nq", RdfFormat.N_QUADS)
NTRIPLES = RdfExport("ntriples", "N-Triples", ".nt", RdfFormat.N_TRIPLES)
RDFXML = RdfExport("rdfxml", "RDF/XML", ".rdf", RdfFormat.RDF_XML, prefixed=True)
TRIG = RdfExport("trig", "TriG", ".trig", RdfFormat.TRIG, prefixed=True)
TURTLE = RdfExport("turtle", "Turtle", ".ttl", RdfFormat.TURTLE, prefixed=True)
